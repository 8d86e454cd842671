extension Value {
  /// A text that is the same for equal values and, but for a chance of one in 2⁶⁴, another for others.
  ///
  /// It is the same in every process, and the order of an object's keys makes no difference.
  var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    addFingerprint(to: &hash)
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Fowler–Noll–Vo's hash of the value's JSON text with sorted keys.
  private func addFingerprint(to hash: inout UInt64) {
    func add(_ text: some Sequence<UInt8>) {
      for byte in text { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    switch self {
    case .list(let items):
      add("[".utf8)
      for item in items {
        item.addFingerprint(to: &hash)
        add(",".utf8)
      }
      add("]".utf8)
    case .object(let object):
      add("{".utf8)
      for (key, value) in object.sorted(by: { $0.key < $1.key }) {
        Value.string(key).addFingerprint(to: &hash)
        add(":".utf8)
        value.addFingerprint(to: &hash)
        add(",".utf8)
      }
      add("}".utf8)
    case .null, .bool, .int, .double, .string: add(json().utf8)
    }
  }
}

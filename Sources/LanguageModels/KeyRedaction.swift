/// Takes keys out of texts that others wrote.
package enum KeyRedaction {
  /// A part of a key that is this long gives it away; shorter ones are prefixes such as `sk-proj-` at most.
  private static let shortest = 9

  /// The text with every part that is also a part of the key replaced.
  package static func redact(_ text: String, key: String?) -> String {
    guard let key, !key.isEmpty else { return text }
    let secret = Array(key.utf8)
    let bytes = Array(text.utf8)
    let least = min(shortest, secret.count)
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let length = longestMatch(bytes, position, secret)
      if length >= least {
        result.append(contentsOf: "[key]".utf8)
        position += length
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func longestMatch(_ bytes: [UInt8], _ position: Int, _ secret: [UInt8]) -> Int {
    var longest = 0
    for start in secret.indices where secret[start] == bytes[position] {
      var length = 1
      while start + length < secret.count, position + length < bytes.count,
        secret[start + length] == bytes[position + length]
      { length += 1 }
      longest = max(longest, length)
    }
    return longest
  }
}

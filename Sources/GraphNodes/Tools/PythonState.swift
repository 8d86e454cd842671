internal import GraphRuntime

/// The state of a call as it is sent to a worker: what is large and was sent before is not sent again.
///
/// A map calls its function once for each item, with the list that it goes
/// over in the state. Sent and read anew each time, it would make the cost of
/// the map grow with the square of its length.
enum PythonState {
  /// Parts the `state` of a request: into what is small, the JSON of what is `large` and new, and the names of what is
  /// the `same` as before.
  ///
  /// - Parameter held: What the worker has of earlier states; afterwards what it has of this one.
  static func message(of request: Value, holding held: inout ValueObject) -> Value {
    guard var message = request.object, let state = message["state"]?.object else { return request }
    var small = ValueObject()
    var large = ValueObject()
    var same: [Value] = []
    var kept = ValueObject()
    for (key, value) in state {
      guard isLarge(value) else {
        small[key] = value
        continue
      }
      kept[key] = value
      if let before = held[key], isIdentical(value, before) {
        same.append(.string(key))
      } else {
        large[key] = .string(value.json())
      }
    }
    held = kept
    message["state"] = .object(small)
    message["large"] = .object(large)
    message["same"] = .list(same)
    return .object(message)
  }

  private static func isLarge(_ value: Value) -> Bool {
    switch value {
    case .null, .bool, .int, .double: false
    case .string(let text): text.utf8.count > 256
    case .list, .object: true
    }
  }

  /// Whether two values share their storage, which takes no time to see however large they are.
  ///
  /// Storage that somebody holds is never changed, so that what is in it is the same.
  private static func isIdentical(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): left == right
    case (.list(let left), .list(let right)):
      left.count == right.count
        && left.withUnsafeBufferPointer { left in
          right.withUnsafeBufferPointer { right in left.baseAddress == right.baseAddress }
        }
    case (.object(let left), .object(let right)): left.isIdentical(to: right)
    default: false
    }
  }
}

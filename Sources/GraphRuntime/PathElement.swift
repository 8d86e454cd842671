/// The elements of paths: a node's name, with the index of an item behind it where a node works at items of a list.
package enum PathElement {
  /// A path whose last node works at an item.
  static func path(_ path: [String], item: Int) -> [String] {
    guard var last = path.last else { return path }
    var path = path
    last += "[\(item)]"
    path[path.count - 1] = last
    return path
  }

  /// The node's name.
  package static func name(of element: String) -> String {
    guard element.utf8.last == UInt8(ascii: "]"), let open = element.utf8.lastIndex(of: UInt8(ascii: "[")) else {
      return element
    }
    return String(element[..<open])
  }

  /// Whether an element is a node, or one that works at an item.
  static func isNode(_ element: String, _ name: String) -> Bool {
    element == name
      || (element.utf8.count > name.utf8.count && element.hasPrefix(name) && self.name(of: element) == name)
  }

  /// The index of the item, or nil.
  static func item(of element: String) -> Int? {
    guard element.utf8.last == UInt8(ascii: "]"), let open = element.utf8.lastIndex(of: UInt8(ascii: "[")) else {
      return nil
    }
    return Int(element[element.index(after: open)...].dropLast())
  }
}

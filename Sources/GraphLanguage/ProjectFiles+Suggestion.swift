public import GraphDiagnostics

extension ProjectFiles {
  /// The path of something that exists and was probably meant by one that does not.
  ///
  /// - Parameters:
  ///   - path: A relative path; each of its parts is looked for among the names that are there.
  ///   - folder: What it is relative to.
  /// - Returns: The path as it should be written, or nil when nothing of the project is named nearly so.
  public func nearest(to path: String, in folder: String) -> String? {
    guard !path.hasPrefix("/") else { return nil }
    var place = folder
    var parts: [String] = []
    for part in path.split(separator: "/").map(String.init) {
      var name = part
      if (try? confined(Self.join(place, part))) == nil {
        let names = list(place).filter { !$0.hasPrefix(".") }
        guard let near = Suggestion.nearest(to: part, among: names) else { return nil }
        name = near
      }
      parts.append(name)
      place = Self.join(place, name)
    }
    let found = parts.joined(separator: "/")
    return found == path ? nil : found
  }

  /// The note and the fix-it that offer it.
  public func suggestion(
    for path: Located<String>, in folder: String
  ) -> (notes: [Diagnostic.Note], fixIts: [FixIt]) {
    guard let near = nearest(to: path.value, in: folder) else { return ([], []) }
    return ([.didYouMean(near)], [.replace(path.span, with: near)])
  }
}

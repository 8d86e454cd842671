import Glibc
import Testing

/// Expects a text to equal a file of the package; `UPDATE_SNAPSHOTS=1` writes the file instead.
func expectSnapshot(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let file = "\(packageFolder)/\(path)"
  if getenv("UPDATE_SNAPSHOTS") != nil {
    #expect(write(text, toFile: file), "cannot write \(file)", sourceLocation: sourceLocation)
  }
  #expect(
    text.split(separator: "\n", omittingEmptySubsequences: false)
      == contents(ofFile: file)?.split(separator: "\n", omittingEmptySubsequences: false),
    "differs from \(path); UPDATE_SNAPSHOTS=1 writes it anew", sourceLocation: sourceLocation)
}

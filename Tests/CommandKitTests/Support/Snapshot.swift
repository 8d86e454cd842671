import Glibc
import Testing

/// Expects a text to equal the file of that name in `Snapshots`; `UPDATE_SNAPSHOTS=1` writes the file instead.
func expectSnapshot(
  _ text: String, _ name: String, testFile: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
  let folder = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  let path = "\(folder)/Snapshots/\(name)"
  if getenv("UPDATE_SNAPSHOTS") != nil {
    #expect(write(text, toFile: path), "cannot write \(path)", sourceLocation: sourceLocation)
  }
  #expect(
    text.split(separator: "\n", omittingEmptySubsequences: false)
      == contents(ofFile: path)?.split(separator: "\n", omittingEmptySubsequences: false),
    "differs from \(path)", sourceLocation: sourceLocation)
}

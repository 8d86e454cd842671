import GraphLanguage
import GraphTestSupport
import Testing

/// What is offered for the path of a file that is not there.
@Suite struct FileSuggestionTests {
  @Test(
    arguments: [
      ("tools/txet.py", "tools/text.py"), ("tolos/text.py", "tools/text.py"), ("toolss/tex.py", "tools/text.py"),
      ("review.yml", "review.yaml"), ("tools/../reviw.yaml", "tools/../review.yaml"), ("tool", "tools"),
    ])
  func `the nearest name of each part is taken`(path: String, expected: String) throws {
    let folder = try TemporaryFolder(["tools/text.py": "", "review.yaml": "", "other.md": "", ".hidden.md": ""])
    let files = try #require(ProjectFiles(root: folder.path))
    #expect(files.nearest(to: path, in: folder.path) == expected)
  }

  @Test(arguments: ["tools/text.py", "elsewhere/text.py", "tools/nothing.py", "/tmp/x", "hidden.md", "../text.py"])
  func `nothing is offered for what is there, or far from everything`(path: String) throws {
    let folder = try TemporaryFolder(["tools/text.py": "", "review.yaml": "", ".hidden.md": ""])
    let files = try #require(ProjectFiles(root: folder.path))
    #expect(files.nearest(to: path, in: folder.path) == nil)
  }
}

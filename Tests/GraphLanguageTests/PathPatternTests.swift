import GraphLanguage
import Testing

/// Which paths a pattern stands for.
@Suite(.timeLimit(.minutes(10)))
struct PathPatternTests {
  @Test(arguments: [
    ("a.md", "a.md", true), ("a.md", "b.md", false), ("*.md", "a.md", true), ("*.md", "d/a.md", false),
    ("d/*", "d/a.md", true), ("d/*", "d", false), ("d/*", "d/e/a", false), ("**", "a/b/c", true), ("**", "", true),
    ("**/a", "a", true), ("**/a", "x/y/a", true), ("d/**/a", "d/a", true), ("d/**/a", "d/x/y/a", true),
    ("d/**/a", "e/a", false), ("d/**/e/**/a", "d/e/x/e/a", true), ("?.md", "ab.md", false), ("?.md", "é.md", true),
    ("a*b*c", "a1b2b3c", true), ("a*b*c", "a1c", false), ("*", "abc", true),
    ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
    ("./d/*.md", "d/a.md", true), ("d//*.md", "./d/a.md", true), ("/d/*", "/d/a", true), ("a**", "abc", true),
  ])
  func `patterns match names`(pattern: String, path: String, expected: Bool) {
    #expect(PathPattern(pattern).matches(path) == expected)
  }

  @Test(arguments: [
    ("a/b.md", "a/b.md", 1), ("*.md", "", 1), ("a/*/c", "a", 2), ("a/b/**/c", "a/b", 64), ("/a/*.md", "/a", 1),
  ])
  func `the folder and the depth below it`(pattern: String, folder: String, depth: Int) {
    #expect(PathPattern(pattern).folder == folder)
    #expect(PathPattern(pattern).depth == depth)
    #expect(PathPattern.isPattern(pattern) == pattern.contains("*"))
  }
}

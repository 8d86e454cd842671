import GraphDiagnostics
import Testing

@Suite struct SourceFileTests {
  @Test(arguments: [
    ("", [0]), ("a", [0]), ("a\n", [0, 2]), ("a\r\nb\r\n", [0, 3, 6]), ("\n\n", [0, 1, 2]), ("é\nx", [0, 3]),
  ])
  func `lines start after each line feed`(text: String, starts: [Int]) {
    #expect(SourceFile(path: "t", text: text).lineStarts == starts)
  }

  @Test(arguments: [
    (0, 1, 1), (1, 1, 2), (3, 1, 3), (7, 1, 4), (8, 2, 1), (9, 2, 2),
  ])
  func `columns count Unicode scalars`(offset: Int, line: Int, column: Int) {
    let file = SourceFile(path: "t", text: "aé😀\nb")
    #expect(file.location(at: offset) == SourceLocation(line: line, column: column))
  }

  @Test func `a combining mark has a column of its own`() {
    let file = SourceFile(path: "t", text: "e\u{301}x")
    #expect(file.location(at: 3) == SourceLocation(line: 1, column: 3))
  }

  @Test func `a place before or after the file is its start or end`() {
    let file = SourceFile(path: "t", text: "ab\nc")
    #expect(file.location(at: -3) == SourceLocation(line: 1, column: 1))
    #expect(file.location(at: 99) == SourceLocation(line: 2, column: 2))
  }

  @Test func `the end of a file that ends with a line break is the start of the next line`() {
    #expect(SourceFile(path: "t", text: "ab\n").location(at: 3) == SourceLocation(line: 2, column: 1))
  }

  @Test func `offsets and locations are inverse`() {
    let file = SourceFile(path: "t", text: "aé😀\r\n\r\n日本e\u{301}\nend")
    for offset in 0...file.bytes.count {
      let isInsideCharacter = offset < file.bytes.count && file.bytes[offset] & 0xC0 == 0x80
      let isInsideBreak = offset > 0 && file.bytes[offset - 1] == UInt8(ascii: "\r")
      if isInsideCharacter || isInsideBreak { continue }
      let location = file.location(at: offset)
      #expect(file.offset(line: location.line, column: location.column) == offset)
    }
  }

  @Test func `a column behind the line is its end`() {
    let file = SourceFile(path: "t", text: "ab\r\ncd")
    #expect(file.offset(line: 1, column: 50) == 2)
    #expect(file.offset(line: 50, column: 2) == 5)
    #expect(file.offset(line: 0, column: 0) == 0)
  }

  @Test func `a line is shown without its line break`() {
    let file = SourceFile(path: "t", text: "a\r\n\nb")
    #expect([0, 1, 2, 3, 4].map { file.line($0) } == ["", "a", "", "b", ""])
  }

  @Test func `a byte-order mark is not part of the text`() {
    let file = SourceFile(path: "t", bytes: [0xEF, 0xBB, 0xBF, 0x61])
    #expect(file.bytes == [0x61])
    #expect(file.location(at: 0) == SourceLocation(line: 1, column: 1))
  }

  @Test func `text in a range is cut to the file`() {
    let file = SourceFile(path: "t", text: "abc")
    #expect(file.text(in: ByteRange(1, 2)) == "b")
    #expect(file.text(in: ByteRange(-5, 99)) == "abc")
    #expect(file.text(in: ByteRange(7, 9)) == "")
  }

  @Test func `a range never ends before it begins`() {
    #expect(ByteRange(4, 2) == ByteRange(4, 4))
    #expect(ByteRange(4, 9).subrange(ByteRange(1, 3)) == ByteRange(5, 7))
  }

  @Test func `spans of equal text in two files differ`() {
    let range = ByteRange(0, 1)
    let one = SourceSpan(SourceFile(path: "t", text: "a"), range)
    let other = SourceSpan(SourceFile(path: "t", text: "a"), range)
    #expect(one != other)
    #expect(one == SourceSpan(one.file, range))
  }
}

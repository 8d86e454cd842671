import GraphRuntime
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Jinja2 itself, run once for many templates.
///
/// The templates go to a file, the answers come from the standard output of one
/// Python process, both as JSON lines.
struct TemplateOracle {
  /// What Jinja2 did with one template.
  enum Answer: Equatable {
    case text(String)
    case failure(String)
  }

  /// Debian's Python, or else the one on the path; nil when neither has Jinja2.
  private static let python: String? = ["/usr/bin/python3", "python3"].first { command in
    guard let stream = popen("\(command) -c 'import jinja2' 2>/dev/null", "r") else { return false }
    return pclose(stream) == 0
  }

  /// Whether Python has Jinja2 here.
  static let isAvailable = python != nil

  /// Renders every template over one context; any of them may include those that have names.
  static func render(
    _ templates: [String], context: Value, includes: [String: String] = [:]
  ) throws -> [Answer] {
    let named = ValueObject(includes.map { ($0.key, .string($0.value)) })
    var request = context.json() + "\n" + Value.object(named).json() + "\n"
    for template in templates { request += Value.string(template).json() + "\n" }
    let path = try write(request)
    defer { unlink(path) }
    let script = try write(program)
    defer { unlink(script) }
    let output = try read("\(try #require(python)) \(script) \(path)")
    return try output.split(separator: "\n").map { line in
      let answer = try Value(json: String(line))
      if let text = answer["text"]?.string { return .text(text) }
      return .failure(answer["error"]?.string ?? "")
    }
  }

  private static func write(_ text: String) throws -> String {
    var name = Array("/tmp/template-oracle-XXXXXX".utf8CString)
    let file = mkstemp(&name)
    try #require(file >= 0)
    defer { close(file) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { writeBytes(file, $0.baseAddress, $0.count) }
      try #require(count > 0)
      bytes = bytes.dropFirst(count)
    }
    return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func read(_ command: String) throws -> String {
    let stream = try #require(popen(command, "r"))
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    try #require(pclose(stream) == 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The strict undefined is what templates here have; inside a list, too, it is an error.
  private static let program = """
    import json, sys
    from jinja2 import DictLoader, Environment, StrictUndefined

    class Oracle(StrictUndefined):
        def __repr__(self):
            return self._fail_with_undefined_error()

    lines = open(sys.argv[1], encoding="utf-8").read().split("\\n")
    context = json.loads(lines[0])
    environment = Environment(undefined=Oracle, loader=DictLoader(json.loads(lines[1])))
    for line in lines[2:]:
        if not line:
            continue
        try:
            text = environment.from_string(json.loads(line)).render(**context)
            # The address of an object is nobody's wish.
            answer = {"error": "no text"} if " at 0x" in text.lower() else {"text": text}
        except Exception as error:
            answer = {"error": type(error).__name__ + ": " + str(error)}
        print(json.dumps(answer))
    """
}

/// The system's `write`, whose name the oracle uses itself.
private func writeBytes(_ file: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int { write(file, start, count) }

internal import CLibYAML

/// One step of libyaml through a file, copied out of C memory.
///
/// `start` and `end` are libyaml's marks: numbers of code points from the
/// start of the text. They span anchor and tag too.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias
    case scalar(YAMLScalar.Style)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  var kind: Kind
  /// The content of a scalar or the name of an alias.
  var text = ""
  var anchor: String?
  var tag: String?
  var start: Int
  var end: Int
}

/// What libyaml says when it cannot go on; marks are code points.
struct YAMLFailure: Error {
  /// libyaml's own phrase, or nil when memory ran out.
  var problem: String?
  var problemMark: Int
  /// What was being read, and where that began.
  var context: String?
  var contextMark: Int
}

/// Owns a libyaml parser and the bytes it reads.
///
/// The parser keeps pointers into itself and into its input, so both live in
/// memory that this struct allocates and frees, and no pointer leaves it.
@safe
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Starts to read a text.
  init(_ bytes: [UInt8]) throws(YAMLFailure) {
    unsafe input = .allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    unsafe event = .allocate(capacity: 1)
    unsafe event.initialize(to: yaml_event_t())
    guard unsafe yaml_parser_initialize(parser) != 0 else { throw YAMLFailure(problemMark: 0, contextMark: 0) }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    // Deleting a parser that could not be initialised is allowed: it is all zeros then.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe event.deallocate()
    unsafe input.deallocate()
  }

  /// How far the scanner has read, in code points; it runs at most one simple key ahead of the events.
  var scannedCount: Int { unsafe parser.pointee.mark.index }

  /// The next event; after the last one, `streamEnd` for ever.
  mutating func next() throws(YAMLFailure) -> YAMLEvent {
    guard unsafe yaml_parser_parse(parser, event) != 0 else { throw failure }
    defer { unsafe yaml_event_delete(event) }
    let start = unsafe event.pointee.start_mark.index
    let end = unsafe event.pointee.end_mark.index
    switch unsafe event.pointee.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.pointee.data.scalar
      let text = unsafe String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return unsafe YAMLEvent(
        kind: .scalar(Self.style(scalar.style)), text: text, anchor: Self.string(scalar.anchor),
        tag: Self.string(scalar.tag), start: start, end: end)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe event.pointee.data.sequence_start
      return unsafe YAMLEvent(
        kind: .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE), anchor: Self.string(sequence.anchor),
        tag: Self.string(sequence.tag), start: start, end: end)
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.pointee.data.mapping_start
      return unsafe YAMLEvent(
        kind: .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE), anchor: Self.string(mapping.anchor),
        tag: Self.string(mapping.tag), start: start, end: end)
    case YAML_ALIAS_EVENT:
      let name = unsafe Self.string(event.pointee.data.alias.anchor) ?? ""
      return YAMLEvent(kind: .alias, text: name, start: start, end: end)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, start: start, end: end)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, start: start, end: end)
    case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, start: start, end: end)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, start: start, end: end)
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, start: start, end: end)
    default: return YAMLEvent(kind: .streamEnd, start: start, end: end)
    }
  }

  private var failure: YAMLFailure {
    guard unsafe parser.pointee.error != YAML_MEMORY_ERROR, let problem = unsafe parser.pointee.problem else {
      return unsafe YAMLFailure(problemMark: parser.pointee.mark.index, contextMark: 0)
    }
    return unsafe YAMLFailure(
      problem: String(cString: problem), problemMark: parser.pointee.problem_mark.index,
      context: parser.pointee.context.map { unsafe String(cString: $0) },
      contextMark: parser.pointee.context_mark.index)
  }

  private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private static func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }
}

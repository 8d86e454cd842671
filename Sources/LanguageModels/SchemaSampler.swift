internal import GraphRuntime

/// Makes a value that fits a JSON schema, the same one for the same seed.
struct SchemaSampler {
  private let root: Value
  private let question: String
  private var random: SplitMix64
  private var writer: SentenceWriter

  /// Beyond this depth optional parts are left out, so that recursive schemas end.
  private static let maximumDepth = 6

  /// Beyond this depth nothing is followed any more: the schema has no finite value.
  private static let hardDepth = 40

  init(schema: Value, question: String, seed: UInt64) {
    root = schema
    self.question = question.lowercased()
    random = SplitMix64(seed: seed)
    writer = SentenceWriter(question: question, seed: seed &+ 1)
  }

  /// A value of the whole schema.
  mutating func sample() -> Value { sample(root, depth: 0) }

  private mutating func sample(_ written: Value, depth: Int) -> Value {
    guard depth < Self.hardDepth else { return .null }
    let schema = resolved(written, depth: 0)
    if let constant = schema["const"] { return constant }
    if let options = schema["enum"]?.list, !options.isEmpty { return choose(options) }
    if let options = (schema["anyOf"] ?? schema["oneOf"])?.list, !options.isEmpty {
      let isDeep = depth >= Self.maximumDepth
      let chosen = options.first { (resolved($0, depth: 0)["type"]?.string == "null") == isDeep }
      return sample(merged(schema, chosen ?? options[0]), depth: depth + 1)
    }
    switch type(of: schema, depth: depth) {
    case "object": return sampleObject(schema, depth: depth)
    case "array": return sampleList(schema, depth: depth)
    case "integer": return sampleInteger(schema)
    case "number": return sampleNumber(schema)
    case "boolean": return .bool(random.below(2) == 1)
    case "null": return .null
    default: return .string(sampleString(schema))
    }
  }

  private func type(of schema: Value, depth: Int) -> String {
    if let name = schema["type"]?.string { return name }
    if let names = schema["type"]?.list?.compactMap(\.string), let first = names.first {
      if depth >= Self.maximumDepth && names.contains("null") { return "null" }
      return names.first { $0 != "null" } ?? first
    }
    if schema["properties"] != nil || schema["additionalProperties"]?.object != nil { return "object" }
    if schema["items"] != nil || schema["prefixItems"] != nil { return "array" }
    if schema["minimum"] != nil || schema["maximum"] != nil { return "number" }
    return "string"
  }

  // MARK: - References

  /// The schema with its `$ref` followed and its `allOf` merged in.
  private func resolved(_ schema: Value, depth: Int) -> Value {
    guard depth < Self.hardDepth, schema.object != nil else { return schema }
    if let reference = schema["$ref"]?.string, let target = lookUp(reference) {
      return merged(schema, resolved(target, depth: depth + 1))
    }
    guard let parts = schema["allOf"]?.list else { return schema }
    return parts.reduce(merged(schema, .object([:]))) { merged($0, resolved($1, depth: depth + 1)) }
  }

  private func lookUp(_ reference: String) -> Value? {
    guard reference.hasPrefix("#") else { return nil }
    return reference.dropFirst().split(separator: "/").reduce(Optional(root)) { value, key in value?[String(key)] }
  }

  /// Two schemas that both have to hold, without the words that led from one to the other.
  private func merged(_ outer: Value, _ inner: Value) -> Value {
    var result = outer.object ?? [:]
    for key in ["$ref", "allOf", "anyOf", "oneOf"] { result[key] = nil }
    for (key, value) in inner.object ?? [:] {
      switch (key, result[key]) {
      case ("properties", .object(let known)?):
        var both = known
        both.merge(value.object ?? [:])
        result[key] = .object(both)
      case ("required", .list(let known)?):
        result[key] = .list(known + (value.list ?? []).filter { !known.contains($0) })
      default: result[key] = value
      }
    }
    return .object(result)
  }

  // MARK: - Kinds

  /// The option that the question mentions, else any that is not null.
  private mutating func choose(_ options: [Value]) -> Value {
    let words = Set(question.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }.map(String.init))
    if let mentioned = options.first(where: { $0.string.map { words.contains($0.lowercased()) } ?? false }) {
      return mentioned
    }
    let values = options.filter { !$0.isNull }
    return values.isEmpty ? .null : values[random.below(values.count)]
  }

  private mutating func sampleObject(_ schema: Value, depth: Int) -> Value {
    let properties = schema["properties"]?.object ?? [:]
    let required = schema["required"]?.list?.compactMap(\.string) ?? []
    var object = ValueObject()
    for (name, property) in properties where depth < Self.maximumDepth || required.contains(name) {
      object[name] = sample(property, depth: depth + 1)
    }
    let other = schema["additionalProperties"]
    for name in required where object[name] == nil {
      object[name] = sample(other?.object == nil ? .object(["type": "string"]) : other!, depth: depth + 1)
    }
    let least = schema["minProperties"]?.int ?? 0
    let wanted = properties.isEmpty && other?.object != nil && depth < Self.maximumDepth ? max(1, least) : least
    var number = 1
    while object.count < min(wanted, 1_000) {
      object["key_\(number)"] = sample(other?.object == nil ? .object(["type": "string"]) : other!, depth: depth + 1)
      number += 1
    }
    return .object(object)
  }

  private mutating func sampleList(_ schema: Value, depth: Int) -> Value {
    let least = max(0, schema["minItems"]?.int ?? 0)
    let most = max(least, schema["maxItems"]?.int ?? .max)
    let count = min(depth >= Self.maximumDepth ? least : max(least, min(2, most)), 1_000)
    let prefix = schema["prefixItems"]?.list ?? []
    let isUnique = schema["uniqueItems"]?.bool ?? false
    var items: [Value] = []
    for position in 0..<max(count, min(prefix.count, most)) {
      let itemSchema = position < prefix.count ? prefix[position] : schema["items"] ?? .object(["type": "string"])
      var item = sample(itemSchema, depth: depth + 1)
      for _ in 0..<32 where isUnique && items.contains(item) { item = another(item, itemSchema, depth, items) }
      if isUnique && items.contains(item) && items.count >= least { break }
      items.append(item)
    }
    return .list(items)
  }

  /// A value of the schema that is not among those taken, if one is found.
  private mutating func another(_ item: Value, _ schema: Value, _ depth: Int, _ taken: [Value]) -> Value {
    if let options = resolved(schema, depth: 0)["enum"]?.list, let free = options.first(where: { !taken.contains($0) })
    {
      return free
    }
    return sample(schema, depth: depth + 1)
  }

  private mutating func sampleInteger(_ schema: Value) -> Value {
    let step = max(1, schema["multipleOf"]?.int ?? 1)
    var low = schema["minimum"].flatMap { Self.integer($0, .up) }
    var high = schema["maximum"].flatMap { Self.integer($0, .down) }
    if let bound = schema["exclusiveMinimum"].flatMap({ Self.integer($0, .down) }), bound < .max {
      low = max(low ?? .min, bound + 1)
    }
    if let bound = schema["exclusiveMaximum"].flatMap({ Self.integer($0, .up) }), bound > .min {
      high = min(high ?? .max, bound - 1)
    }
    let span = step.multipliedReportingOverflow(by: 10).overflow ? step : step * 10
    let first = low ?? high.map { $0.subtractingReportingOverflow(span).partialValue } ?? 0
    let last = max(first, high ?? first.addingReportingOverflow(span).partialValue)
    let remainder = first % step
    let start = remainder == 0 ? first : first - remainder + (first > 0 ? step : 0)
    guard start <= last else { return .int(first) }
    let (width, overflow) = last.subtractingReportingOverflow(start)
    let choices = overflow ? 1_000 : min(width / step, 1_000)
    return .int(start + random.below(choices + 1) * step)
  }

  private mutating func sampleNumber(_ schema: Value) -> Value {
    let exclusiveLow = schema["exclusiveMinimum"]?.double
    let exclusiveHigh = schema["exclusiveMaximum"]?.double
    let low = [schema["minimum"]?.double, exclusiveLow].compactMap(\.self).max()
    let high = [schema["maximum"]?.double, exclusiveHigh].compactMap(\.self).min()
    let first = low ?? high.map { $0 - 1 } ?? 0
    let last = max(first, high ?? first + 1)
    if let step = schema["multipleOf"]?.double, step > 0 {
      var number = (first / step).rounded(.up) * step
      if number == exclusiveLow { number += step }
      return .double(number)
    }
    // Inner twentieths only, so that an exclusive bound is never hit.
    let part = Double(1 + random.below(19)) / 20
    let exact = first + (last - first) * part
    let rounded = (exact * 100).rounded() / 100
    return .double(rounded > first && rounded < last ? rounded : exact)
  }

  private static func integer(_ bound: Value, _ rule: FloatingPointRoundingRule) -> Int? {
    if let number = bound.int { return number }
    return bound.double.flatMap { Int(exactly: $0.rounded(rule)) }
  }

  private mutating func sampleString(_ schema: Value) -> String {
    switch schema["format"]?.string {
    case "date-time": return "2024-0\(1 + random.below(9))-1\(random.below(10))T12:00:00Z"
    case "date": return "2024-0\(1 + random.below(9))-1\(random.below(10))"
    case "time": return "1\(random.below(10)):00:00Z"
    case "duration": return "PT\(1 + random.below(59))M"
    case "email": return "person\(1 + random.below(9))@example.com"
    case "uri", "url": return "https://example.com/\(1 + random.below(99))"
    case "hostname": return "host\(1 + random.below(9)).example.com"
    case "ipv4": return "192.0.2.\(1 + random.below(254))"
    case "ipv6": return "2001:db8::\(1 + random.below(9))"
    case "uuid":
      let digits = String(random.next() | 1 << 63, radix: 16)
      return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(4))-4000-8000-\(digits.dropFirst(4))"
    default: break
    }
    var text = writer.phrase()
    let least = min(schema["minLength"]?.int ?? 0, 10_000)
    while text.unicodeScalars.count < least { text += " and " + writer.phrase() }
    if let most = schema["maxLength"]?.int, text.unicodeScalars.count > most {
      text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, most))))
    }
    return text
  }
}

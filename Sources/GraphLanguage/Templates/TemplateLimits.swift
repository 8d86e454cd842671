/// What one rendering may cost at most, so that every template ends.
public struct TemplateLimits: Sendable, Hashable {
  /// The most evaluation steps; long texts and lists count as several.
  public var steps: Int

  /// The most bytes of text, both of the result and of any text built on the way.
  public var bytes: Int

  /// The most items of one `range` or repeated list.
  public var items: Int

  /// The most nested expressions, blocks, macro calls and includes.
  public var depth: Int

  /// Creates limits; the defaults are far above what prompts need.
  public init(steps: Int = 2_000_000, bytes: Int = 16 << 20, items: Int = 100_000, depth: Int = 600) {
    self.steps = steps
    self.bytes = bytes
    self.items = items
    self.depth = depth
  }
}

/// What a rendering has spent of its limits.
struct TemplateBudget {
  let limits: TemplateLimits
  private(set) var steps = 0
  private(set) var depth = 0

  init(_ limits: TemplateLimits) { self.limits = limits }

  /// Counts evaluation steps.
  @inline(__always)
  mutating func spend(_ count: Int = 1) throws(TemplateFailure) {
    steps &+= count
    if steps > limits.steps { throw TemplateFailure(.templateTooManySteps(limits.steps)) }
  }

  /// Counts a text of so many bytes that is about to be built.
  mutating func spend(bytes count: Int) throws(TemplateFailure) {
    if count > limits.bytes { throw TemplateFailure(.templateTooLong(limits.bytes)) }
    try spend(count >> 7)
  }

  /// Counts one step in building a text that has so many bytes by now.
  mutating func check(bytes count: Int) throws(TemplateFailure) {
    if count > limits.bytes { throw TemplateFailure(.templateTooLong(limits.bytes)) }
    try spend()
  }

  /// Counts a list of so many items that is about to be built.
  mutating func spend(items count: Int) throws(TemplateFailure) {
    if count > limits.items { throw TemplateFailure(.templateTooManyItems(count, limits.items)) }
    try spend(count >> 2)
  }

  /// Goes one level deeper; `leave` must follow unless this throws.
  @inline(__always)
  mutating func enter() throws(TemplateFailure) {
    steps &+= 1
    depth &+= 1
    if depth > limits.depth || steps > limits.steps { try refuseEntering() }
  }

  @inline(__always)
  mutating func leave() { depth &-= 1 }

  @inline(never)
  private mutating func refuseEntering() throws(TemplateFailure) {
    depth &-= 1
    if steps > limits.steps { throw TemplateFailure(.templateTooManySteps(limits.steps)) }
    throw TemplateFailure(.templateTooDeep(limits.depth))
  }
}

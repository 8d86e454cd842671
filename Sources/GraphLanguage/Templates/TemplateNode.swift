internal import GraphDiagnostics
internal import GraphRuntime

/// One statement or piece of text of a parsed template.
indirect enum TemplateNode: Sendable {
  case text(String)
  case output(TemplateExpression)
  /// The first branch whose test holds runs; the last may have none.
  case condition([TemplateBranch])
  case loop(TemplateLoop)
  case assign(TemplateTarget, TemplateExpression)
  /// The text of the body, through the filters of `value`, whose operand is `captured`.
  case capture(TemplateTarget?, value: TemplateExpression, TemplateScopedBody)
  case macro(TemplateMacroDefinition, slot: Int)
  /// A call whose callee may call back into the body by the name `caller`.
  case callBlock(TemplateMacroDefinition, call: TemplateExpression)
  case with([(TemplateTarget, TemplateExpression)], TemplateScopedBody)
  case include(TemplateInclude)
}

/// A body whose names are its own, and unset whenever it begins.
struct TemplateScopedBody: Sendable {
  let nodes: [TemplateNode]
  /// The slots of the names.
  let slots: [Int]
}

/// One arm of an `if`.
struct TemplateBranch: Sendable {
  /// Nil for `else`.
  let test: TemplateExpression?
  let body: [TemplateNode]
}

/// A `for` statement.
final class TemplateLoop: Sendable {
  let target: TemplateTarget
  let items: TemplateExpression
  let filter: TemplateExpression?
  let isRecursive: Bool
  let body: [TemplateNode]
  let otherwise: [TemplateNode]
  /// The slot of `loop`, in the activation the loop is in.
  let slot: Int
  /// The slots of names set in the body, which every turn begins without.
  let bodySlots: [Int]
  let range: ByteRange

  init(
    target: TemplateTarget, items: TemplateExpression, filter: TemplateExpression?, isRecursive: Bool,
    body: [TemplateNode], otherwise: [TemplateNode], slot: Int, bodySlots: [Int], range: ByteRange
  ) {
    self.target = target
    self.items = items
    self.filter = filter
    self.isRecursive = isRecursive
    self.body = body
    self.otherwise = otherwise
    self.slot = slot
    self.bodySlots = bodySlots
    self.range = range
  }
}

/// What is assigned to: a name, several, or an attribute of a namespace.
indirect enum TemplateTarget: Sendable {
  case slot(Int)
  case tuple([TemplateTarget], ByteRange)
  case attribute(reference: Int, name: String, ByteRange)
}

/// A macro, or the body of a `call` block, which is a macro named `caller`.
final class TemplateMacroDefinition: Sendable {
  struct Parameter: Sendable {
    let name: String
    let slot: Int
    let defaultValue: TemplateExpression?
  }

  let name: String
  let parameters: [Parameter]
  let body: [TemplateNode]
  /// The number of the macro among those of its template, from 1.
  let activation: Int
  /// How many slots one call needs.
  let slotCount: Int
  /// The slots of the special names, where the body uses them.
  let callerSlot: Int?
  let varargsSlot: Int?
  let kwargsSlot: Int?

  init(
    name: String, parameters: [Parameter], body: [TemplateNode], activation: Int, slotCount: Int, callerSlot: Int?,
    varargsSlot: Int?,
    kwargsSlot: Int?
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.activation = activation
    self.slotCount = slotCount
    self.callerSlot = callerSlot
    self.varargsSlot = varargsSlot
    self.kwargsSlot = kwargsSlot
  }
}

/// An `include` statement.
struct TemplateInclude: Sendable {
  /// A name, or a list of names of which the first that exists is included.
  let name: TemplateExpression
  let ignoresMissing: Bool
  let hasContext: Bool
  /// The scope the statement stands in, whose names the other template sees.
  let scope: Int
  let range: ByteRange
}

/// An expression with the bytes it was written in.
struct TemplateExpression: Sendable {
  let kind: Kind
  let range: ByteRange
  /// The length of the longest path to a leaf, which bounds the recursion of whoever walks it.
  let depth: Int

  indirect enum Kind: Sendable {
    case constant(Value)
    /// A name, as an index into the template's references.
    case name(Int)
    /// The text of the block being filtered.
    case captured
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
    case list([TemplateExpression])
    case tuple([TemplateExpression])
    case dictionary([(key: TemplateExpression, value: TemplateExpression)])
    case negative(TemplateExpression)
    case positive(TemplateExpression)
    case not(TemplateExpression)
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    case arithmetic(TemplateArithmetic, TemplateExpression, TemplateExpression)
    case concatenation([TemplateExpression])
    case comparison(TemplateExpression, [(operation: TemplateComparison, operand: TemplateExpression)])
    case conditional(test: TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
    case filter(TemplateExpression, TemplateFilter, TemplateArgumentExpressions)
    case test(TemplateExpression, TemplateTest, TemplateArgumentExpressions)
    case call(TemplateExpression, TemplateArgumentExpressions)
    case method(TemplateExpression, String, TemplateArgumentExpressions)
  }
}

/// An operator on numbers, texts and lists.
enum TemplateArithmetic: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// A comparison operator.
enum TemplateComparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

/// The arguments of a filter, test or call, in the order of the parameters where these are known.
struct TemplateArgumentExpressions: Sendable {
  /// One entry for each parameter, nil where nothing was given; of a call what was given by position.
  var values: [TemplateExpression?] = []
  /// Arguments by keyword that belong to no known parameter.
  var named: [(name: String, value: TemplateExpression)] = []
  /// For `map`, `select` and the like: what is applied to each item.
  var inner: Inner?

  indirect enum Inner: Sendable {
    case filter(TemplateFilter, TemplateArgumentExpressions)
    case test(TemplateTest, TemplateArgumentExpressions)
  }

  /// Every argument, in no particular order.
  var all: [TemplateExpression] {
    var all = values.compactMap { $0 } + named.map(\.value)
    switch inner {
    case .filter(_, let arguments), .test(_, let arguments): all += arguments.all
    case nil: break
    }
    return all
  }

  /// Whether all of those for known parameters are literals.
  var isWritten: Bool {
    values.allSatisfy { value in
      guard let value else { return true }
      return if case .constant = value.kind { true } else { false }
    }
  }

  var isEmpty: Bool { values.isEmpty && named.isEmpty && inner == nil }
}

internal import GraphRuntime

/// What `loop` is inside a `for`: the items that are left and where the loop stands.
///
/// Items are taken one at a time, because the filter of a loop may depend on
/// what its body has set by then.
final class TemplateLoopState {
  let statement: TemplateLoop
  let source: TemplateItems
  let depth: Int

  /// The call of the template or macro that the loop runs in, until the loop ends.
  private(set) var frame: TemplateFrame?

  /// The next item of the source that no filter has looked at.
  var cursor = 0

  /// Items that passed the filter ahead of time, next one first.
  var pending: [TemplateValue] = []
  var index0 = -1
  var current: TemplateValue?
  var previous: TemplateValue?

  /// The arguments of the last call of `changed`.
  var lastChanged: [TemplateValue]?

  init(_ statement: TemplateLoop, _ source: TemplateItems, depth: Int, frame: TemplateFrame) {
    self.frame = frame
    self.statement = statement
    self.source = source
    self.depth = depth
  }

  /// Makes an item the current one.
  func advance(to item: TemplateValue) {
    previous = current
    current = item
    index0 += 1
  }

  /// Breaks the cycle of a loop that is kept by the frame it runs in.
  func clear() {
    frame = nil
    pending = []
    current = nil
    previous = nil
    lastChanged = nil
  }
}

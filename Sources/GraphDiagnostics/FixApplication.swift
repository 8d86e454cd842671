/// Makes the changes of fix-its in the text of a file.
public struct FixApplication {
  /// The bytes of the changed file, with the byte-order mark that it had.
  public let bytes: [UInt8]

  /// The fix-its whose changes were made, in the order of the file.
  public let applied: [FixIt]

  /// Makes changes that do not touch each other; of two that do, the one that comes first in the list.
  ///
  /// Those of other files are left out. What is left out for another's sake is still to be done in the changed text.
  ///
  /// - Complexity: O(n log n + bytes) for n fix-its.
  public init(_ fixIts: [FixIt], in file: SourceFile) {
    let own = fixIts.enumerated().filter { $0.element.span.file === file }
    // In the order of the file, each knows its neighbours; of two that collide, the later in the list goes.
    var accepted: [(rank: Int, fixIt: FixIt)] = []
    for (rank, fixIt) in own.sorted(by: { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }) {
      var isWanted = true
      while let last = accepted.last, last.fixIt.collides(with: fixIt) {
        guard rank < last.rank else {
          isWanted = false
          break
        }
        accepted.removeLast()
      }
      if isWanted { accepted.append((rank, fixIt)) }
    }
    applied = accepted.map(\.fixIt)
    var bytes = file.byteOrderMarkCount > 0 ? [0xEF, 0xBB, 0xBF] as [UInt8] : []
    var position = 0
    for fixIt in applied {
      bytes += file.bytes[position..<fixIt.start]
      bytes += fixIt.replacement.utf8
      position = fixIt.end
    }
    self.bytes = bytes + file.bytes[position...]
  }
}

extension FixIt {
  fileprivate var start: Int { span.range.lowerBound }
  fileprivate var end: Int { span.range.upperBound }

  /// Whether both change the same bytes, or both change something at one place.
  fileprivate func collides(with other: FixIt) -> Bool {
    start < other.end && other.start < end || start == other.start || (span.range.count == 0 && start == other.end)
      || (other.span.range.count == 0 && other.start == end)
  }
}

import GraphRuntime
import Glibc

/// What was measured, as files for people and for the comparison with other tools.
///
/// They are written when the environment names a folder in `MUTATION_FOLDER`, as `scripts/mutation.sh` does:
/// `mutants.jsonl` with every mutant and its verdict, and `survivors.txt`, `places.txt` and `offers.txt` with those that
/// were not caught, were reported elsewhere, or got no offer of the right word.
struct MutationReport {
  private let measured: Measurement

  init(_ measured: Measurement) { self.measured = measured }

  /// The folder that is asked for, if any.
  static var folder: String? {
    guard let name = getenv("MUTATION_FOLDER").map({ String(cString: $0) }), !name.isEmpty else { return nil }
    return name
  }

  func write(to folder: String) throws {
    try write(mutants, to: "\(folder)/mutants.jsonl")
    try write(measured.lines { $1.outcome == .missed }, to: "\(folder)/survivors.txt")
    try write(measured.lines { $1.outcome == .equivalent }, to: "\(folder)/equivalent.txt")
    try write(measured.lines { $1.outcome == .caught && !$1.isInRightLine }, to: "\(folder)/places.txt")
    try write(measured.lines { $1.outcome == .caught && !$1.isOnlyInRightLines }, to: "\(folder)/elsewhere.txt")
    try write(
      measured.lines { $0.kind.isMisspelling && $1.outcome == .caught && !$1.isOffered }, to: "\(folder)/offers.txt")
  }

  private var mutants: [String] {
    zip(measured.mutants, measured.verdicts).map { mutant, verdict in
      let mutation = mutant.mutation
      let original = measured.project.files[mutation.path] ?? []
      let changed = mutation.apply(to: original)
      let object: ValueObject = [
        "group": .string(mutant.kind.group.rawValue), "kind": .string(mutant.kind.name),
        "misspelling": .bool(mutant.kind.isMisspelling), "path": .string(mutation.path),
        "text": changed.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
        "graphs": .list(measured.project.graphs(with: mutation.path).map { .string($0) }),
        "outcome": .string(verdict.outcome.rawValue), "right_line": .bool(verdict.isInRightLine),
        "offered": .bool(verdict.isOffered), "lines": .list(mutation.newLines(of: original).map { .int($0) }),
        "summary": .string(mutant.summary(in: measured.project)),
        "findings": .list(verdict.findings.map { .string($0) }),
      ]
      return Value.object(object).json()
    }
  }

  private func write(_ lines: [String], to path: String) throws {
    try Files.write(lines.map { $0 + "\n" }.joined(), to: path)
  }
}

import DiagnosticCatalogue
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphTestSupport
import LanguageModels
import Testing

/// The examples of the catalogue show what they say they show.
@Suite(.timeLimit(.minutes(10)))
struct DiagnosticExampleTests {
  @Test(arguments: DiagnosticCatalogue.areas.map(\.title))
  func `examples report their code until they are mended`(area: String) throws {
    for entry in DiagnosticCatalogue.areas.first(where: { $0.title == area })?.entries ?? [] {
      guard let example = entry.example else { continue }
      let isValidation = example.command == DiagnosticExample.validation
      let failing = try isValidation ? Self.validate(example.failing) : Self.run(example.command, example.failing)
      if failing.lines.contains(example.report) {
        #expect(failing.codes == example.codes, "\(entry.code): \(failing.text)")
      } else {
        Issue.record("\(entry.code): the example prints\n\(failing.text)\nand not\n\(example.report)")
      }
      let passing = try isValidation ? Self.validate(example.passing) : Self.run(example.command, example.passing)
      if isValidation {
        #expect(passing.lines == [], "\(entry.code): the mended example prints\n\(passing.text)")
      } else {
        #expect(passing.status == 0 && passing.codes == [], "\(entry.code): the mended example prints\n\(passing.text)")
      }
    }
  }

  @Test(arguments: DiagnosticCatalogue.areas.map(\.title))
  func `the first fix-it of an example mends it`(area: String) throws {
    for entry in DiagnosticCatalogue.areas.first(where: { $0.title == area })?.entries ?? [] {
      guard let example = entry.example, example.command == DiagnosticExample.validation else { continue }
      let project = try Self.project(example.failing)
      let found = Self.diagnostics(in: project).first { $0.code.id == entry.code }
      guard let fixIt = found?.fixIts.first else { continue }
      let mended = FixApplication([fixIt], in: fixIt.span.file).bytes
      try project.write(String(fixIt.span.file.path.dropFirst(project.path.count + 1)), mended)
      let left = Self.diagnostics(in: project).filter { $0.code.id == entry.code }
      #expect(left.isEmpty, "\(entry.code): '\(fixIt.message)' leaves \(DiagnosticError(left))")
    }
  }

  /// What a command printed.
  private struct Outcome {
    let lines: [String]
    var status: Int32 = 0

    var text: String { lines.joined(separator: "\n") }

    /// The codes in brackets at the ends of lines.
    var codes: Set<String> {
      Set(
        lines.compactMap { line in
          line.hasSuffix("]") ? line.lastIndex(of: "[").map { String(line[$0...].dropFirst().dropLast()) } : nil
        }.filter { DiagnosticCatalogue.entry($0) != nil })
    }
  }

  /// What `graph validate graph.yaml` reports; done here, because there are hundreds of examples.
  private static func validate(_ files: [DiagnosticExample.File]) throws -> Outcome {
    let project = try project(files)
    let folder = project.path + "/project/"
    let lines = diagnostics(in: project).map { diagnostic in
      let place = diagnostic.span.map { "\($0.file.path):\($0.start.line):\($0.start.column): " } ?? ""
      return "\(place)\(diagnostic.severity.rawValue): \(diagnostic.message.text) [\(diagnostic.code)]"
        .replacing(folder, with: "")
    }
    return Outcome(lines: lines)
  }

  private static func diagnostics(in project: TemporaryFolder) -> [Diagnostic] {
    let factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
    return GraphCompiler(factory: factory).check(project.path + "/project/graph.yaml").diagnostics
  }

  private static func run(_ command: String, _ files: [DiagnosticExample.File]) throws -> Outcome {
    let project = try project(files)
    let result = Shell.run(command, in: project.path + "/project", environment: [:])
    return Outcome(lines: result.lines, status: result.status)
  }

  /// A project in a folder of its own, so that paths can lead out of it.
  private static func project(_ files: [DiagnosticExample.File]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["project/pyproject.toml": ""])
    for file in files { try folder.write("project/" + file.name, file.bytes) }
    return folder
  }

  // MARK: - Pages

  /// `UPDATE_SNAPSHOTS=1` writes the pages.
  @Test func `the pages are those of the catalogue`() throws {
    let folder = "docs/diagnostics"
    var pages = Dictionary(
      uniqueKeysWithValues: DiagnosticCatalogue.entries.map { (DiagnosticPage.name($0), DiagnosticPage.markdown($0)) })
    pages["README.md"] = DiagnosticPage.index()
    let isUpdating = Shell.isUpdatingSnapshots
    for (name, page) in pages.sorted(by: { $0.key < $1.key }) {
      let path = "\(Package.root)/\(folder)/\(name)"
      guard (try? Files.read(path)) != page else { continue }
      if isUpdating {
        try Files.write(page, to: path)
      } else {
        Issue.record(
          """
          \(folder)/\(name) differs from Sources/DiagnosticCatalogue; to write it: UPDATE_SNAPSHOTS=1 scripts/test.sh \
          --filter DiagnosticExampleTests
          """)
      }
    }
    for path in try Files.list("\(Package.root)/\(folder)", ending: ".md") {
      let name = String(path.dropFirst(Package.root.count + folder.count + 2))
      #expect(pages[name] != nil, "\(folder)/\(name) is the page of no code; delete it")
    }
  }
}

import GraphDiagnostics
import GraphYAML

/// Mistakes in the texts of prompts: placeholders and templates.
extension MutationKind {
  static let prompts: [MutationKind] = [
    MutationKind(.prompts, "a misspelled placeholder", isMisspelling: true) { tree, project in
      tree.placeholders(.single).compactMap { braces in
        tree.misspelling(braces.inner, related: project.mentions(of: tree.text(braces.inner), with: tree.path))
      }
    },
    MutationKind(.prompts, "a placeholder that is not closed") { tree, project in
      tree.placeholders(.single).map { braces in
        tree.replacing(ByteRange(braces.outer.upperBound - 1, braces.outer.upperBound), with: "")
      }
    },
    MutationKind(.prompts, "a placeholder that is not opened") { tree, _ in
      tree.placeholders(.single).map { braces in
        tree.replacing(ByteRange(braces.outer.lowerBound, braces.outer.lowerBound + 1), with: "")
      }
    },
    MutationKind(.prompts, "spaces in a placeholder") { tree, _ in
      tree.placeholders(.single).map { tree.replacing($0.inner, with: " \(tree.text($0.inner)) ") }
    },
    MutationKind(.prompts, "'$' before a placeholder") { tree, _ in
      tree.placeholders(.single).map { tree.inserting("$", at: $0.outer.lowerBound) }
    },
    MutationKind(.prompts, "double braces around one of several placeholders") { tree, _ in
      let all = tree.placeholders(.single)
      return all.filter { one in all.contains { $0.outer != one.outer } }.map { braces in
        tree.replacing(braces.outer, with: "{{\(tree.text(braces.inner))}}", related: tree.texts)
      }
    },
    MutationKind(.prompts, "angle brackets for braces") { tree, project in
      tree.placeholders(.single).map { braces in
        let name = tree.text(braces.inner)
        return tree.replacing(
          braces.outer, with: "<\(name)>",
          related: project.mentions(of: name, with: tree.path))
      }
    },
    MutationKind(.prompts, "an operator in a placeholder") { tree, _ in
      tree.placeholders(.single).map { tree.inserting(" + 1", at: $0.inner.upperBound) }
    },
    MutationKind(.prompts, "a misspelled variable of a template", isMisspelling: true) { tree, project in
      tree.templateCode.flatMap { code in
        code.paths.filter { !tree.loopNames.contains(tree.text($0[0])) && tree.text($0[0]) != "loop" }.compactMap {
          tree.misspelling($0[0], related: project.mentions(of: tree.text($0[0]), with: tree.path))
        }
      }
    },
    MutationKind(.prompts, "a misspelled name of a loop", isMisspelling: true) { tree, _ in
      // Where it is used, not where it is made.
      tree.placeholders(.double).map { CodePlaces(tree.file, $0.inner) }.flatMap(\.paths).filter {
        tree.loopNames.contains(tree.text($0[0]))
      }.compactMap { tree.misspelling($0[0]) }
    },
    MutationKind(.prompts, "a misspelled field in a template", isMisspelling: true) { tree, _ in
      tree.placeholders(.double).map { CodePlaces(tree.file, $0.inner) }.flatMap(\.paths).flatMap { $0.dropFirst() }
        .compactMap { tree.misspelling($0) }
    },
    MutationKind(.prompts, "a misspelled filter", isMisspelling: true) { tree, _ in
      tree.templateCode.flatMap(\.filters).compactMap { tree.misspelling($0) }
    },
    MutationKind(.prompts, "a misspelled tag", isMisspelling: true) { tree, _ in
      tree.tagNames.compactMap { tree.misspelling($0, related: tree.texts) }
    },
    MutationKind(.prompts, "an end tag that is missing") { tree, _ in
      tree.placeholders(.tag).filter { tree.text($0.inner).contains("end") }.map { braces in
        tree.replacing(braces.outer, with: "", related: tree.texts)
      }
    },
    MutationKind(.prompts, "a first tag that is missing") { tree, _ in
      tree.placeholders(.tag).filter { !tree.text($0.inner).contains("end") }.map { braces in
        tree.replacing(braces.outer, with: "", related: tree.texts)
      }
    },
    MutationKind(.prompts, "one brace too few at the end of a template's value") { tree, _ in
      tree.placeholders(.double).map { braces in
        tree.replacing(ByteRange(braces.outer.upperBound - 1, braces.outer.upperBound), with: "")
      }
    },
    MutationKind(.prompts, "single braces in a template") { tree, project in
      tree.placeholders(.double).map { braces in
        let name = tree.text(braces.inner).trimming
        return tree.replacing(braces.outer, with: "{\(name)}")
      }
    },
    MutationKind(.prompts, "a tag without its percent sign") { tree, _ in
      tree.placeholders(.tag).map { braces in
        let text = tree.text(braces.outer).filter { $0 != "%" }
        return tree.replacing(braces.outer, with: text, related: tree.texts)
      }
    },
    MutationKind(.prompts, "a loop without 'in'") { tree, _ in
      tree.placeholders(.tag).filter { tree.text($0.inner).contains(" in ") }.map { braces in
        let text = tree.text(braces.outer)
        guard let gap = text.firstRange(of: " in ") else { return tree.replacing(braces.outer, with: text) }
        return tree.replacing(braces.outer, with: text.replacingCharacters(in: gap, with: " of "))
      }
    },
  ]
}

extension SourceTree {
  /// The texts with placeholders: of a prompt file, and of nodes that ask without one.
  private var textEntries: [Entry] {
    isGraph
      ? self("node:system", "node:user") : self("system", "user", "template", "system/#/text", "messages/#/content")
  }

  /// The lines of the texts: an open tag may be reported at its other end.
  fileprivate var texts: Set<Place> { textEntries.reduce(into: []) { $0.formUnion(places($1.range)) } }

  /// What stands in braces in the texts.
  fileprivate func placeholders(_ form: Braces.Form) -> [Braces] {
    textEntries.flatMap { Braces.all(in: file, inner($0.value)) }.filter { $0.form == form }
  }

  /// The code of the texts' templates.
  fileprivate var templateCode: [CodePlaces] {
    (placeholders(.double) + placeholders(.tag)).map { braces in
      // The name of a tag is no name of a value.
      let start = braces.form == .tag ? tagName(braces)?.upperBound ?? braces.inner.lowerBound : braces.inner.lowerBound
      return CodePlaces(file, ByteRange(start, braces.inner.upperBound))
    }
  }

  /// The names of the tags.
  fileprivate var tagNames: [ByteRange] { placeholders(.tag).compactMap(tagName) }

  private func tagName(_ braces: Braces) -> ByteRange? {
    let text = text(braces.inner)
    let before = text.prefix { $0 == " " || $0 == "-" }.utf8.count
    let name = text.dropFirst(before).prefix { $0.isLetter }.utf8.count
    return name == 0 ? nil : ByteRange(braces.inner.lowerBound + before, braces.inner.lowerBound + before + name)
  }

  /// The names that loops of the templates make.
  fileprivate var loopNames: Set<String> {
    Set(
      placeholders(.tag).compactMap { braces in
        let words = text(braces.inner).split(separator: " ")
        return words.first == "for" || words.first == "-for" ? words.dropFirst().first.map(String.init) : nil
      })
  }
}

extension String {
  /// The text without spaces and dashes at its ends.
  fileprivate var trimming: String {
    let kept = drop { $0 == " " || $0 == "-" }
    return String(kept.reversed().drop { $0 == " " || $0 == "-" }.reversed())
  }

  /// Another text at a range.
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}

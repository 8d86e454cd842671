internal import GraphDiagnostics

/// Messages about the parts of a graph file.
extension DiagnosticMessage {
  static func unknownVersion(_ version: String) -> Self {
    Self("GR0108", "version '\(version)' is not understood; this program understands '1.0'")
  }

  static func reservedName(_ name: String, _ what: String) -> Self {
    Self("GR0110", "'\(name)' is reserved and cannot be the name of a \(what)")
  }

  static func invalidName(_ name: String, _ what: String) -> Self {
    Self(
      "GR0111",
      "'\(name)' cannot be the name of a \(what): a name begins with a letter or '_' and goes on with letters, digits, "
        + "'_' or '-'")
  }

  static func macroInside(_ type: String) -> Self {
    Self(
      "GR0170",
      "a '\(type)' stands for several nodes and cannot stand inside another node; put it into a graph of its own and "
        + "run that with 'subgraph'")
  }

  static func unknownNodeType(_ type: String) -> Self { Self("GR0112", "unknown node type '\(type)'") }

  static func nodeTypeOfElsewhere(_ type: String, _ advice: String) -> Self {
    Self("GR0113", "yamlgraph's node type '\(type)' is not known here; \(advice)")
  }
}

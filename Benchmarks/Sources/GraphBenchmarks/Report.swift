import GraphRuntime

/// Measurements as text.
enum Report {
  static func json(_ results: [Measurement]) -> String {
    let items = results.map { result -> Value in
      var object: ValueObject = [
        "name": .string(result.name), "minimum_ms": .double(result.minimum), "median_ms": .double(result.median),
        "allocations": .int(result.allocations),
      ]
      if let growth = result.growth { object["growth_kb"] = .int(growth) }
      if let target = result.target { object["target_ms"] = .double(target) }
      if let isTooSlow = result.isTooSlow { object["too_slow"] = .bool(isTooSlow) }
      return .object(object)
    }
    return Value.list(items).json(pretty: true)
  }

  static func table(_ results: [Measurement]) -> String {
    let header = ["CPU time", "min ms", "median ms", "allocations", "growth KB", "target ms", ""]
    let rows = results.map { result in
      [
        result.name, fixed(result.minimum), fixed(result.median), "\(result.allocations)",
        result.growth.map { "\($0)" } ?? "", result.target.map { fixed($0) } ?? "",
        result.isTooSlow.map { $0 ? "too slow" : "ok" } ?? "",
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    return ([header] + rows).map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 || column == row.count - 1 ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A number with two digits after the point.
  private static func fixed(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

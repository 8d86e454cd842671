import GraphRuntime

/// Measurements as text.
enum Report {
  static func json(_ results: [Measurement], _ waits: [LatencyMeasurement]) -> String {
    let waited = waits.map { wait -> Value in
      [
        "name": .string(wait.name), "times": .int(wait.times), "median_ms": .double(wait.median),
        "p99_ms": .double(wait.slow), "slowest_ms": .double(wait.slowest), "target_ms": .double(wait.target),
      ]
    }
    let items = results.map { result -> Value in
      var object: ValueObject = [
        "name": .string(result.name), "minimum_ms": .double(result.minimum), "median_ms": .double(result.median),
        "allocations": .int(result.allocations),
      ]
      if let wall = result.wall { object["wall_ms"] = .double(wall) }
      if let growth = result.growth { object["growth_kb"] = .int(growth) }
      if let target = result.target { object["target_ms"] = .double(target) }
      if let isTooSlow = result.isTooSlow { object["too_slow"] = .bool(isTooSlow) }
      return .object(object)
    }
    return Value.list(items + waited).json(pretty: true)
  }

  static func table(_ results: [Measurement], _ waits: [LatencyMeasurement]) -> String {
    let waited = waits.map { wait in
      [
        wait.name, "\(wait.times)", fixed(wait.median), fixed(wait.slow), fixed(wait.slowest), fixed(wait.target),
        wait.slow > wait.target ? "too slow" : "ok",
      ]
    }
    let second = aligned(
      [["time by the clock", "times", "median ms", "p99 ms", "slowest ms", "p99 target", ""]] + waited)
    return [results.isEmpty ? nil : table(results), waits.isEmpty ? nil : second].compactMap(\.self)
      .joined(separator: "\n\n")
  }

  private static func table(_ results: [Measurement]) -> String {
    let header = ["CPU time", "min ms", "median ms", "wall ms", "allocations", "memory KB", "target ms", ""]
    let rows = results.map { result in
      [
        result.name, fixed(result.minimum), fixed(result.median), result.wall.map { fixed($0) } ?? "",
        "\(result.allocations)",
        result.growth.map { "\($0)" } ?? "", result.target.map { fixed($0) } ?? "",
        result.isTooSlow.map { $0 ? "too slow" : "ok" } ?? "",
      ]
    }
    return aligned([header] + rows)
  }

  private static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
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

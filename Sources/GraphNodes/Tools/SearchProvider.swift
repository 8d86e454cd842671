internal import GraphHTTP
internal import GraphLanguage
internal import GraphRuntime

/// A service that searches the web: how it is asked, and where its answers have what.
struct SearchProvider: Sendable {
  /// How a query is sent.
  enum Form: Sendable {
    /// In the query of the address.
    case query(path: String, text: String, count: String?, fixed: [(String, String)] = [])
    /// As JSON.
    case json(path: String, text: String, count: String)
  }

  /// How the key is sent, as a name of a header and what stands before it.
  typealias KeyHeader = (name: String, prefix: String)

  let name: String
  let form: Form
  var baseURL: String?

  /// The variable that has the address where the provider has none of its own.
  var baseVariable: String?

  /// The variable that has the key, or nil where none is needed.
  var keyVariable: String?
  var keyHeader: KeyHeader?

  /// Where the list of results is.
  var list: [String] = []
  var url = "url"
  var snippet = "content"

  static let all: [SearchProvider] = [
    SearchProvider(
      name: "tavily", form: .json(path: "/search", text: "query", count: "max_results"),
      baseURL: "https://api.tavily.com", keyVariable: "TAVILY_API_KEY", keyHeader: ("Authorization", "Bearer "),
      list: ["results"]),
    SearchProvider(
      name: "brave", form: .query(path: "/res/v1/web/search", text: "q", count: "count"),
      baseURL: "https://api.search.brave.com", keyVariable: "BRAVE_API_KEY", keyHeader: ("X-Subscription-Token", ""),
      list: ["web", "results"], snippet: "description"),
    SearchProvider(
      name: "serper", form: .json(path: "/search", text: "q", count: "num"), baseURL: "https://google.serper.dev",
      keyVariable: "SERPER_API_KEY", keyHeader: ("X-API-KEY", ""), list: ["organic"], url: "link", snippet: "snippet"),
    SearchProvider(
      name: "searxng", form: .query(path: "/search", text: "q", count: nil, fixed: [("format", "json")]),
      baseVariable: "SEARXNG_BASE_URL", list: ["results"]),
    SearchProvider(
      name: "duckduckgo",
      form: .query(
        path: "/", text: "q", count: nil, fixed: [("format", "json"), ("no_html", "1"), ("skip_disambig", "1")]),
      baseURL: "https://api.duckduckgo.com"),
  ]

  static let names = all.map(\.name)

  func request(base: String, key: String, _ text: String, _ count: Int) -> HTTPRequest {
    var headers: HTTPHeaders = ["Accept": "application/json"]
    if let keyHeader { headers.append(keyHeader.name, keyHeader.prefix + key) }
    switch form {
    case .query(let path, let textName, let countName, let fixed):
      var pairs = [(textName, text)]
      if let countName { pairs.append((countName, String(count))) }
      let query = (pairs + fixed).map { "\($0.0)=\(URLTemplate.encode($0.1))" }.joined(separator: "&")
      return HTTPRequest(url: "\(base)\(path)?\(query)", headers: headers)
    case .json(let path, let textName, let countName):
      headers.append("Content-Type", "application/json")
      let body: Value = [textName: .string(text), countName: .int(count)]
      return HTTPRequest(method: "POST", url: base + path, headers: headers, body: Array(body.json().utf8))
    }
  }

  /// The results as objects of `title`, `url` and `snippet`; those without an address are left out.
  func results(in answer: Value) -> [Value] {
    if name == "duckduckgo" { return Self.instantAnswers(answer) }
    let found = list.reduce(answer) { $0[$1] ?? .null }
    return (found.list ?? []).compactMap { item in
      Self.result(item["title"]?.string, item[url]?.string, item[snippet]?.string)
    }
  }

  private static func result(_ title: String?, _ url: String?, _ snippet: String?) -> Value? {
    guard let url, !url.isEmpty else { return Optional.none }
    return ["title": .string(title ?? url), "url": .string(url), "snippet": .string(snippet ?? "")]
  }

  /// What DuckDuckGo gives without a key: a summary and topics, not the pages that it would list.
  private static func instantAnswers(_ answer: Value) -> [Value] {
    var results: [Value] = []
    if let text = answer["AbstractText"]?.string, !text.isEmpty {
      results += [result(answer["Heading"]?.string, answer["AbstractURL"]?.string, text)].compactMap { $0 }
    }
    func add(_ topics: Value?) {
      for topic in topics?.list ?? [] {
        let text = topic["Text"]?.string
        let title = text.map { String($0.split(separator: " - ", maxSplits: 1).first ?? $0[...]) }
        if let found = result(title, topic["FirstURL"]?.string, text) { results.append(found) }
        add(topic["Topics"])
      }
    }
    add(answer["Results"])
    add(answer["RelatedTopics"])
    return results
  }
}

internal import GraphDiagnostics
internal import GraphLanguage

/// Something that has a name, in all files that may name it.
enum Symbol: Hashable {
  case node(graph: String, String)
  case stateKey(graph: String, String)
  case item(graph: String, owner: Int, String)
  case route(graph: String, owner: Int, String)
  case tool(graph: String, String)
  case prompt(String)
  case graph(String)
  case file(String)
  case pythonFunction(graph: String, tool: String, String)
  /// A variable of a prompt file.
  case variable(prompt: String, String)
  /// A key of the state that a prompt file reads below `state`, whatever graph uses it.
  case promptState(prompt: String, String)
  /// A variable of a prompt that is written in a node.
  case inlineVariable(graph: String, use: Int, String)
  case argument(graph: String, String)
  case answerField(prompt: String, String)
}

/// A place of a name in one of the files.
struct SymbolPlace {
  let path: String
  let file: IndexedFile
  let occurrence: FileIndex.Occurrence
}

extension Workspace {
  /// What a name at a place stands for; nil where the file that would say it cannot be found.
  func symbol(_ occurrence: FileIndex.Occurrence, in path: String, _ file: IndexedFile) -> Symbol? {
    let name = occurrence.name
    let isGraph = file.index.kind == .graph
    switch occurrence.subject {
    case .node: return .node(graph: path, name)
    case .stateKey: return isGraph ? .stateKey(graph: path, name) : .promptState(prompt: path, name)
    case .item(let owner): return .item(graph: path, owner: owner, name)
    case .route(let owner): return .route(graph: path, owner: owner, name)
    case .tool: return .tool(graph: path, name)
    case .argument: return .argument(graph: path, name)
    case .pythonFunction(let tool): return .pythonFunction(graph: path, tool: tool, name)
    case .prompt: return promptPath(name, from: path, settings: file.index).map { .prompt($0) }
    case .graph: return relativePath(name, from: path).map { .graph($0) }
    case .file: return relativePath(name, from: path).map { .file($0) }
    case .childKey(let use):
      return relativePath(file.index.graphUses[use].path, from: path).map { .stateKey(graph: $0, name) }
    case .variable(nil): return .variable(prompt: path, name)
    case .variable(let use?):
      guard let prompt = file.index.promptUses[use].prompt else {
        return .inlineVariable(graph: path, use: use, name)
      }
      return promptPath(prompt, from: path, settings: file.index).map { .variable(prompt: $0, name) }
    case .answerField(let use):
      return use.flatMap { file.index.promptUses[$0].prompt }.flatMap {
        promptPath($0, from: path, settings: file.index)
      }.map { .answerField(prompt: $0, name) }
    }
  }

  /// The places of one symbol in the files that may name it.
  func places(of symbol: Symbol) -> [SymbolPlace] {
    filesNaming(symbol).flatMap { path -> [SymbolPlace] in
      guard let file = file(path) else { return [] }
      return file.index.occurrences.filter { self.symbol($0, in: path, file) == symbol }.map {
        SymbolPlace(path: path, file: file, occurrence: $0)
      }
    }
  }

  private func filesNaming(_ symbol: Symbol) -> [String] {
    switch symbol {
    case .node(let graph, _), .item(let graph, _, _), .route(let graph, _, _), .tool(let graph, _),
      .pythonFunction(let graph, _, _), .inlineVariable(let graph, _, _), .argument(let graph, _):
      [graph]
    case .stateKey(let graph, _): unique([graph] + users(ofGraph: graph).map(\.path))
    case .variable(let prompt, _), .answerField(let prompt, _):
      unique([prompt] + users(ofPrompt: prompt).map(\.path))
    case .promptState(let prompt, _): [prompt]
    case .prompt(let path), .graph(let path), .file(let path): graphs(around: path) + prompts(around: path)
    }
  }

  private func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  // MARK: - One thing under several names of files

  /// A symbol with all that are the same thing, because values are handed on by their names alone: a key of the state
  /// that a prompt reads as its variable, a key that a graph shares with another one.
  func same(as symbol: Symbol) -> [Symbol] {
    var found: Set<Symbol> = [symbol]
    var all = [symbol]
    var next = 0
    while next < all.count {
      for other in neighbours(of: all[next]) where found.insert(other).inserted { all.append(other) }
      next += 1
    }
    return all
  }

  private func neighbours(of symbol: Symbol) -> [Symbol] {
    switch symbol {
    case .variable(let prompt, let name):
      return users(ofPrompt: prompt).compactMap { user in
        source(of: name, user)
      } + includedVariables(name, prompt)
    case .promptState(let prompt, let name):
      return users(ofPrompt: prompt).map { user in
        let use = user.promptUse
        return use.items.contains(name)
          ? .item(graph: user.path, owner: use.owner, name) : .stateKey(graph: user.path, name)
      }
    case .stateKey(let path, let name):
      guard let graph = graph(path) else { return [] }
      return readers(of: name, in: graph, path) + sharers(of: name, graph, path)
    case .item(let path, let owner, let name):
      guard let graph = graph(path) else { return [] }
      func belongs(_ use: FileIndex.PromptUse) -> Bool { use.owner == owner && use.items.contains(name) }
      return promptVariables(name, graph, path) { belongs($0) && $0.variables?.contains(name) != true }
        + statePaths(name, graph, path, where: belongs)
    default: return []
    }
  }

  /// What a node hands a variable on from, where that is not one of its `variables`.
  private func source(of name: String, _ user: PromptUser) -> Symbol? {
    let use = user.promptUse
    if use.variables?.contains(name) == true { return nil }
    if use.items.contains(name) { return .item(graph: user.path, owner: use.owner, name) }
    return use.variables == nil ? .stateKey(graph: user.path, name) : nil
  }

  /// The same variable in the prompts that a prompt includes, and in those that include it.
  private func includedVariables(_ name: String, _ prompt: String) -> [Symbol] {
    guard let file = self.prompt(prompt) else { return [] }
    let below = includes(of: file, prompt)
    let above = prompts(around: prompt).filter { other in
      other != prompt && self.prompt(other).map { includes(of: $0, other).contains(prompt) } == true
    }
    return (below + above).filter { hasVariable(name, $0) }.map { .variable(prompt: $0, name) }
  }

  private func hasVariable(_ name: String, _ prompt: String) -> Bool {
    self.prompt(prompt)?.index.occurrences.contains { $0.name == name && $0.subject == .variable(use: nil) } ?? false
  }

  /// The variables and paths of prompts by which a graph's key is read.
  private func readers(of name: String, in graph: IndexedFile, _ path: String) -> [Symbol] {
    promptVariables(name, graph, path) { $0.variables == nil && !$0.items.contains(name) }
      + statePaths(name, graph, path) { !$0.items.contains(name) }
  }

  /// The paths below `state` in the prompts of nodes.
  private func statePaths(
    _ name: String, _ graph: IndexedFile, _ path: String, where fits: (FileIndex.PromptUse) -> Bool
  ) -> [Symbol] {
    graph.index.promptUses.filter(fits).compactMap { use in
      guard let prompt = use.prompt.flatMap({ promptPath($0, from: path, settings: graph.index) }),
        let file = self.prompt(prompt),
        file.index.occurrences.contains(where: { $0.subject == .stateKey && $0.name == name })
      else { return nil }
      return .promptState(prompt: prompt, name)
    }
  }

  private func promptVariables(
    _ name: String, _ graph: IndexedFile, _ path: String, where fits: (FileIndex.PromptUse) -> Bool
  ) -> [Symbol] {
    graph.index.promptUses.filter(fits).compactMap { use in
      use.prompt.flatMap { promptPath($0, from: path, settings: graph.index) }
    }.filter { prompt in
      hasVariable(name, prompt)
        || self.prompt(prompt).map { includes(of: $0, prompt).contains { hasVariable(name, $0) } } == true
    }.map { .variable(prompt: $0, name) }
  }

  /// The keys of that name of graphs with which a graph shares them.
  private func sharers(of name: String, _ graph: IndexedFile, _ path: String) -> [Symbol] {
    let below = graph.index.graphUses.filter(\.sharesKeys).compactMap { relativePath($0.path, from: path) }
    let above = users(ofGraph: path).filter(\.use.sharesKeys).map(\.path)
    return (below + above).filter { other in
      self.graph(other)?.index.occurrences.contains { $0.subject == .stateKey && $0.name == name } ?? false
    }.map { .stateKey(graph: $0, name) }
  }

  /// The places of a symbol and of all that are the same thing, in the order of files and of their texts.
  func allPlaces(of symbol: Symbol) -> [SymbolPlace] {
    var seen: Set<String> = []
    return same(as: symbol).flatMap { places(of: $0) }.filter { place in
      seen.insert("\(place.path) \(place.occurrence.range) \(place.occurrence.unwrittenKey ?? "")").inserted
    }.sorted { left, right in
      (left.path, left.occurrence.range.lowerBound) < (right.path, right.occurrence.range.lowerBound)
    }
  }

  /// The symbols at an offset, those whose name is written first.
  func symbols(at offset: Int, in path: String) -> [(symbol: Symbol, place: SymbolPlace)] {
    guard let file = file(path) else { return [] }
    return file.index.occurrences(at: offset).sorted { left, right in
      (left.isExact ? 0 : 1, left.range.count) < (right.isExact ? 0 : 1, right.range.count)
    }.compactMap { occurrence in
      symbol(occurrence, in: path, file).map {
        ($0, SymbolPlace(path: path, file: file, occurrence: occurrence))
      }
    }
  }
}

internal import GraphRuntime

/// What the server tells the client that it can do.
enum ServerAbilities {
  static func value(_ client: ClientAbilities) -> Value {
    [
      "positionEncoding": .string(client.encoding.rawValue),
      "textDocumentSync": ["openClose": true, "change": 2, "save": ["includeText": false]],
      "hoverProvider": true, "definitionProvider": true, "referencesProvider": true,
      "documentHighlightProvider": true, "documentSymbolProvider": true, "foldingRangeProvider": true,
      "completionProvider": [
        "triggerCharacters": [":", " ", ".", "{", "|", "\"", "'", "[", "/", "-"], "resolveProvider": false,
      ],
      "renameProvider": client.preparesRenames ? ["prepareProvider": true] : true,
      "documentFormattingProvider": true, "workspaceSymbolProvider": true,
      "documentLinkProvider": ["resolveProvider": false],
      "codeActionProvider": ["codeActionKinds": ["quickfix"], "resolveProvider": false],
      "workspace": ["workspaceFolders": ["supported": true, "changeNotifications": true]],
    ]
  }

  /// The files whose changes the client is asked to tell of.
  static let watchers: Value = [
    "registrations": [
      [
        "id": "graph-files", "method": "workspace/didChangeWatchedFiles",
        "registerOptions": ["watchers": [["globPattern": "**/*.{yaml,yml,py,json}"]]],
      ]
    ]
  ]
}

import LanguageModels
import Testing

@Suite struct OfflineGreetingTests {
  private func answer(to question: String) async throws -> String {
    try await OfflineModel().respond(to: ModelRequest(messages: [ModelMessage(.user, question)])).text
  }

  @Test(arguments: [
    ("Say hello to World.", #"Hello! You asked: "Say hello to World." "#),
    ("  Two\n lines ", #"Hello! You asked: "Two lines" "#),
    (
      "Write three sentences about the tides, the moon and the sea in winter.",
      #"Hello! You asked: "Write three sentences about the tides, the moon and the sea…" "#
    ),
    (String(repeating: "x", count: 70), "Hello! You asked: \"" + String(repeating: "x", count: 60) + "…\" "),
    ("", "Hello! You asked nothing. "), (" \n", "Hello! You asked nothing. "),
  ])
  func `An answer greets and says what was asked`(question: String, greeting: String) async throws {
    let text = try await answer(to: question)
    #expect(text.hasPrefix(greeting), "\(text)")
    #expect(text.count > greeting.count)
    #expect(try await answer(to: question) == text)
  }
}

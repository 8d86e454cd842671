/// Files that several suites work on.
enum Projects {
  static let graph = """
    version: "1.0"
    name: review
    state:
      topic:
        type: str
        description: What it is about.
      score: float
    tools:
      search:
        type: shell
        command: grep {pattern} notes.txt
        description: Finds lines.
    nodes:
      draft:
        type: llm
        prompt: draft
        variables:
          subject: "{state.topic}"
      critique:
        type: llm
        description: Looks for faults.
        prompt: critique
      judge:
        type: router
        prompt: judge
        routes:
          good: END
          bad: draft
    edges:
      - from: START
        to: draft
      - from: draft
        to: critique
      - from: critique
        to: judge
        condition: critique.score < 0.8 and score >= 0
      - from: critique
        to: END
      - from: judge
        to: [draft, END]
        type: conditional
    loop_limits:
      draft: 3

    """

  static let draft = "system: You write well.\nuser: Write about {subject}.\n"
  static let critique = """
    user: |
      Find faults in {{ draft }}.
      The topic is {{ topic | upper }}.
    schema:
      name: Critique
      fields:
        score: {type: float, description: How good it is.}
        remarks: list[str]

    """
  static let judge = "user: Is {critique} good or bad?\nschema:\n  name: Verdict\n  fields:\n    verdict: str\n"

  static let review: [String: String] = [
    "graphs/review.yaml": graph, "prompts/draft.yaml": draft, "prompts/critique.yaml": critique,
    "prompts/judge.yaml": judge,
  ]
}

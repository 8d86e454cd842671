import Testing

/// A graph whose letters are its tokens.
let spelling = """
  name: spelling
  description: Spells a text
  state: {text: str, times: {type: int, default: 1}}
  nodes: {spell: {type: spell, text: "{state.text}", state_key: out}}
  edges: [{from: START, to: spell}, {from: spell, to: END}]
  """

/// A graph that is half done until it is let go on.
let holding = """
  name: holding
  nodes: {hold: {type: held, state_key: out}}
  edges: [{from: START, to: hold}, {from: hold, to: END}]
  """

/// A graph that asks a person.
let asking = """
  name: asking
  nodes:
    ask: {type: interrupt, message: "Which colour?", resume_key: colour, state_key: question}
    spell: {type: spell, text: "{state.colour}", state_key: out}
  edges: [{from: START, to: ask}, {from: ask, to: spell}, {from: spell, to: END}]
  """

/// A graph that is told a place and asks back.
let trip = """
  name: trip
  state: {note: str?, place: str, days: int?}
  serve: {chat_input: place}
  nodes:
    ask: {type: interrupt, message: "How many days in {state.place}?", resume_key: days}
    plan: {type: spell, text: "{state.days} days in {state.place}", state_key: out}
  edges: [{from: START, to: ask}, {from: ask, to: plan}, {from: plan, to: END}]
  """

extension Optional where Wrapped: Sendable {
  /// The value, or an issue of the test.
  func get() throws -> Wrapped { try #require(self) }
}

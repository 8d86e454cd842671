/// A graph whose runs with the word `slow` are at work until they are stopped.
let stoppable = """
  name: stoppable
  state: {word: str, log: {type: list, reducer: append, default: []}}
  tools:
    note: {command: "echo {text} >> effects; echo {text}", parse: text}
    wait: {command: "echo here >> here; if [ {text} = slow ]; then sleep 0.1; test -e never; fi"}
  nodes:
    say: {type: tool, tool: note, variables: {text: "{state.word}"}, state_key: log}
    wait: {type: tool, tool: wait, variables: {text: "{state.word}"}, on_error: skip}
    end: {type: tool, tool: note, variables: {text: "end-{state.word}"}, state_key: log}
  edges:
    - {from: START, to: say}
    - {from: say, to: wait}
    - {from: wait, to: wait, condition: state.word == 'slow'}
    - {from: wait, to: end}
    - {from: end, to: END}
  loop_limits: {wait: 1000000}
  config: {recursion_limit: 1000000}
  """

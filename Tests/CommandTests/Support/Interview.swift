import GraphTestSupport

/// A graph that asks two questions, one after the other.
let interview = """
  name: interview
  state: {name: str?, age: int?, more: any?}
  nodes:
    ask_name: {type: interrupt, message: What is your name?, resume_key: name}
    ask_age: {type: interrupt, message: "How old are you, {state.name}?", resume_key: age}
    report: {type: passthrough, output: {text: "{state.name} will be {state.age + 1}"}}
  edges:
    - {from: START, to: ask_name}
    - {from: ask_name, to: ask_age}
    - {from: ask_age, to: report}
    - {from: report, to: END}
  """

/// Runs the program on the files of a folder, to its end.
func graph(_ folder: TemporaryFolder, _ arguments: String...) async throws -> ChildProcess.Result {
  try await GraphProgram.start(
    arguments, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], in: folder.path
  ).result()
}

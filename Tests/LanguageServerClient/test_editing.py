"""The scenarios of an editing session, with a client that nobody of this project wrote."""

from conftest import CRITIQUE, DRAFT, GRAPH, Editor
from lsprotocol import types


def labels(answer) -> list[str]:
    items = answer.items if isinstance(answer, types.CompletionList) else answer or []
    return [item.label for item in sorted(items, key=lambda item: item.sort_text or item.label)]


def places(editor: Editor, locations) -> list[str]:
    found = []
    for location in locations or []:
        name = editor.project.name(location.uri)
        line = editor.project.text(name).split("\n")[location.range.start.line]
        text = line[location.range.start.character : location.range.end.character]
        found.append(f"{name}:{location.range.start.line + 1}:{text}")
    return found


def applied(editor: Editor, edit: types.WorkspaceEdit) -> dict[str, str]:
    changes = dict(edit.changes or {})
    for change in edit.document_changes or []:
        changes[change.text_document.uri] = change.edits
    texts = {}
    for uri, edits in changes.items():
        name = editor.project.name(uri)
        lines = editor.project.text(name).split("\n")

        def offset(position):
            return sum(len(line) + 1 for line in lines[: position.line]) + position.character

        text = editor.project.text(name)
        for edit in sorted(edits, key=lambda edit: -offset(edit.range.start)):
            text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
        texts[name] = text
    return texts


async def test_mistakes_come_and_go(editor: Editor):
    editor.open("graphs/review.yaml")
    assert await editor.findings("graphs/review.yaml") == []
    editor.change("graphs/review.yaml", GRAPH.replace("prompt: critique", "promt: critique"))
    findings = await editor.findings("graphs/review.yaml")
    assert [finding.code for finding in findings] == ["GR0101", "GR0120"] or [f.code for f in findings] == ["GR0101"]
    first = findings[0]
    assert (first.range.start.line, first.range.start.character, first.range.end.character) == (12, 4, 9)
    assert first.source == "graph"
    assert first.severity == types.DiagnosticSeverity.Error
    editor.change("graphs/review.yaml", GRAPH)
    assert await editor.findings("graphs/review.yaml") == []


async def test_a_prompt_that_is_not_saved_counts(editor: Editor):
    editor.open("graphs/review.yaml")
    editor.open("prompts/draft.yaml")
    assert await editor.findings("prompts/draft.yaml") == []
    editor.change("prompts/draft.yaml", "user: Write about {subjct}.\n")
    findings = await editor.findings("prompts/draft.yaml")
    assert [finding.code for finding in findings] == ["GR0230"]


async def test_parts_are_changed_behind_characters_of_two_units(editor: Editor):
    editor.open("prompts/draft.yaml", "user: 😀 Write about {subject}.\n")
    count = editor.units("user: 😀 Write about {")
    editor.replace(
        "prompts/draft.yaml",
        types.Position(line=0, character=count),
        types.Position(line=0, character=count + len("subject")),
        "topic",
    )
    findings = await editor.findings("prompts/draft.yaml")
    assert [finding.message.split(",")[0] for finding in findings] == ["prompt 'draft' uses 'topic'"]


async def test_quick_fixes_mend(editor: Editor):
    editor.open("graphs/review.yaml", GRAPH.replace("to: critique}", "to: critque}"))
    findings = await editor.findings("graphs/review.yaml")
    finding = next(finding for finding in findings if finding.code == "GR0201")
    actions = await editor.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=editor.project.uri("graphs/review.yaml")),
            range=finding.range,
            context=types.CodeActionContext(diagnostics=[finding]),
        )
    )
    assert actions[0].title == "Replace with 'critique'"
    assert actions[0].kind == types.CodeActionKind.QuickFix
    assert applied(editor, actions[0].edit) == {"graphs/review.yaml": GRAPH}


async def test_completion(editor: Editor):
    async def complete(name, text):
        return labels(
            await editor.client.text_document_completion_async(types.CompletionParams(**editor.at(name, text)))
        )

    assert await complete("graphs/review.yaml", GRAPH.replace("to: END", "to: ‸")) == ["draft", "critique", "END"]
    assert await complete("graphs/review.yaml", GRAPH.replace("critique.score < 0.8", "critique.‸")) == [
        "score",
        "remarks",
    ]
    assert "temperature" in await complete("graphs/review.yaml", GRAPH.replace("    prompt: critique\n", "    ‸\n"))
    assert (await complete("graphs/review.yaml", GRAPH.replace("prompt: critique", "prompt: ‸"))) == [
        "critique",
        "draft",
    ]
    assert (await complete("prompts/draft.yaml", "user: Write about {su‸\n"))[0] == "subject"
    assert await complete("prompts/critique.yaml", CRITIQUE.replace("upper", "upp‸")) == ["upper"]


async def test_hover(editor: Editor):
    parameters = editor.at("graphs/review.yaml", GRAPH.replace("to: critique}", "to: crit‸ique}"))
    hover = await editor.client.text_document_hover_async(types.HoverParams(**parameters))
    assert "node of type `llm`" in hover.contents.value
    parameters = editor.at("graphs/review.yaml", GRAPH.replace("loop_limits", "loop_‸limits"))
    hover = await editor.client.text_document_hover_async(types.HoverParams(**parameters))
    assert "The most runs of a node" in hover.contents.value
    parameters = editor.at("prompts/draft.yaml", DRAFT.replace("subject", "sub‸ject"))
    hover = await editor.client.text_document_hover_async(types.HoverParams(**parameters))
    assert "{state.topic}" in hover.contents.value


async def test_definitions_and_references(editor: Editor):
    parameters = editor.at("prompts/critique.yaml", CRITIQUE.replace("{{ draft", "{{ dr‸aft"))
    found = await editor.client.text_document_definition_async(types.DefinitionParams(**parameters))
    assert places(editor, found) == ["graphs/review.yaml:6:draft"]
    parameters = editor.at("graphs/review.yaml", GRAPH.replace("  topic:", "  top‸ic:"))
    found = await editor.client.text_document_references_async(
        types.ReferenceParams(**parameters, context=types.ReferenceContext(include_declaration=True))
    )
    assert places(editor, found) == [
        "graphs/review.yaml:4:topic",
        "graphs/review.yaml:10:topic",
        "prompts/critique.yaml:1:topic",
    ]


async def test_rename(editor: Editor):
    parameters = editor.at("graphs/review.yaml", GRAPH.replace("  topic:", "  top‸ic:"))
    prepared = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**parameters))
    assert prepared.placeholder == "topic"
    edit = await editor.client.text_document_rename_async(types.RenameParams(**parameters, new_name="theme"))
    assert applied(editor, edit) == {
        "graphs/review.yaml": GRAPH.replace("topic", "theme"),
        "prompts/critique.yaml": CRITIQUE.replace("topic", "theme"),
    }


async def test_symbols_folding_and_formatting(editor: Editor):
    editor.open("graphs/review.yaml", GRAPH.replace("    type: llm\n", "    type:   llm\n"))
    document = types.TextDocumentIdentifier(uri=editor.project.uri("graphs/review.yaml"))
    symbols = await editor.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(text_document=document)
    )
    assert "nodes" in [symbol.name for symbol in symbols]
    ranges = await editor.client.text_document_folding_range_async(types.FoldingRangeParams(text_document=document))
    assert ranges
    edits = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(
            text_document=document, options=types.FormattingOptions(tab_size=2, insert_spaces=True)
        )
    )
    assert applied(editor, types.WorkspaceEdit(changes={document.uri: edits}))["graphs/review.yaml"] == GRAPH


async def test_workspace_symbols(editor: Editor):
    symbols = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query="crit"))
    assert sorted(symbol.name for symbol in symbols) == ["critique", "critique.yaml"]

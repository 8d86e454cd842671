"""Starts 'graph lsp' for each test, with a project in a folder of its own."""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

GRAPH = """\
version: "1.0"
name: review
state:
  topic: {type: str, description: What it is about.}
nodes:
  draft:
    type: llm
    prompt: draft
    variables:
      subject: "{state.topic}"
  critique:
    type: llm
    prompt: critique
edges:
  - {from: START, to: draft}
  - {from: draft, to: critique}
  - {from: critique, to: draft, condition: critique.score < 0.8}
  - {from: critique, to: END}
loop_limits:
  draft: 3
"""

DRAFT = "user: Write about {subject}.\n"

CRITIQUE = """\
user: Find faults in {{ draft }} about {{ topic | upper }}.
schema:
  name: Critique
  fields:
    score: {type: float, description: How good it is.}
    remarks: list[str]
"""


class Project:
    """A folder with a graph and two prompts, and the texts as they stand in the editor."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.write("graphs/review.yaml", GRAPH)
        self.write("prompts/draft.yaml", DRAFT)
        self.write("prompts/critique.yaml", CRITIQUE)
        (root / ".git").mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def name(self, uri: str) -> str:
        return uri.removeprefix(self.root.as_uri() + "/")

    def text(self, name: str) -> str:
        return self.texts.get(name) or (self.root / name).read_text(encoding="utf-8")


def place(text: str, mark: str) -> tuple[str, types.Position]:
    """A text without the mark, and where the mark stood, counted in UTF-16."""
    before, after = text.split(mark)
    line = before.count("\n")
    last = before.rsplit("\n", 1)[-1]
    return before + after, types.Position(line=line, character=len(last.encode("utf-16-le")) // 2)


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return Project(tmp_path)


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim", "emacs"],
    config=ClientServerConfig(server_command=[os.environ.get("GRAPH", "graph"), "lsp", "--stdio"]),
)
async def client(lsp_client: LanguageClient, project: Project, request):
    parameters = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        root_uri=project.root.as_uri(),
        workspace_folders=[types.WorkspaceFolder(uri=project.root.as_uri(), name="project")],
    )
    published = []
    handle = lsp_client.protocol._handle_notification

    def note(method, parameters):
        if method == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS:
            published.append(parameters)
        return handle(method, parameters)

    lsp_client.protocol._handle_notification = note
    registered = []

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(parameters: types.RegistrationParams):
        registered.extend(parameters.registrations)

    result = await lsp_client.initialize_session(parameters)
    lsp_client.published = published
    lsp_client.registered = registered
    lsp_client.encoding = result.capabilities.position_encoding
    yield lsp_client
    await lsp_client.shutdown_session()


class Editor:
    """What an editor does with files, in words."""

    def __init__(self, client: LanguageClient, project: Project):
        self.client = client
        self.project = project

    def open(self, name: str, text: str | None = None) -> None:
        text = self.project.text(name) if text is None else text
        self.project.texts[name] = text
        self.project.versions[name] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                text_document=types.TextDocumentItem(
                    uri=self.project.uri(name), language_id="yaml", version=1, text=text
                )
            )
        )

    def change(self, name: str, text: str) -> None:
        self.project.texts[name] = text
        self.project.versions[name] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(
                    uri=self.project.uri(name), version=self.project.versions[name]
                ),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )

    def replace(self, name: str, start: types.Position, end: types.Position, text: str) -> None:
        """A change of a part; the text is what is expected to be there then, and is not kept here."""
        self.project.versions[name] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(
                    uri=self.project.uri(name), version=self.project.versions[name]
                ),
                content_changes=[
                    types.TextDocumentContentChangePartial(range=types.Range(start=start, end=end), text=text)
                ],
            )
        )

    async def findings(self, name: str) -> list[types.Diagnostic]:
        """What is known of a file once the server has looked at its last version."""
        uri = self.project.uri(name)
        version = self.project.versions[name]
        for _ in range(1_000):
            for notice in reversed(self.client.published):
                if notice.uri == uri and notice.version == version:
                    return list(notice.diagnostics)
            await asyncio.sleep(0.01)
        raise AssertionError(f"nothing was said of {name}, version {version}")

    def units(self, text: str) -> int:
        """The length of a text as the client and the server have agreed to count."""
        if self.client.encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8"))
        return len(text.encode("utf-16-le")) // 2

    def at(self, name: str, text: str, mark: str = "‸") -> dict:
        """Puts a text with a mark in a file's place; the parameters of a request at the mark."""
        text, position = place(text, mark)
        if name in self.project.versions:
            self.change(name, text)
        else:
            self.open(name, text)
        return {
            "text_document": types.TextDocumentIdentifier(uri=self.project.uri(name)),
            "position": position,
        }


@pytest.fixture
def editor(client: LanguageClient, project: Project) -> Editor:
    return Editor(client, project)

"""A server of the Model Context Protocol that keeps notes, with nothing but Python's own library."""

import json
import sys

NOTES = [
    "The lamp is cleaned with warm water and a soft cloth, never with soap.",
    "Visitors may climb the tower between ten and four.",
]

TEXT = {"type": "string"}
TOOLS = [
    {
        "name": "add",
        "description": "Keeps a note.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {**TEXT, "description": "The note, one sentence."}},
            "required": ["text"],
        },
        "outputSchema": {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]},
    },
    {
        "name": "search",
        "description": "Finds the notes that hold a word.",
        "inputSchema": {
            "type": "object",
            "properties": {"word": {**TEXT, "description": "A word, as it stands in the note."}},
            "required": ["word"],
        },
    },
]


def call(name, arguments):
    if name == "add":
        NOTES.append(arguments["text"])
        value = {"count": len(NOTES)}
        return {"content": [{"type": "text", "text": json.dumps(value)}], "structuredContent": value}
    found = [note for note in NOTES if arguments["word"].lower() in note.lower()]
    return {"content": [{"type": "text", "text": note} for note in found]}


def answer(method, parameters):
    if method == "initialize":
        return {
            "protocolVersion": parameters["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "notes", "version": "1.0"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return call(parameters["name"], parameters.get("arguments", {}))
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "method" in message and "id" in message:
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer(message["method"], message.get("params"))}
        print(json.dumps(reply), flush=True)

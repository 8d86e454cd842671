"""What guides of other systems show for browsers, in Chromium, unchanged but for the address.

The snippets are those of the streaming guides of SynapseKit (EventSource, fetch with a reader, WebSocket) and of
yamlgraph (EventSource).
"""

import http.server
import json
import shutil
import subprocess
import threading
import urllib.request

import pytest

from conftest import PACKAGE, shown

CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

EVENT_SOURCE = """
// Plain JavaScript EventSource
const source = new EventSource('SERVER/graphs/hello/stream?query=What+is+RAG');
const output = document.getElementById('output');
source.onmessage = (event) => {
if (event.data === '[DONE]') {
source.close();
return;
}
output.textContent += event.data;
};
source.onerror = (err) => {
console.error('SSE error:', err);
source.close();
};
"""

FETCH = """
async function streamPost(query) {
const response = await fetch('SERVER/graphs/hello/stream', {
method: 'POST',
headers: { 'Content-Type': 'application/json' },
body: JSON.stringify({ query }),
});
const reader = response.body.getReader();
const decoder = new TextDecoder();
while (true) {
const { done, value } = await reader.read();
if (done) break;
const chunk = decoder.decode(value);
const lines = chunk.split('\\n');
for (const line of lines) {
if (line.startsWith('data: ')) {
const token = line.slice(6);
if (token !== '[DONE]') {
document.getElementById('output').textContent += token;
}
}
}
}
}
streamPost("What is RAG");
"""

WEB_SOCKET = """
const ws = new WebSocket('SOCKET/graphs/hello/ws');
ws.onopen = () => {
ws.send('What is RAG');
};
ws.onmessage = (event) => {
if (event.data === '[DONE]') {
console.log('Stream complete');
return;
}
document.getElementById('output').textContent += event.data;
};
ws.onerror = (err) => console.error('WebSocket error:', err);
"""

YAMLGRAPH = """
const eventSource = new EventSource('SERVER/graphs/chat/stream?prompt=What+is+RAG');
eventSource.onmessage = (e) => {
    if (e.data === '[DONE]') {
        eventSource.close();
    } else {
        document.getElementById('output').textContent += e.data;
    }
};
"""

PAGE = """<!doctype html><meta charset="utf-8"><div id="output"></div>
<script>
const said = [];
for (const name of ['log', 'error']) console[name] = (...words) => said.push(words.map(String).join(' '));
</script>
<script>EXAMPLE</script>
<script>
// Whatever the example does, its text stands still in the end.
let last = null, still = 0;
setInterval(() => {
  const text = document.getElementById('output').textContent;
  still = text !== '' && text === last ? still + 1 : 0;
  last = text;
  if (still === 10) fetch('/result', {method: 'POST', body: JSON.stringify({text, said})});
}, 100);
</script>
"""


class Pages(http.server.ThreadingHTTPServer):
    """Serves one page, and hears from it what it shows."""

    def __init__(self):
        self.page = ""
        self.result = None
        self.has_result = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.result = json.loads(body)
        self.server.has_result.set()

    def log_message(self, *words):
        pass


def look(start, tmp_path, example, order, folder):
    """Shows a page with an example, whose text is to become what a run with the same input comes to."""
    pages = Pages()
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    server = start("--allow-origin", f"http://127.0.0.1:{pages.server_port}", folder=folder)
    pages.page = PAGE.replace("EXAMPLE", example.replace("SERVER", server.url).replace(
        "SOCKET", f"ws://127.0.0.1:{server.port}").replace("http://127.0.0.1:8080", server.url))
    graph, values, key = order
    request = urllib.request.Request(
        f"{server.url}/graphs/{graph}/runs", json.dumps({"input": values}).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        expected = json.loads(answer.read())["state"][key]
    browser = subprocess.Popen(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={tmp_path}/browser", f"http://127.0.0.1:{pages.server_port}/"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert pages.has_result.wait(120)
    finally:
        browser.terminate()
        browser.wait()
        pages.shutdown()
    assert pages.result["text"] == expected
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        started = [line for line in answer.read().decode().splitlines() if "runs_started_total{" in line]
    assert started == [f'tributary_runs_started_total{{graph="{graph}"}} 2']
    return pages.result["said"]


@pytest.mark.parametrize("example", [EVENT_SOURCE, FETCH, WEB_SOCKET, YAMLGRAPH],
                         ids=["EventSource", "fetch", "WebSocket", "yamlgraph"])
def test_the_example_of_a_guide_shows_the_whole_answer(start, tmp_path, example):
    name, key = ("chat", "prompt") if example is YAMLGRAPH else ("hello", "query")
    said = look(start, tmp_path, example, (name, {key: "What is RAG"}, "text"), tmp_path)
    assert said == (["Stream complete"] if example is WEB_SOCKET else [])


def test_the_example_of_our_document_shows_the_whole_answer(start, tmp_path):
    said = look(start, tmp_path, shown("javascript"), ("hello", {"name": "Ada"}, "greeting"), PACKAGE)
    assert said == []

"""The client of server-sent events 'sseclient-py' from PyPI."""

import urllib.request

from sseclient import SSEClient

PATH = "/graphs/hello/stream?query=tides&_stream="


def read(server, path, last=None, count=None):
    """Events of a stream, up to a number of them; the connection is cut then."""
    request = urllib.request.Request(server.url + path, headers={"Last-Event-ID": last} if last else {})
    with urllib.request.urlopen(request) as answer:
        events = []
        for event in SSEClient(iter(lambda: answer.read1(1 << 16), b"")).events():
            events.append((event.event, event.id, event.data))
            if len(events) == count:
                break
        return events


def test_a_stream_that_was_cut_goes_on_behind_its_last_event(start):
    server = start()
    for view in ("text", "tokens", "updates", "values", "events"):
        begun = read(server, PATH + view, count=1)
        rest = read(server, PATH + view, last=begun[0][1])
        run = begun[0][1].rpartition(".")[0]
        whole = read(server, f"/runs/{run}/events?stream={view}")
        assert begun + rest == whole
        assert (whole[-1][0], whole[-1][2] == "[DONE]") == (("message", True) if view == "text" else ("done", False))
        assert len({event[1] for event in whole}) == len(whole)


def test_a_kept_run_is_read_from_the_next_server(start):
    server = start()
    whole = read(server, PATH + "events&_thread=t")
    server.process.kill()
    server.process.wait()
    server.process.returncode = 0
    other = start()
    assert read(other, PATH + "events&_thread=t", last=whole[2][1]) == whole[3:]
    assert read(other, "/graphs/hello/threads/t/events") == whole

"""The 'websockets' client from PyPI."""

import json

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def address(server, graph="hello"):
    return f"ws://127.0.0.1:{server.port}/graphs/{graph}/ws"


def until_done(socket):
    texts = []
    while (text := socket.recv(timeout=60)) != "[DONE]":
        texts.append(text)
    return texts


def test_a_text_is_a_question(start):
    server = start()
    with connect(address(server), compression="deflate") as socket:
        for _ in range(2):
            socket.send("What is RAG?")
            assert len(until_done(socket)) > 1
        assert socket.ping().wait(60)


def test_a_question_back_is_answered_with_the_next_text(start):
    server = start()
    with connect(address(server, "trip")) as socket:
        socket.send("Rome")
        assert until_done(socket) == ["How many days in Rome?"]
        socket.send("3")
        until_done(socket)
    with connect(address(server, "trip")) as socket:
        socket.send(json.dumps({"input": {"place": "Oslo"}, "thread": "t", "session_id": "s"}))
        while (message := json.loads(socket.recv(timeout=60)))["type"] != "done":
            assert message["session_id"] == "s"
        assert message["status"] == "interrupted"
    with connect(address(server, "trip")) as socket:
        socket.send(json.dumps({"type": "resume", "thread": "t", "answer": 2}))
        while (message := json.loads(socket.recv(timeout=60)))["type"] != "done":
            pass
        assert message["state"]["text"] == "2 days in Oslo"


def test_a_binary_message_closes_with_its_code(start):
    server = start()
    with connect(address(server)) as socket:
        socket.send(b"\x00")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=60)
        assert socket.close_code == 1003


def test_a_message_that_is_too_large_closes_with_its_code(start):
    server = start()
    with connect(address(server)) as socket:
        with pytest.raises(ConnectionClosed):
            socket.send("x" * (2 << 20))
            socket.recv(timeout=60)
        assert socket.close_code == 1009

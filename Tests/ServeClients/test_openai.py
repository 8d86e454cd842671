"""The official client of OpenAI, against graphs as its models."""

import openai
import pytest

from conftest import PACKAGE, shown


def client(server, key="none"):
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0)


def test_each_graph_is_a_model(start):
    server = start()
    models = client(server).models.list()
    assert [model.id for model in models] == ["chat", "hello", "talk", "trip"]
    assert client(server).models.retrieve("talk").id == "talk"


def test_an_answer_has_its_usage(start):
    server = start()
    answer = client(server).chat.completions.create(
        model="hello", messages=[{"role": "user", "content": "What is RAG?"}])
    assert answer.object == "chat.completion"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_an_answer_streams(start):
    server = start()
    order = dict(model="hello", messages=[{"role": "user", "content": "What is RAG?"}])
    whole = client(server).chat.completions.create(**order).choices[0].message.content
    pieces, usage = [], None
    for chunk in client(server).chat.completions.create(
            **order, stream=True, stream_options={"include_usage": True}):
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
        usage = chunk.usage or usage
    assert "".join(pieces) == whole
    assert len(pieces) > 1
    assert usage.completion_tokens > 0


def test_the_helper_for_streams_joins_the_answer(start):
    server = start()
    with client(server).chat.completions.stream(
            model="hello", messages=[{"role": "user", "content": "What is RAG?"}]) as stream:
        for _ in stream:
            pass
        assert stream.get_final_completion().choices[0].message.content



def test_the_asynchronous_client_streams(start):
    import asyncio

    server = start()

    async def ask():
        answers = openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="none")
        stream = await answers.chat.completions.create(
            model="hello", messages=[{"role": "user", "content": "hi"}], stream=True)
        return [chunk async for chunk in stream]

    assert len(asyncio.run(ask())) > 2


def test_a_graph_with_messages_gets_all_of_them(start):
    server = start()
    answer = client(server).chat.completions.create(
        model="talk",
        messages=[
            {"role": "system", "content": "be short"}, {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"}, {"role": "user", "content": [{"type": "text", "text": "c"}]},
        ])
    assert answer.choices[0].message.content == "4 messages"


def test_the_input_that_the_file_names_gets_the_message(start):
    server = start()
    answer = client(server).chat.completions.create(
        model="trip", messages=[{"role": "user", "content": "Rome"}])
    assert answer.choices[0].message.content == "How many days in Rome?"


def test_mistakes_are_the_clients_own_errors(start):
    server = start()
    with pytest.raises(openai.NotFoundError) as none:
        client(server).chat.completions.create(model="helo", messages=[{"role": "user", "content": "x"}])
    assert "did you mean 'hello'?" in none.value.message
    assert none.value.code == "no_such_graph"
    with pytest.raises(openai.BadRequestError) as empty:
        client(server).chat.completions.create(model="hello", messages=[])
    assert empty.value.param == "messages"


def test_the_token_is_the_clients_key(start):
    server = start(environment={"GRAPH_SERVE_TOKEN": "s3cret"})
    with pytest.raises(openai.AuthenticationError):
        client(server, "wrong").models.list()
    assert list(client(server, "s3cret").models.list())


def test_what_the_document_shows(start, capsys):
    server = start(folder=PACKAGE)
    exec(shown("python").replace("http://127.0.0.1:8080", server.url), {})
    answer = client(server).chat.completions.create(
        model="linear", messages=[{"role": "user", "content": "tides"}])
    assert capsys.readouterr().out == answer.choices[0].message.content

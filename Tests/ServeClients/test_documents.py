"""The documents that other programs read: OpenAPI, Prometheus' metrics, JSON Schemas of inputs."""

import json
import urllib.request

import jsonschema
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.parser import text_string_to_metric_families


def get(server, path):
    with urllib.request.urlopen(server.url + path) as answer:
        return answer.read().decode()


def test_the_openapi_document_is_valid_and_has_all_paths(start):
    for server in [start(), start(environment={"GRAPH_SERVE_TOKEN": ""})]:
        document = json.loads(get(server, "/openapi.json"))
        assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
        assert {
            "/graphs", "/graphs/{name}", "/graphs/{name}/runs", "/graphs/{name}/stream", "/graphs/{name}/ws",
            "/graphs/{name}/threads/{thread}", "/graphs/{name}/threads/{thread}/events",
            "/graphs/{name}/threads/{thread}/resume", "/runs/{id}", "/runs/{id}/events",
            "/runs/{id}/stop", "/runs/{id}/resume", "/v1/models", "/v1/models/{name}", "/v1/chat/completions",
            "/healthz", "/metrics", "/openapi.json",
        } == set(document["paths"])


def test_answers_fit_the_schemas_that_the_document_gives(start):
    server = start()
    document = json.loads(get(server, "/openapi.json"))
    request = urllib.request.Request(
        server.url + "/graphs/hello/runs", b'{"input": {"query": "x"}}', {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        run = json.loads(answer.read())
    schema = document["paths"]["/graphs/{name}/runs"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(run)
    jsonschema.Draft202012Validator.check_schema(json.loads(get(server, "/graphs/hello"))["inputs"])


def test_the_metrics_are_read_by_prometheus_parser(start):
    server = start()
    get(server, "/graphs/hello/stream?query=x")
    families = {family.name: family for family in text_string_to_metric_families(get(server, "/metrics"))}
    assert families["tributary_runs"].type == "counter"
    runs = {tuple(sorted(sample.labels.items())): sample.value for sample in families["tributary_runs"].samples}
    assert runs[(("graph", "hello"), ("status", "completed"))] == 1
    assert families["tributary_connections"].type == "gauge"
    assert sum(sample.value for sample in families["tributary_model_tokens"].samples) > 0

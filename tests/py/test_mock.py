"""The mock server seen by the official client and by raw sockets."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from pydantic import BaseModel

from openai_native.mock import MockServer, main


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.base_url, api_key="sk-test", max_retries=0) as made:
        yield made


@pytest.fixture
def raw(server: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, headers={"authorization": "Bearer k"}) as made:
        yield made


def chat(prompt: str = "Hello there", **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}], **more}


def fault(text: str) -> dict[str, str]:
    return {"X-Mock-Fault": text}


def exchange(server: MockServer, request: bytes, timeout: float = 5) -> bytes:
    """Everything the server sends until it closes; b"RST" at the end when it resets."""
    with socket.create_connection((server.host, server.port), timeout=timeout) as sock:
        sock.sendall(request)
        out = b""
        while True:
            try:
                got = sock.recv(65536)
            except ConnectionResetError:
                return out + b"RST"
            if not got:
                return out
            out += got


def http(body: bytes, *headers: str, path: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: x", "authorization: Bearer k"]
    lines += ["content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


CHAT = json.dumps(chat()).encode()
STREAM = json.dumps(chat(stream=True)).encode()
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}


# --- chat ---------------------------------------------------------------------------------------


def test_chat_answers_about_the_prompt(client: openai.OpenAI) -> None:
    got = client.chat.completions.create(**chat("What is a heron?", n=3))
    assert [one.index for one in got.choices] == [0, 1, 2]
    assert all("What is a heron?" in (one.message.content or "") for one in got.choices)
    assert len({one.message.content for one in got.choices}) == 3
    assert got.usage and got.usage.total_tokens == (
        got.usage.prompt_tokens + got.usage.completion_tokens
    )
    assert got._request_id and got._request_id.startswith("req_")


def test_the_same_request_gets_the_same_answer(raw: httpx.Client) -> None:
    first, second = (raw.post("chat/completions", json=chat()).json() for _ in range(2))
    for one in (first, second):
        del one["id"], one["created"]
    assert first == second
    other = raw.post("chat/completions", json=chat(seed=1)).json()
    assert other["choices"] != first["choices"]


def test_a_stream_says_what_the_answer_says(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(**chat()).choices[0].message.content
    stream = client.chat.completions.create(
        **chat(stream=True, stream_options={"include_usage": True})
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == [] and chunks[-1].usage
    assert chunks[-1].usage.completion_tokens == len(chunks) - 3
    assert all(c.usage is None for c in chunks[:-1])


def test_streams_end_with_the_marker(raw: httpx.Client) -> None:
    answer = raw.post("chat/completions", json=chat(stream=True))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.text.endswith("data: [DONE]\n\n")
    assert "usage" not in answer.text


def test_max_tokens_and_stop_cut(client: openai.OpenAI) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        got = client.chat.completions.create(**chat(**{name: 3}))
        assert got.choices[0].finish_reason == "length"
        assert got.usage and got.usage.completion_tokens == 3
    got = client.chat.completions.create(**chat("one STOP two", stop=["nothing", "STOP"]))
    assert (got.choices[0].message.content or "").endswith("one ")
    assert got.choices[0].finish_reason == "stop"


def test_logprobs_belong_to_the_text(client: openai.OpenAI) -> None:
    got = client.chat.completions.create(**chat("héron", logprobs=True, top_logprobs=2))
    tokens = got.choices[0].logprobs and got.choices[0].logprobs.content
    assert tokens and "".join(t.token for t in tokens) == got.choices[0].message.content
    assert all(bytes(t.bytes or []).decode() == t.token for t in tokens)
    assert all(len(t.top_logprobs) == 2 for t in tokens)


def test_tool_calls(client: openai.OpenAI) -> None:
    other = {"type": "function", "function": {"name": "sing"}}
    got = client.chat.completions.create(**chat("Weather?", tools=[WEATHER, other]))
    assert got.choices[0].finish_reason == "tool_calls"
    (call,) = got.choices[0].message.tool_calls or []
    arguments = json.loads(call.function.arguments)  # type: ignore[union-attr]
    assert set(arguments) == {"city", "days"} and arguments["days"] >= 2
    for more, names in (
        ({"tool_choice": "none"}, []),
        ({"tool_choice": {"type": "function", "function": {"name": "sing"}}}, ["sing"]),
        ({"messages": [{"role": "user", "content": "get_weather and sing"}]}, None),
    ):
        got = client.chat.completions.create(**{**chat(tools=[WEATHER, other]), **more})
        calls = got.choices[0].message.tool_calls or []
        expected = ["get_weather", "sing"] if names is None else names
        assert [c.function.name for c in calls] == expected  # type: ignore[union-attr]


def test_a_tool_result_is_answered_in_words(client: openai.OpenAI) -> None:
    got = client.chat.completions.create(**chat(tools=[WEATHER]))
    message = got.choices[0].message
    history = [*chat()["messages"], message.model_dump(exclude_none=True)]
    assert message.tool_calls
    history.append({"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "rain"})
    got = client.chat.completions.create(model="gpt-4o", messages=history, tools=[WEATHER])
    assert got.choices[0].message.content


def test_streamed_tool_calls_add_up(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(**chat(tools=[WEATHER])) as stream:
        final = stream.get_final_completion()
    (call,) = final.choices[0].message.tool_calls or []
    assert call.function.name == "get_weather" and call.id.startswith("call_")
    assert json.loads(call.function.arguments)["days"] >= 2


class Step(BaseModel):
    title: str
    minutes: int
    children: list[Step]


class Plan(BaseModel):
    steps: list[Step]
    mood: str | None
    score: float


def test_parse_gets_an_instance_of_the_schema(client: openai.OpenAI) -> None:
    got = client.chat.completions.parse(**chat(), response_format=Plan)
    assert isinstance(got.choices[0].message.parsed, Plan)
    answer = client.responses.parse(model="gpt-4o", input="Plan it", text_format=Plan)
    assert isinstance(answer.output_parsed, Plan)


def test_json_object(client: openai.OpenAI) -> None:
    got = client.chat.completions.create(**chat(response_format={"type": "json_object"}))
    assert "Hello there" in json.loads(got.choices[0].message.content or "")["answer"]


@pytest.mark.parametrize(
    ("schema", "good"),
    [
        ({"type": "string", "enum": ["b", "a"]}, lambda v: v == "b"),
        ({"const": 7}, lambda v: v == 7),
        ({"type": "integer", "minimum": 10, "maximum": 12, "multipleOf": 4}, lambda v: v == 12),
        ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5}, lambda v: v == 4),
        ({"type": "integer", "maximum": -5}, lambda v: isinstance(v, int) and v <= -5),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, lambda v: 0 < v < 1),
        ({"type": "number", "minimum": 2.25, "maximum": 2.5}, lambda v: 2.25 <= v <= 2.5),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 3}, lambda v: v == [True] * 3),
        ({"type": "array", "items": {"type": "null"}, "maxItems": 0}, lambda v: v == []),
        ({"type": "string", "pattern": "^[A-Z]{3}-\\d{2,4}(x|y)$"}, lambda v: v == "AAA-11x"),
        ({"type": "string", "minLength": 40}, lambda v: len(v) >= 40),
        ({"type": "string", "maxLength": 3}, lambda v: len(v) <= 3),
        ({"type": "string", "format": "date"}, lambda v: v == "2026-01-02"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, lambda v: v is None),
        ({"type": ["string", "null"]}, lambda v: isinstance(v, str)),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"const": [1, {"k": None}]}}}, lambda v: v[1]),
        ({"type": "object", "properties": {}}, lambda v: v == {}),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
            lambda v: v == {"a": 1, "b": 2},
        ),
    ],
)
def test_schemas(raw: httpx.Client, schema: dict[str, Any], good: Any) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    got = raw.post("chat/completions", json=chat(response_format=wanted)).json()
    instance = json.loads(got["choices"][0]["message"]["content"])
    assert good(instance), instance


def test_stored_chats(client: openai.OpenAI) -> None:
    ids = [
        client.chat.completions.create(**chat(f"p{n}", store=True, metadata={"run": "a"})).id
        for n in range(5)
    ]
    found = client.chat.completions.list(metadata={"run": "a"}, limit=2)
    assert [one.id for one in found] == ids
    assert found.has_more
    assert [one.id for one in client.chat.completions.list(order="desc", limit=5)] == ids[::-1]
    updated = client.chat.completions.update(ids[0], metadata={"run": "b"})
    assert updated.metadata == {"run": "b"}
    assert [one.id for one in client.chat.completions.list(metadata={"run": "b"})] == ids[:1]
    messages = client.chat.completions.messages.list(ids[1])
    assert [m.content for m in messages] == ["p1"]
    assert client.chat.completions.retrieve(ids[2]).id == ids[2]
    assert client.chat.completions.delete(ids[2]).deleted
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.retrieve(ids[2])


# --- the other endpoints ------------------------------------------------------------------------


def test_completions(client: openai.OpenAI) -> None:
    got = client.completions.create(
        model="gpt-3.5-turbo-instruct", prompt=["first", "second"], n=2, echo=True, logprobs=1
    )
    assert [c.text.startswith(w) for c, w in zip(got.choices, "ffss", strict=True)] == [True] * 4
    stream = client.completions.create(
        model="m", prompt="x y", stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    whole = client.completions.create(model="m", prompt="x y").choices[0].text
    assert "".join(c.choices[0].text for c in chunks if c.choices) == whole
    assert chunks[-1].usage and chunks[-2].choices[0].finish_reason == "stop"


def test_responses(client: openai.OpenAI) -> None:
    got = client.responses.create(model="gpt-4o", input="Tell me", instructions="Be brief")
    assert got.status == "completed" and "Tell me" in got.output_text
    assert got.instructions == "Be brief" and got.usage and got.usage.output_tokens > 0
    assert client.responses.retrieve(got.id) == got
    (item,) = client.responses.input_items.list(got.id)
    assert item.type == "message"
    after = client.responses.create(model="gpt-4o", input="And?", previous_response_id=got.id)
    assert after.previous_response_id == got.id
    with pytest.raises(openai.BadRequestError, match="background"):
        client.responses.cancel(got.id)
    client.responses.delete(got.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(got.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-4o", input="And?", previous_response_id=got.id)
    assert caught.value.code == "previous_response_not_found"
    hidden = client.responses.create(model="gpt-4o", input="x", store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(hidden.id)


def test_response_events(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model="gpt-4o", input="Hi", stream=True))
    kinds = [e.type for e in events]
    deltas = kinds.count("response.output_text.delta")
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * deltas,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [e.sequence_number for e in events] == list(range(len(events)))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed" and last.response.output_text == text
    again = list(client.responses.retrieve(last.response.id, stream=True))
    assert again == events
    rest = list(client.responses.retrieve(last.response.id, stream=True, starting_after=4))
    assert rest == events[5:]


def test_response_stream_helper_and_tools(client: openai.OpenAI) -> None:
    tool = {"type": "function", "strict": True, **WEATHER["function"]}  # type: ignore[dict-item]
    with client.responses.stream(model="gpt-4o", input="Hi", tools=[tool]) as stream:  # type: ignore[list-item]
        final = stream.get_final_response()
    (call,) = final.output
    assert call.type == "function_call" and json.loads(call.arguments)["days"] >= 2
    answer = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    history: Any = [{"role": "user", "content": "Hi"}, call.model_dump(), answer]
    assert client.responses.create(model="gpt-4o", input=history, tools=[tool]).output_text  # type: ignore[list-item]


def test_short_and_background_responses(client: openai.OpenAI) -> None:
    long = " ".join(["word"] * 30)
    got = client.responses.create(model="gpt-4o", input=long, max_output_tokens=16)
    assert got.status == "incomplete"
    assert got.incomplete_details and got.incomplete_details.reason == "max_output_tokens"
    slow = client.responses.create(model="gpt-4o", input="x", background=True)
    seen = [slow.status] + [client.responses.retrieve(slow.id).status for _ in range(2)]
    assert seen == ["queued", "in_progress", "completed"]
    slow = client.responses.create(model="gpt-4o", input="x", background=True)
    assert client.responses.cancel(slow.id).status == "cancelled"
    assert client.responses.retrieve(slow.id).status == "cancelled"


def test_embeddings(client: openai.OpenAI) -> None:
    model = "text-embedding-3-small"
    as_base64 = client.embeddings.create(model=model, input=["a", "b"])
    as_floats = client.embeddings.create(model=model, input=["a", "b"], encoding_format="float")
    for packed, plain in zip(as_base64.data, as_floats.data, strict=True):
        exact = [struct.unpack("f", struct.pack("f", x))[0] for x in plain.embedding]
        assert packed.embedding == exact
        assert len(exact) == 1536 and abs(sum(x * x for x in exact) - 1) < 1e-5
    assert as_base64.data[0].embedding != as_base64.data[1].embedding
    for wanted in (1, 2, 3, 256):
        small = client.embeddings.create(model=model, input=[1, 2, 3], dimensions=wanted)
        assert len(small.data) == 1 and len(small.data[0].embedding) == wanted


def test_embeddings_base64_is_canonical(raw: httpx.Client) -> None:
    for wanted in (1, 2, 3):
        body = {"model": "m", "input": "x", "dimensions": wanted, "encoding_format": "base64"}
        text = raw.post("embeddings", json=body).json()["data"][0]["embedding"]
        assert len(base64.b64decode(text, validate=True)) == 4 * wanted


def test_models(client: openai.OpenAI) -> None:
    assert "gpt-4o" in [m.id for m in client.models.list()]
    assert client.models.retrieve("ft:gpt-4o:me/x").id == "ft:gpt-4o:me/x"
    assert client.models.delete("ft:gpt-4o:me").deleted
    with pytest.raises(openai.PermissionDeniedError):
        client.models.delete("gpt-4o")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("missing-model")


def test_fine_tuning_pages(server: MockServer, client: openai.OpenAI) -> None:
    with MockServer(jobs=45) as other:
        paged = client.with_options(base_url=other.base_url)
        jobs = list(paged.fine_tuning.jobs.list(limit=20))
        assert len(jobs) == len({j.id for j in jobs}) == 45
        targets = [r["target"] for r in other.requests()]
        assert len(targets) == 3 and "after=" in targets[1]
        page = paged.fine_tuning.jobs.list(limit=40)
        assert page.has_next_page() and len(page.get_next_page().data) == 5
    assert len(client.fine_tuning.jobs.list().data) == 20


def test_fine_tuning_jobs(client: openai.OpenAI) -> None:
    job = client.fine_tuning.jobs.create(
        model="gpt-4o", training_file="file-1", suffix="s", metadata={"k": "v"}, seed=7
    )
    assert job.status == "queued" and job.metadata == {"k": "v"} and job.seed == 7
    assert client.fine_tuning.jobs.list().data[0].id == job.id
    assert client.fine_tuning.jobs.pause(job.id).status == "paused"  # type: ignore[comparison-overlap]
    assert client.fine_tuning.jobs.resume(job.id).status == "queued"
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        client.fine_tuning.jobs.cancel(job.id)
    assert client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    assert len(list(client.fine_tuning.jobs.list_events(job.id, limit=7))) == 30
    assert len(list(client.fine_tuning.jobs.checkpoints.list(job.id))) == 15
    with pytest.raises(openai.NotFoundError):
        client.fine_tuning.jobs.retrieve("ftjob-none")


def test_moderations(client: openai.OpenAI) -> None:
    got = client.moderations.create(input=["a nice day", "I will KILL it"])
    assert [r.flagged for r in got.results] == [False, True]
    assert got.results[1].categories.violence and not got.results[1].categories.hate


# --- bad requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"messages": chat()["messages"]}, "model", "missing_required_parameter"),
        ({"model": "gpt-4o"}, "messages", "missing_required_parameter"),
        ({"model": "gpt-4o", "messages": []}, "messages", "empty_array"),
        ({"model": "gpt-4o", "messages": "hi"}, "messages", "invalid_type"),
        ({"model": "gpt-4o", "messages": ["hi"]}, "messages[0]", "invalid_type"),
        ({"model": 5, "messages": chat()["messages"]}, "model", "invalid_type"),
        (chat(messages=[{"content": "x"}]), "messages[0].role", "missing_required_parameter"),
        (chat(messages=[{"role": "boss", "content": "x"}]), "messages[0].role", "invalid_value"),
        (chat(messages=[{"role": "user", "content": 3}]), "messages[0].content", "invalid_type"),
        (chat(temperature="hot"), "temperature", "invalid_type"),
        (chat(temperature=3), "temperature", "integer_above_max_value"),
        (chat(n=0), "n", "integer_below_min_value"),
        (chat(n=1.5), "n", "invalid_type"),
        (chat(stream="yes"), "stream", "invalid_type"),
        (chat(stop=[1]), "stop[0]", "invalid_type"),
        (chat(stream_options={"include_usage": True}), "stream_options", "invalid_value"),
        (chat(response_format={"type": "xml"}), "response_format.type", "invalid_value"),
        (
            chat(tools=[{"type": "function", "function": {}}]),
            "tools[0].function.name",
            "missing_required_parameter",
        ),
    ],
)
def test_wrong_bodies(raw: httpx.Client, body: Any, param: str, code: str) -> None:
    answer = raw.post("chat/completions", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400, param, code)
    assert error["type"] == "invalid_request_error" and error["message"]


def test_statuses_of_bad_requests(server: MockServer, raw: httpx.Client) -> None:
    def status(answer: httpx.Response) -> tuple[int, str | None]:
        return answer.status_code, answer.json()["error"]["code"]

    as_json = {"content-type": "application/json"}
    assert status(raw.post("chat/completions", content=b'{"a":', headers=as_json))[0] == 400
    assert status(raw.post("chat/completions", content=b"[]", headers=as_json))[0] == 400
    assert status(raw.post("chat/completions", data={"a": "b"}))[0] == 415
    assert status(raw.post("chat/completions", json=chat(model="missing-x"))) == (
        404,
        "model_not_found",
    )
    assert status(raw.get("nothing"))[0] == 404
    wrong = raw.put("chat/completions", json={})
    assert status(wrong) == (405, "method_not_supported") and wrong.headers["allow"] == "GET, POST"
    without = httpx.post(f"{server.base_url}/chat/completions", json=chat())
    assert without.status_code == 401
    assert without.json()["error"] == {
        "message": without.json()["error"]["message"],
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
    basic = httpx.get(f"{server.base_url}/models", headers={"authorization": "Basic eA=="})
    assert basic.status_code == 401


def test_paths_without_v1(server: MockServer) -> None:
    answer = httpx.get(f"{server.url}/models", headers={"authorization": "Bearer k"})
    assert answer.status_code == 200


def test_api_key_and_body_limit() -> None:
    with MockServer(api_key="right", max_body=2000) as server:
        good = {"authorization": "Bearer right"}
        url = f"{server.base_url}/chat/completions"
        assert httpx.post(url, json=chat(), headers=good).status_code == 200
        assert httpx.post(url, json=chat(), headers={"authorization": "Bearer w"}).is_error
        big = httpx.post(url, json=chat("x" * 300_000), headers=good)
        assert big.status_code == 413 and big.headers["connection"] == "close"


def test_bytes_that_are_not_http(server: MockServer) -> None:
    assert exchange(server, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert exchange(server, b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000).startswith(b"HTTP/1.1 431 ")


# --- the wire -----------------------------------------------------------------------------------


def test_pipelined_requests_are_answered_in_order(server: MockServer) -> None:
    last = http(STREAM, "connection: close")
    got = exchange(server, http(CHAT) * 50 + http(STREAM, *[]) * 20 + http(CHAT) + last)
    assert got.count(b"HTTP/1.1 200 OK") == 72
    assert got.count(b"data: [DONE]") == 21 and got.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("size", [1, 7, 100])
def test_requests_in_pieces(server: MockServer, size: int) -> None:
    request = http(CHAT, "connection: close")
    with socket.create_connection((server.host, server.port), timeout=5) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(request), size):
            sock.sendall(request[at : at + size])
        out = b""
        while got := sock.recv(65536):
            out += got
    assert out.startswith(b"HTTP/1.1 200 OK")


def test_chunked_uploads_and_continue(server: MockServer, raw: httpx.Client) -> None:
    pieces = (CHAT[at : at + 5] for at in range(0, len(CHAT), 5))
    headers = {"content-type": "application/json"}
    assert raw.post("chat/completions", content=pieces, headers=headers).status_code == 200
    head, body = http(CHAT, "expect: 100-continue", "connection: close").split(b"\r\n\r\n")
    with socket.create_connection((server.host, server.port), timeout=5) as sock:
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_big_bodies_and_many_tokens(client: openai.OpenAI) -> None:
    assert client.chat.completions.create(**chat("x" * 5_000_000)).choices
    stream = client.chat.completions.create(**chat(stream=True), extra_headers=fault("tokens=200"))
    assert len(list(stream)) == 202


def test_http_1_0_closes(server: MockServer) -> None:
    got = exchange(server, b"GET /v1/models HTTP/1.0\r\nauthorization: Bearer k\r\n\r\n")
    assert b"connection: close" in got and got.endswith(b"}")


# --- faults -------------------------------------------------------------------------------------


def test_status_with_retry_headers(raw: httpx.Client) -> None:
    asked = "status=429; retry-after=1 ;retry-after-ms=20;should-retry=false"
    answer = raw.post("chat/completions", json=chat(), headers=fault(asked))
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    names = ("retry-after", "retry-after-ms", "x-should-retry")
    assert [answer.headers[n] for n in names] == ["1", "20", "false"]
    by_model = raw.post("chat/completions", json=chat(model="mock-fault:status=503;close"))
    assert by_model.status_code == 503 and by_model.headers["connection"] == "close"
    assert raw.get("models", headers=fault("status=204")).status_code == 204


def test_unknown_faults_are_refused(raw: httpx.Client) -> None:
    for text in ("sattus=429", "status=abc", "delay=-1", "disconnect=never", "status=429x"):
        answer = raw.post("chat/completions", json=chat(), headers=fault(text))
        assert answer.status_code == 400 and text in answer.json()["error"]["message"]


def test_fail_times_counts_each_call(server: MockServer) -> None:
    with openai.OpenAI(base_url=server.base_url, api_key="k", max_retries=2) as client:
        asked = fault("status=500;fail-times=2;retry-after-ms=1")
        for prompt in ("one", "two", "one"):
            before = server.stats()["requests"]
            assert client.chat.completions.create(**chat(prompt), extra_headers=asked).choices
            assert server.stats()["requests"] - before == 3


def test_fail_times_by_idempotency_key(raw: httpx.Client) -> None:
    def status(key: str) -> int:
        headers = {**fault("fail-times=1"), "Idempotency-Key": key}
        return raw.post("chat/completions", json=chat(), headers=headers).status_code

    assert [status("a"), status("b"), status("a"), status("b")] == [500, 500, 200, 200]


@pytest.mark.parametrize("body", [CHAT, STREAM])
def test_disconnects(server: MockServer, body: bytes) -> None:
    def got(how: str) -> bytes:
        return exchange(server, http(body, f"X-Mock-Fault: {how}"))

    assert got("disconnect=before-head") == b""
    middle = got("disconnect=mid-head")
    assert middle.startswith(b"HTTP/1.1 200") and b"\r\n\r\n" not in middle
    part = got("disconnect=mid-body")
    head, _, rest = part.partition(b"\r\n\r\n")
    assert rest and not part.endswith((b"0\r\n\r\n", b"}"))
    assert got("disconnect=reset") == b"RST"
    assert b"0\r\n\r\n" not in got("disconnect=reset-mid-body").partition(b"\r\n\r\n")[2]
    assert not got("truncate").endswith((b"0\r\n\r\n", b"}"))


def test_the_client_sees_broken_answers(client: openai.OpenAI) -> None:
    for how in ("disconnect=mid-body", "disconnect=before-head", "truncate"):
        with pytest.raises(openai.APIConnectionError):
            client.chat.completions.create(**chat(), extra_headers=fault(how))
        with pytest.raises(openai.APIConnectionError):
            list(client.chat.completions.create(**chat(stream=True), extra_headers=fault(how)))
    for asked in (fault("hang"), fault("hang=2"), fault("delay=30")):
        with pytest.raises((openai.APITimeoutError, openai.APIConnectionError)):
            list(
                client.with_options(timeout=0.2).chat.completions.create(
                    **chat(stream=True), extra_headers=asked
                )
            )


def test_error_events(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(**chat(stream=True), extra_headers=fault("error-event=3"))
    seen = []
    with pytest.raises(openai.APIError, match="on purpose"):
        for chunk in stream:
            seen.append(chunk)
    assert len(seen) == 3


def test_spoiled_bodies(raw: httpx.Client) -> None:
    def post(how: str, **more: Any) -> httpx.Response:
        return raw.post("chat/completions", json=chat(**more), headers=fault(how))

    assert "[DONE]" not in post("no-done", stream=True).text
    with pytest.raises(json.JSONDecodeError):
        post("bad-json").json()
    events = post("bad-json", stream=True).text.split("\n\n")[:-2]
    broken = 0
    for event in events:
        try:
            json.loads(event.removeprefix("data: "))
        except json.JSONDecodeError:
            broken += 1
    assert broken == 1
    assert post("empty-body").content == b"" and post("empty-body", stream=True).content == b""
    page = post("html")
    assert page.status_code == 502 and page.headers["content-type"] == "text/html"
    assert post("extra-field").json()["mock_extra"]["list"] == [1, 2.5, None]
    assert post("extra-field").json()["choices"][0]["mock_extra"] == "nested"
    assert post("extra-field", stream=True).text.count('"mock_extra":{') > 5


def test_compressed_answers(server: MockServer, raw: httpx.Client) -> None:
    plain = raw.post("chat/completions", json=chat(stream=True), headers=fault("no-done")).text
    for encoding in ("gzip", "deflate"):
        answer = raw.post("chat/completions", json=chat(), headers=fault(encoding))
        assert answer.headers["content-encoding"] == encoding and answer.json()["choices"]
        streamed = raw.post("chat/completions", json=chat(stream=True), headers=fault(encoding))
        assert streamed.text.count("data: ") == plain.count("data: ") + 1
    packed = exchange(server, http(CHAT, "X-Mock-Fault: gzip", "connection: close"))
    assert b'"choices"' in gzip.decompress(packed.partition(b"\r\n\r\n")[2])
    packed = exchange(server, http(CHAT, "X-Mock-Fault: deflate", "connection: close"))
    assert b'"choices"' in zlib.decompress(packed.partition(b"\r\n\r\n")[2])


def test_huge_events(client: openai.OpenAI) -> None:
    size = 3_000_000
    asked = fault(f"huge-event={size}")
    chunks = list(client.chat.completions.create(**chat(stream=True), extra_headers=asked))
    assert max(len(c.choices[0].delta.content or "") for c in chunks) == size
    whole = client.chat.completions.create(**chat(), extra_headers=asked)
    assert len(whole.choices[0].message.content or "") == size


def test_slow_answers_are_whole(raw: httpx.Client) -> None:
    plain = raw.post("chat/completions", json=chat(max_tokens=3)).json()
    for how in ("drip=0.0001", "slow-head=0.0001", "delay=0.01"):
        slow = raw.post("chat/completions", json=chat(max_tokens=3), headers=fault(how)).json()
        assert slow["choices"] == plain["choices"]
    pings = raw.post(
        "chat/completions",
        json=chat(stream=True, max_tokens=3),
        headers=fault("ping=0.001; drip=0.001"),
    )
    assert pings.text.count(": ping\n\n") == pings.text.count("data: ")


def test_connections_that_close_after_the_answer(server: MockServer) -> None:
    got = exchange(server, http(CHAT, "X-Mock-Fault: keepalive-timeout=0.01"))
    assert b"connection: keep-alive" in got and got.endswith(b"}")
    assert exchange(server, http(CHAT, "X-Mock-Fault: keepalive-timeout")).endswith(b"}")
    assert b"connection: close" in exchange(server, http(CHAT, "X-Mock-Fault: close"))
    with MockServer(idle_timeout=0.02) as other:
        assert exchange(other, http(CHAT)).endswith(b"}")


def test_failures_by_chance_depend_on_the_seed() -> None:
    def statuses(seed: int) -> list[int]:
        with MockServer(fail={429: 0.3, 500: 0.2}, seed=seed) as server:
            headers = {"authorization": "Bearer k"}
            with httpx.Client(base_url=server.base_url, headers=headers) as raw:
                return [raw.get("models").status_code for _ in range(200)]

    first = statuses(1)
    assert first == statuses(1) and first != statuses(2)
    assert 30 < first.count(429) < 90 and 15 < first.count(500) < 65


# --- what the server tells ----------------------------------------------------------------------


def test_a_client_that_leaves_is_noticed_at_once(server: MockServer) -> None:
    for body, where in (
        (STREAM, "disconnects_mid_stream"),
        (CHAT, "disconnects_mid_answer"),
    ):
        before = server.stats()[where]  # type: ignore[literal-required]
        with socket.create_connection((server.host, server.port)) as sock:
            sock.sendall(http(body, "X-Mock-Fault: delay=60" if body is CHAT else "X-Mock-Fault: hang=2"))
            server.wait_for(lambda s: s["in_flight"] == 1)
            left = time.monotonic()
        stats = server.wait_for(lambda s: s[where] == before + 1)  # noqa: B023
        assert stats["last_disconnect_at"] is not None and stats["last_disconnect_at"] >= left
        assert stats["in_flight"] == stats["streams_open"] == 0


def test_recorded_requests() -> None:
    with MockServer(keep_requests=3) as server:
        headers = {b"authorization": b"Bearer k", b"x-note": b"caf\xe9"}
        with httpx.Client(base_url=server.base_url) as raw:
            for n in range(5):
                raw.post(f"chat/completions?n={n}", json=chat(), headers=headers)
        seen = server.requests()
        assert [r["target"] for r in seen] == [f"/v1/chat/completions?n={n}" for n in (2, 3, 4)]
        assert seen[0]["method"] == "POST" and json.loads(seen[0]["body"]) == chat()
        assert dict(seen[0]["headers"])["x-note"] == "caf\xe9"
        assert len({r["connection"] for r in seen}) == 1 and seen[0]["status"] == 200
        server.clear_requests()
        assert server.requests() == []
        with pytest.raises(TimeoutError):
            server.wait_for(lambda s: s["requests"] > 5, timeout=0.01)


def test_many_connections_and_threads() -> None:
    with MockServer(threads=3) as server:
        socks = [socket.create_connection((server.host, server.port)) for _ in range(300)]
        for sock in socks:
            sock.sendall(http(STREAM, "X-Mock-Fault: tokens=50; drip=0.001"))
        server.wait_for(lambda s: s["streams_total"] == 300)
        for sock in socks:
            out = b""
            while not out.endswith(b"0\r\n\r\n"):
                out += sock.recv(65536)
            assert out.count(b"data: ") == 53
            sock.close()
        server.wait_for(lambda s: s["connections_open"] == 0)


def test_life_cycle() -> None:
    server = MockServer()
    with server:
        url = server.base_url
        waiting = socket.create_connection((server.host, server.port))
        waiting.sendall(http(CHAT, "X-Mock-Fault: hang"))
        server.wait_for(lambda s: s["in_flight"] == 1)
    assert waiting.recv(10) == b""
    waiting.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/models")
    server.stop()
    with pytest.raises(RuntimeError, match="started before"):
        server.start()
    with MockServer() as first, pytest.raises(OSError, match="cannot listen"):
        MockServer(port=first.port).start()


@pytest.mark.parametrize(
    "wrong",
    [{"port": 70000}, {"latency": -1}, {"fail": ["429"]}, {"fail": {200: 0.1}}, {"threads": 0}],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        MockServer(**wrong)


def test_a_forked_child_leaves_the_server_alone(server: MockServer) -> None:
    child = os.fork()
    if child == 0:
        server.stop()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    answer = httpx.get(f"{server.base_url}/models", headers={"authorization": "Bearer k"})
    assert answer.status_code == 200


# --- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_line(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "openai_native.mock", "--tokens", "5", "--fail", "429:0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:") and url.endswith("/v1")
        headers = {"authorization": "Bearer k"}
        got = httpx.post(f"{url}/chat/completions", json=chat(), headers=headers).json()
        assert got["usage"]["completion_tokens"] == 5
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert "POST /v1/chat/completions -> 200" in process.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--fail", "429"], "429:0.1"),
        (["--port", "x"], "--port"),
        (["--latency", "-1"], "latency"),
        (["--unknown"], "--unknown"),
    ],
)
def test_bad_flags(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert complaint in capsys.readouterr().err


def test_help_lists_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert "X-Mock-Fault" in text and "keepalive-timeout" in text and "--tokens-per-second" in text

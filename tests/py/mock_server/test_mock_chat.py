"""Chat completions of the mock server, seen by the official client."""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai
import pytest
from mock_requests import WEATHER, chat
from pydantic import BaseModel


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
        got = client.chat.completions.create(**chat("Hi", **{name: 3}))
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
    arguments = json.loads(call.function.arguments)
    assert set(arguments) == {"city", "days"} and arguments["days"] >= 2
    for more, names in (
        ({"tool_choice": "none"}, []),
        ({"tool_choice": {"type": "function", "function": {"name": "sing"}}}, ["sing"]),
        ({"messages": [{"role": "user", "content": "get_weather and sing"}]}, None),
    ):
        got = client.chat.completions.create(**{**chat(tools=[WEATHER, other]), **more})
        calls = got.choices[0].message.tool_calls or []
        expected = ["get_weather", "sing"] if names is None else names
        assert [c.function.name for c in calls] == expected


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

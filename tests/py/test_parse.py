"""`chat.completions.parse`, `responses.parse`: results and requests as the official package's."""

from __future__ import annotations

import asyncio  # async only
import enum
import json
import pickle
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from both_packages import described, outcome, raised
from openai_native import (
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
)
from openai_native.types.chat import ParsedChatCompletion
from response_events import REASONING, REFUSED, WEATHER, call, message, response, text
from scripted import ScriptedServer, answer

if TYPE_CHECKING:
    from openai_native import AsyncOpenAI

CHAT: Any = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Weather?"}]}
RESPONSES: Any = {"model": "gpt-4o", "input": "Weather?"}


class Units(enum.Enum):
    celsius = "c"
    fahrenheit = "f"


class Weather(pydantic.BaseModel):
    """The weather in a city."""

    city: str
    units: Units = Units.celsius


@pydantic.dataclasses.dataclass
class Point:
    city: str
    units: str = "c"


def completion(*choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "gpt-4o",
        "choices": list(choices),
        **more,
    }


def choice(content: str | None, finish: str = "stop", **more: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": content, "refusal": None, **more}
    return {"index": 0, "finish_reason": finish, "message": said, "logprobs": None}


def tool_call(arguments: str, name: str = "weather", **more: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": "call_1", "type": "function", "function": function, **more}


COMPLETIONS: dict[str, dict[str, Any]] = {
    "text": completion(choice("Hello")),
    "json": completion(choice(WEATHER), usage={"prompt_tokens": 1, "total_tokens": 1}),
    "two": completion(choice(WEATHER), {**choice('{"city": "Bern"}'), "index": 1}),
    "unknown members": completion(choice(WEATHER, annotations=[], x={"y": 1}), z=2, parsed=3),
    "members in the way": completion(choice(WEATHER, parsed="p", tool_calls=[])),
    "refusal": completion({**choice(None, refusal="No."), "index": 0}),
    "refusal with content": completion(choice("Hm", refusal="No.")),
    "empty": completion(choice("")),
    "call": completion(choice(None, "tool_calls", tool_calls=[tool_call(WEATHER)])),
    "calls": completion(
        choice(None, "tool_calls", tool_calls=[tool_call(WEATHER, x=1), tool_call("{}", "other")])
    ),
    "custom call": completion(
        choice(
            None,
            "tool_calls",
            tool_calls=[{"id": "c", "type": "custom", "custom": {"name": "x", "input": ""}}],
        )
    ),
    "unknown call": completion(choice(None, tool_calls=[{"id": "c", "type": "new", "x": 1}])),
    "broken call": completion(choice(None, "tool_calls", tool_calls=[tool_call("{")])),
    "length": completion(choice('{"city', "length"), usage={"total_tokens": 1}),
    "content filter": completion(choice(None, "content_filter")),
    "no choices": completion(),
}


def chat_settings(package: Any, name: str) -> dict[str, Any]:
    tool = package.pydantic_function_tool(Weather, name="weather")
    strict = {"name": "weather", "strict": True, "parameters": {"type": "object"}}
    return {
        "nothing": {},
        "model": {"response_format": Weather},
        "dataclass": {"response_format": Point, "tools": iter([tool]), "stop": ["x"], "n": 2},
        "object": {"response_format": {"type": "json_object"}},
        "strict": {"tools": [{"type": "function", "function": strict}]},
        "not strict": {"tools": [{"type": "function", "function": {**strict, "strict": False}}]},
        "custom": {"tools": [{"type": "custom", "custom": {"name": "x"}}]},
        "no type": {"response_format": int},
    }[name]


CHAT_SETTINGS = [
    *("nothing", "model", "dataclass", "object", "strict", "not strict", "custom", "no type"),
]


async def each(settings: list[str], make: Any) -> list[Any]:
    results = []
    for name in settings:
        try:
            results.append(described(await make(name)))
        except Exception as error:
            results.append(raised(error))
    return results


@pytest.mark.parametrize("answered", COMPLETIONS)
async def test_completions_are_the_official_ones(scripted: ScriptedServer, answered: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        parse = client.chat.completions.parse
        return await each(CHAT_SETTINGS, lambda name: parse(**CHAT, **chat_settings(package, name)))

    reply = answer(200, COMPLETIONS[answered], headers={"x-request-id": "req_1"})
    scripted.answers += [reply] * 2 * len(CHAT_SETTINGS)
    official = await outcome("openai", scripted.url, program)
    ours = await outcome("openai_native", scripted.url, program)
    assert dict(zip(CHAT_SETTINGS, ours, strict=True)) == dict(
        zip(CHAT_SETTINGS, official, strict=True)
    )
    bodies = [request.json() for request in scripted.requests]
    assert len(bodies) == 2 * (len(CHAT_SETTINGS) - 3)
    assert bodies[len(bodies) // 2 :] == bodies[: len(bodies) // 2]
    assert scripted.last.header("x-stainless-helper-method") == "chat.completions.parse"


ANSWERS: dict[str, dict[str, Any]] = {
    "text": response([message(text("Hello"))], "completed"),
    "json": response([REASONING, message(text(WEATHER, logprobs=[]))], "completed", x=1),
    "commentary": response(
        [message(text("Hm"), phase="commentary"), message(text(WEATHER), phase="final_answer")]
    ),
    "refusal": response([message(REFUSED, text(WEATHER))]),
    "call": response([call(WEATHER, x=1), call("{}", name="other")]),
    "call in a namespace": response([call(WEATHER, namespace="weather")]),
    "call elsewhere": response([call(WEATHER, namespace="elsewhere")]),
    "broken call": response([call("{")]),
    "unknown item": response([{"type": "new", "id": "n"}, message(text(WEATHER))]),
    "no output": response(None, "completed"),
    "incomplete": response([], "incomplete", incomplete_details={"reason": "max_output_tokens"}),
}
UPDATE = {"type": "configuration_update", "text": {"format": {"type": "text"}}}
TO_JSON = {"type": "configuration_update", "text": {"format": {"type": "json_object"}}}


def response_settings(package: Any, name: str) -> dict[str, Any]:
    tool = package.pydantic_responses_function_tool(Weather, name="weather", defer_loading=True)
    chat_tool = package.pydantic_function_tool(Weather, name="weather")
    chat_tool["function"]["allowed_callers"] = ["x"]
    namespace = {"type": "namespace", "name": "weather", "tools": iter([tool])}
    return {
        "nothing": RESPONSES,
        "model": {**RESPONSES, "text_format": Weather, "text": {"verbosity": "low"}},
        "dataclass": {**RESPONSES, "text_format": Point, "tools": iter([tool])},
        "chat tool": {**RESPONSES, "tools": [chat_tool], "verbosity": "low"},
        "namespace": {**RESPONSES, "tools": [namespace]},
        "parse_as": {**RESPONSES, "text_format": Weather, "parse_as": Point},
        "not parsed": {**RESPONSES, "text_format": Weather, "parse_as": None},
        "only parse_as": {**RESPONSES, "parse_as": Weather},
        "update to text": {**RESPONSES, "input": [UPDATE], "text_format": Weather},
        "update in the extra body": {
            **RESPONSES,
            "extra_body": {"input": [TO_JSON, UPDATE]},
            "text_format": Weather,
        },
        "parse_as and update to text": {**RESPONSES, "input": [UPDATE], "parse_as": Weather},
        "update": {**RESPONSES, "input": [TO_JSON], "text_format": Weather},
        "parse_as and update": {**RESPONSES, "input": [TO_JSON], "parse_as": Weather},
        "two formats": {**RESPONSES, "text_format": Weather, "text": {"format": {"type": "text"}}},
    }[name]


RESPONSE_SETTINGS = [
    *("nothing", "model", "dataclass", "chat tool", "namespace", "parse_as", "not parsed"),
    *("only parse_as", "update to text", "update in the extra body"),
    *("parse_as and update to text", "update", "parse_as and update", "two formats"),
]


@pytest.mark.parametrize("answered", ANSWERS)
async def test_responses_are_the_official_ones(scripted: ScriptedServer, answered: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        parse = client.responses.parse
        return await each(RESPONSE_SETTINGS, lambda name: parse(**response_settings(package, name)))

    scripted.answers += [answer(200, ANSWERS[answered])] * 2 * len(RESPONSE_SETTINGS)
    official = await outcome("openai", scripted.url, program)
    ours = await outcome("openai_native", scripted.url, program)
    assert dict(zip(RESPONSE_SETTINGS, ours, strict=True)) == dict(
        zip(RESPONSE_SETTINGS, official, strict=True)
    )
    bodies = [request.json() for request in scripted.requests]
    assert len(bodies) == 2 * (len(RESPONSE_SETTINGS) - 3)
    assert bodies[len(bodies) // 2 :] == bodies[: len(bodies) // 2]


async def test_parsed_by_the_local_server(client: AsyncOpenAI) -> None:
    made = await client.chat.completions.parse(**CHAT, response_format=Weather)
    parsed = made.choices[0].message.parsed
    assert type(parsed) is Weather
    assert made._request_id is not None
    again = await client.responses.parse(**RESPONSES, text_format=Weather)
    assert again.output_parsed == parsed
    assert again._request_id is not None


async def test_a_raw_response_parses_when_asked(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [
        answer(200, COMPLETIONS["json"], headers={"x-request-id": "req_1"}),
        answer(200, ANSWERS["json"], headers={"x-request-id": "req_2"}),
        answer(200, COMPLETIONS["length"]),
    ]
    chat, responses = scripted_client.chat.completions, scripted_client.responses
    raw = await chat.with_raw_response.parse(**CHAT, response_format=Point)
    assert raw.status_code == 200
    made = raw.parse()
    assert made.choices[0].message.parsed == Point("Zürich", "c")
    assert made._request_id == "req_1"
    assert raw.parse() is made
    other = await responses.with_raw_response.parse(**RESPONSES, text_format=Weather)
    assert other.parse().output_parsed == Weather(city="Zürich", units=Units.celsius)
    assert other.parse()._request_id == "req_2"
    cut = await chat.with_raw_response.parse(**CHAT, response_format=Weather)
    with pytest.raises(LengthFinishReasonError, match="length limit was reached"):
        cut.parse()


async def test_errors_say_what_came(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers += [
        answer(200, COMPLETIONS["length"]),
        answer(200, COMPLETIONS["content filter"]),
        answer(500, {"error": {"message": "m"}}),
    ]
    chat = scripted_client.chat.completions
    with pytest.raises(LengthFinishReasonError, match="total_tokens=1") as cut:
        await chat.parse(**CHAT, response_format=Weather)
    assert cut.value.completion.choices[0].message.content == '{"city'
    with pytest.raises(ContentFilterFinishReasonError, match="content filter") as filtered:
        await chat.parse(**CHAT)
    assert filtered.value.completion is not None
    assert filtered.value.completion.id == "chatcmpl-1"
    from openai_native import InternalServerError

    with pytest.raises(InternalServerError):
        await chat.parse(**CHAT, response_format=Weather)


async def test_arguments_reach_the_wire(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(answer(200, COMPLETIONS["json"]))
    await scripted_client.chat.completions.parse(
        **CHAT,
        response_format=Weather,
        temperature=0.5,
        extra_headers={"X-Own": "1", "X-Stainless-Helper-Method": "mine"},
        extra_query={"q": "1"},
        extra_body={"own": [1], "temperature": 1},
        timeout=5,
    )
    body = scripted.last.json()
    assert (body["own"], body["temperature"], body["stream"]) == ([1], 1, False)
    assert scripted.last.query == [("q", "1")]
    assert scripted.last.header("x-own") == "1"
    assert scripted.last.header("x-stainless-helper-method") == "mine"


async def test_what_is_routed_by_comes_first(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [answer(200, COMPLETIONS["text"]), answer(200, response([], "completed"))]
    await scripted_client.chat.completions.parse(**CHAT, service_tier="flex")
    assert list(scripted.last.json())[:4] == ["model", "stream", "service_tier", "messages"]
    await scripted_client.responses.parse(**RESPONSES)
    assert list(scripted.last.json()) == ["model", "input"]


# async only
async def test_many_at_once_share_their_classes(client: AsyncOpenAI) -> None:
    parse = client.chat.completions.parse
    tasks = [asyncio.ensure_future(parse(**CHAT, response_format=Weather)) for _ in range(50)]
    made = await asyncio.gather(*tasks)
    assert {type(each) for each in made} == {ParsedChatCompletion}


async def test_parsed_objects_can_be_pickled_and_sent_back(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [answer(200, COMPLETIONS["json"]), answer(200, ANSWERS["json"])]
    made = await scripted_client.chat.completions.parse(**CHAT, response_format=Weather)
    assert pickle.loads(pickle.dumps(made)) == made
    assert made.model_dump()["choices"][0]["message"]["parsed"]["city"] == "Zürich"
    other = await scripted_client.responses.parse(**RESPONSES, text_format=Weather)
    assert pickle.loads(pickle.dumps(other)) == other
    await scripted_client.responses.create(model="m", input=other.output)  # type: ignore[arg-type]
    sent = scripted.last.json()["input"]
    assert "parsed" not in json.dumps(sent)
    assert sent[1]["content"][0]["text"] == WEATHER

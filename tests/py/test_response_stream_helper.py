"""`responses.stream`: the events are the official ones, and what it may be given."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from both_packages import events_of, outcome
from openai_native import omit
from openai_native.lib.streaming.responses import ResponseStreamManager
from openai_native.mock import MockServer
from openai_native.types.responses import Response, ResponseStreamEvent
from response_events import STREAMS, WEATHER
from scripted import ScriptedServer, events

if TYPE_CHECKING:
    from openai_native import AsyncOpenAI

ASK: Any = {"model": "gpt-4o", "input": "Weather?"}


SETTINGS = ["nothing", "type", "tool", "chat tool", "strict tool", "namespace"]


class Weather(pydantic.BaseModel):
    city: str
    units: str


def settings(package: Any, name: str) -> dict[str, Any]:
    chat_tool = package.pydantic_function_tool(Weather, name="weather", description="d")
    tool = package.pydantic_responses_function_tool(Weather, name="weather")
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    strict = {"type": "function", "name": "weather", "parameters": schema, "strict": True}
    return {
        "nothing": {},
        "type": {"text_format": Weather, "text": {"verbosity": "low"}},
        "tool": {"tools": iter([tool])},
        "chat tool": {"tools": [chat_tool, {"type": "web_search"}]},
        "strict tool": {"tools": [strict], "text_format": Weather},
        "namespace": {
            "tools": [
                {"type": "namespace", "name": "other", "description": "", "tools": iter([tool])}
            ]
        },
    }[name]


@pytest.mark.parametrize("stream", STREAMS)
async def test_events_are_the_official_ones(scripted: ScriptedServer, stream: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        every = client.responses.stream
        return [await events_of(every(**ASK, **settings(package, name))) for name in SETTINGS]

    scripted.answers += [events(*STREAMS[stream], done=False)] * 2 * len(SETTINGS)
    official = await outcome("openai", scripted.url, program)
    ours = await outcome("openai_native", scripted.url, program)
    for setting, ones, others in zip(SETTINGS, ours, official, strict=True):
        for position, (one, other) in enumerate(zip(ones, others, strict=False)):
            assert one == other, f"{setting}, event {position}"
        assert len(ones) == len(others), setting
    bodies = [request.json() for request in scripted.requests]
    assert bodies[len(SETTINGS) :] == bodies[: len(SETTINGS)]


@pytest.mark.parametrize("setting", ["type", "tool", "nothing"])
async def test_the_local_server_through_both(setting: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        return await events_of(client.responses.stream(**ASK, **settings(package, setting)))

    results = []
    for name in ("openai", "openai_native"):
        with MockServer() as server:
            seen = await outcome(name, server.base_url, program)
        assert len(seen) > 5
        results.append(json.loads(json.dumps(seen, default=repr), object_hook=_without_time))
    assert results[0] == results[1]


def _without_time(value: dict[str, Any]) -> dict[str, Any]:
    for name in ("created_at", "completed_at"):
        value.pop(name, None)
    if "attributes" in value:
        value["attributes"] = [pair for pair in value["attributes"] if "ed_at" not in pair[0]]
    return value


async def test_a_response_that_exists(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events(*STREAMS["json"], done=False))
    async with scripted_client.responses.stream(
        response_id="resp_1", starting_after=3, text_format=Weather
    ) as stream:
        numbers = [event.sequence_number async for event in stream]
        final = await stream.get_final_response()
    assert numbers == list(range(4, len(STREAMS["json"])))
    assert final.output_parsed == Weather(city="Zürich", units="c")
    assert scripted.last.method == "GET"
    assert scripted.last.path == "/v1/responses/resp_1"
    assert scripted.last.query == [("stream", "true")]


async def test_final_response_without_reading(client: AsyncOpenAI) -> None:
    async with client.responses.stream(**ASK, text_format=Weather) as stream:
        final = await stream.get_final_response()
    assert final.output_parsed == Weather(city="mock city", units="mock units")


async def test_without_an_end_there_is_no_response(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events(*STREAMS["no end"], done=False))
    async with scripted_client.responses.stream(**ASK) as stream:
        with pytest.raises(RuntimeError, match=r"response\.completed"):
            await stream.get_final_response()


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        ({}, ValueError, "response_id"),
        ({"response_id": "r", "input": "x", "model": "m"}, ValueError, "input, model"),
        ({"starting_after": 1, "input": "x"}, ValueError, "input"),
        ({"input": "x"}, ValueError, "model"),
        (
            {**ASK, "text": {"format": {"type": "text"}}, "text_format": Weather},
            TypeError,
            r"text\.format",
        ),
        ({**ASK, "text_format": int}, TypeError, "int"),
        (
            {**ASK, "tools": [{"type": "function", "function": {"name": "f"}}]},
            Exception,
            "pydantic_function_tool",
        ),
    ],
)
async def test_what_does_not_go_together_is_refused_at_once(
    client: AsyncOpenAI, arguments: dict[str, Any], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        client.responses.stream(**arguments)


def test_the_synchronous_stream() -> None:
    from openai_native._models import construct_type

    class Raw(list[Any]):
        """With no `close` of its own: the response is closed."""

        closed = False

        @property
        def response(self) -> Any:
            return SimpleNamespace(close=lambda: setattr(self, "closed", True))

    values = [json.loads(text) for text in STREAMS["json"]]
    raw: Any = Raw(construct_type(type_=ResponseStreamEvent, value=value) for value in values)
    manager: ResponseStreamManager[Weather] = ResponseStreamManager(
        lambda: raw, text_format=Weather, input_tools=omit, starting_after=None
    )
    with manager as stream:
        texts = [e.snapshot for e in stream if e.type == "response.output_text.delta"]
        final = stream.get_final_response()
    assert texts[-1] == WEATHER
    assert isinstance(final, Response)
    assert final.output_parsed == Weather(city="Zürich", units="c")
    assert raw.closed

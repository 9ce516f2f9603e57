"""`chat.completions.stream`: the events are the official ones, and the life of the stream."""

from __future__ import annotations

import asyncio  # async only
import json
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from both_packages import events_of, outcome
from chat_chunks import STREAMS, WEATHER, call, calls, choice, chunk, said
from in_thread import in_thread
from openai_native import LengthFinishReasonError, omit, pydantic_function_tool
from openai_native.lib.streaming.chat import (
    AsyncChatCompletionStream,
    ChatCompletionStream,
    ChatCompletionStreamManager,
    ChatCompletionStreamState,
)
from openai_native.mock import MockServer
from openai_native.types.chat import ChatCompletionChunk
from scripted import ScriptedServer, events

if TYPE_CHECKING:
    from openai_native import AsyncOpenAI

ASK: Any = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Weather?"}]}


SETTINGS = ["nothing", "type", "object", "tool", "strict tool", "plain tool", "both"]


class Weather(pydantic.BaseModel):
    """The weather in a city."""

    city: str
    units: str = pydantic.Field(description="c or f")


def settings(package: Any, name: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    plain = {"name": "weather", "parameters": schema}
    return {
        "nothing": {},
        "type": {"response_format": Weather},
        "object": {"response_format": {"type": "json_object"}},
        "tool": {"tools": iter([package.pydantic_function_tool(Weather, name="weather")])},
        "strict tool": {"tools": [{"type": "function", "function": {**plain, "strict": True}}]},
        "plain tool": {"tools": [{"type": "function", "function": plain}]},
        "both": {
            "response_format": Weather,
            "tools": [package.pydantic_function_tool(Weather, name="weather")],
        },
    }[name]


@pytest.mark.parametrize("stream", STREAMS)
async def test_events_are_the_official_ones(scripted: ScriptedServer, stream: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        every = client.chat.completions.stream
        return [await events_of(every(**ASK, **settings(package, name))) for name in SETTINGS]

    scripted.answers += [events(*STREAMS[stream])] * 2 * len(SETTINGS)
    official = await outcome("openai", scripted.url, program)
    ours = await outcome("openai_native", scripted.url, program)
    for setting, ones, others in zip(SETTINGS, ours, official, strict=True):
        for position, (one, other) in enumerate(zip(ones, others, strict=False)):
            assert one == other, f"{setting}, event {position}"
        assert len(ones) == len(others), setting
    bodies = [request.json() for request in scripted.requests]
    assert bodies[len(SETTINGS) :] == bodies[: len(SETTINGS)]
    assert scripted.last.header("x-stainless-helper-method") == "chat.completions.stream"


@pytest.mark.parametrize("setting", ["type", "tool", "nothing"])
async def test_the_local_server_through_both(setting: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        manager = client.chat.completions.stream(**ASK, **settings(package, setting))
        return await events_of(manager)

    results = []
    for name in ("openai", "openai_native"):
        with MockServer() as server:
            seen = await outcome(name, server.base_url, program)
        assert len(seen) > 5
        results.append(json.loads(json.dumps(seen, default=repr), object_hook=_without_time))
    assert results[0] == results[1]


def _without_time(value: dict[str, Any]) -> dict[str, Any]:
    value.pop("created", None)
    if "attributes" in value:
        value["attributes"] = [pair for pair in value["attributes"] if pair[0] != "created"]
    return value


async def test_final_completion_without_reading(client: AsyncOpenAI) -> None:
    async with client.chat.completions.stream(**ASK, response_format=Weather) as stream:
        completion = await stream.get_final_completion()
    assert completion.choices[0].message.parsed == Weather(city="mock city", units="mock units")


async def test_snapshot_and_until_done(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events(*said("a", "b", "c")))
    async with scripted_client.chat.completions.stream(**ASK) as stream:
        assert isinstance(stream, AsyncChatCompletionStream)
        with pytest.raises(AssertionError):
            _ = stream.current_completion_snapshot
        async for event in stream:
            if event.type == "content.delta" and event.snapshot == "ab":
                break
        assert stream.current_completion_snapshot.choices[0].message.content == "ab"
        assert await stream.until_done() is stream
        assert stream.current_completion_snapshot.choices[0].message.content == "abc"
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()


async def test_messages_of_earlier_events_do_not_change(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events(*said("a", "b", "c")))
    async with scripted_client.chat.completions.stream(**ASK) as stream:
        messages = [e.snapshot.choices[0].message async for e in stream if e.type == "chunk"]
    assert [message.content for message in messages] == ["", "a", "ab", "abc", "abc"]


async def test_leaving_early_closes_the_connection(server: MockServer, client: AsyncOpenAI) -> None:
    before = server.stats()["disconnects_mid_stream"]
    async with client.chat.completions.stream(
        **{**ASK, "model": "mock-fault:tokens=100000"}
    ) as stream:
        async for event in stream:
            if event.type == "content.delta":
                break
    await in_thread(server.wait_for, lambda stats: stats["disconnects_mid_stream"] > before)


async def test_dropping_the_stream_closes_the_connection(
    server: MockServer, client: AsyncOpenAI
) -> None:
    before = server.stats()["disconnects_mid_stream"]
    manager = client.chat.completions.stream(**{**ASK, "model": "mock-fault:tokens=100000"})
    stream = await manager.__aenter__()
    await stream.__anext__()
    del stream, manager
    # The generator inside is closed by a task of the loop.
    await asyncio.sleep(0)  # async only
    await in_thread(server.wait_for, lambda stats: stats["disconnects_mid_stream"] > before)


async def test_dumps_of_parsed_values_do_not_warn(client: AsyncOpenAI) -> None:
    dumps = []
    async with client.chat.completions.stream(**ASK, response_format=Weather) as chat:
        dumps += [event.model_dump() async for event in chat]
    async with client.responses.stream(
        model="gpt-4o", input="Weather?", text_format=Weather
    ) as response:
        dumps += [event.model_dump() async for event in response]
    parsed = [
        dump["parsed"] for dump in dumps if dump["type"].endswith("t.done") and "parsed" in dump
    ]
    assert parsed == [{"city": "mock city", "units": "mock units"}] * 2


# async only
async def test_close_from_another_task(server: MockServer, client: AsyncOpenAI) -> None:
    async with client.chat.completions.stream(**{**ASK, "model": "mock-fault:hang=2"}) as stream:
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(stream.close()))
        await asyncio.wait_for(stream.until_done(), 2)
        await stream.close()


async def test_errors_of_the_request_come_on_entering(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    from openai_native import NotFoundError
    from scripted import answer

    scripted.answers.append(answer(404, {"error": {"message": "no such model"}}))
    manager = scripted_client.chat.completions.stream(**ASK)
    with pytest.raises(NotFoundError):
        await manager.__aenter__()
    await manager.__aexit__(None, None, None)


async def test_an_unknown_format_is_refused_at_once(client: AsyncOpenAI) -> None:
    wrong: Any
    for wrong in (int, "json", None):
        with pytest.raises(TypeError, match="response_format"):
            client.chat.completions.stream(**ASK, response_format=wrong)


async def test_length_error_carries_what_came(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events(*STREAMS["cut short"]))
    async with scripted_client.chat.completions.stream(**ASK, response_format=Weather) as stream:
        with pytest.raises(LengthFinishReasonError) as caught:
            await stream.until_done()
    assert caught.value.completion.choices[0].message.content == '{"city": "Z'


def state_of(*chunks: str, **settings: Any) -> ChatCompletionStreamState[Any]:
    state: ChatCompletionStreamState[Any] = ChatCompletionStreamState(**settings)
    for text in chunks:
        state.handle_chunk(ChatCompletionChunk.construct(**json.loads(text)))
    return state


# Where the official package fails or adds up what is no delta.


def test_a_role_in_every_chunk_is_one_role() -> None:
    deltas = [{"role": "assistant", "content": text} for text in "abc"]
    deltas.append({"role": "assistant", "parts": ["x"]})
    state = state_of(*(chunk(choice(delta)) for delta in deltas))
    message = state.get_final_completion().choices[0].message
    assert (message.role, message.content) == ("assistant", "abc")


def test_choices_and_calls_may_come_in_any_order() -> None:
    state = state_of(
        chunk(choice({"content": "two"}, index=2)),
        chunk(choice({"content": "zero"}, index=0)),
        chunk(choice({"tool_calls": [call(1, WEATHER[:5], "weather")]}, index=1)),
        chunk(choice({"tool_calls": [call(1, WEATHER[5:])]}, index=1)),
        chunk(choice({"tool_calls": [call(0, WEATHER, "weather")]}, index=1)),
        chunk(choice(finish="tool_calls", index=1)),
        input_tools=[pydantic_function_tool(Weather, name="weather")],
    )
    zero, one, two = state.get_final_completion().choices
    assert (zero.message.content, two.message.content) == ("zero", "two")
    parsed = [made.function.parsed_arguments for made in one.message.tool_calls or []]
    assert parsed == [Weather(city="Zürich", units="c")] * 2


def test_logprobs_of_a_late_choice_count_once() -> None:
    logprobs = {"content": [{"token": "a", "logprob": 0.0, "top_logprobs": []}]}
    state = state_of(chunk(), chunk(choice({"content": "a"}, logprobs=logprobs)))
    (made,) = state.current_completion_snapshot.choices
    assert made.logprobs is not None
    assert len(made.logprobs.content or []) == 1


def test_the_synchronous_stream() -> None:
    class Raw(list[ChatCompletionChunk]):
        closed = False

        def close(self) -> None:
            self.closed = True

    raw: Any = Raw()
    for text in calls(call(0, "", "weather"), call(0, WEATHER)):
        raw.append(ChatCompletionChunk.construct(**json.loads(text)))
    tool = pydantic_function_tool(Weather, name="weather")
    manager: ChatCompletionStreamManager[None] = ChatCompletionStreamManager(
        lambda: raw, response_format=omit, input_tools=[tool]
    )
    with manager as stream:
        assert isinstance(stream, ChatCompletionStream)
        kinds = [event.type for event in stream]
        made = stream.get_final_completion().choices[0].message.tool_calls or []
    assert kinds.count("tool_calls.function.arguments.done") == 1
    assert made[0].function.parsed_arguments == Weather(city="Zürich", units="c")
    assert raw.closed

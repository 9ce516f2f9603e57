"""`timing`, `stats()` and the hooks that are told of calls."""

from __future__ import annotations

import asyncio  # async only
import copy
import pickle
from typing import Any

import pytest

from openai_native import AsyncOpenAI, InternalServerError
from openai_native._timing import Timing
from openai_native.mock import MockServer
from scripted import ScriptedServer, answer

CHAT: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
MODEL = b'{"id": "m", "created": 1, "object": "model", "owned_by": "me"}'


def ordered(timing: Timing | None) -> list[float]:
    """The moments in their order, those that happened."""
    assert timing is not None
    moments = (timing.queue, timing.sent, timing.first_byte, timing.first_event, timing.last_event)
    return [moment for moment in (*moments, timing.done) if moment is not None]


async def test_timing_of_a_model(client: AsyncOpenAI) -> None:
    first = await client.chat.completions.create(**CHAT)
    second = await client.chat.completions.create(**CHAT)
    for completion in first, second:
        moments = ordered(completion._timing)
        assert len(moments) == 4 and moments == sorted(moments)
    assert first._timing is not None and second._timing is not None
    assert first._timing.connect is not None and first._timing.dns is not None
    assert (first._timing.reused, second._timing.reused) == (False, True)
    assert second._timing.connect is None and second._timing.tls is None
    assert second._timing.attempts == 1
    for twin in pickle.loads(pickle.dumps(second)), copy.deepcopy(second):
        assert twin._timing == second._timing
    assert "timing" not in second.model_dump_json()
    assert second.choices[0]._timing is None


async def test_timing_of_raw_and_streamed_responses(client: AsyncOpenAI) -> None:
    raw = await client.chat.completions.with_raw_response.create(**CHAT)
    assert ordered(raw.timing) and raw.parse()._timing == raw.timing
    streaming = client.chat.completions.with_streaming_response
    async with streaming.create(**CHAT) as response:
        assert response.timing is not None and response.timing.reused
        assert (await response.parse())._timing is not None


async def test_timing_of_a_stream(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(**CHAT, stream=True)
    async for _ in stream:
        pass
    moments = ordered(stream.timing)
    assert len(moments) == 5 and moments == sorted(moments)


async def test_timing_of_parsed_answers(client: AsyncOpenAI) -> None:
    assert ordered((await client.chat.completions.parse(**CHAT))._timing)


async def test_timing_counts_attempts(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.extend([answer(500, headers={"retry-after-ms": "1"}), answer(200, MODEL)])
    model = await scripted_client.with_options(max_retries=2).models.retrieve("m")
    assert model._timing is not None and model._timing.attempts == 2


@pytest.mark.http1
async def test_stats(client: AsyncOpenAI, server: MockServer) -> None:
    assert client.stats().calls == 0
    slow = {"X-Mock-Fault": "drip=0.1"}
    stream = await client.chat.completions.create(**CHAT, stream=True, extra_headers=slow)
    assert client.stats().in_flight == 1
    await stream.close()
    await client.models.list()
    now = client.stats()
    assert (now.calls, now.waiting, now.retries, now.connections) == (2, 0, 0, 2)
    assert now.bytes_sent > 200 and now.bytes_received > 200
    assert client.with_options(timeout=1).stats().calls == 2
    await client.close()
    assert client.stats().open == 0


async def test_hooks_are_told_of_every_step(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    failed = answer(500, headers={"retry-after-ms": "1", "x-request-id": "r1"})
    scripted.answers.extend([failed, answer(200, MODEL)])
    seen: list[Any] = []

    async def on_request(event: Any) -> None:
        seen.append(event)

    client = scripted_client.with_options(max_retries=2)
    client.on_request, client.on_response, client.on_retry = on_request, seen.append, seen.append
    assert client.transport_info().lane == "python"
    model = await client.with_options(timeout=5).models.retrieve("m", extra_query={"key": "hidden"})
    assert model._timing is not None  # native connections carried it
    assert [(type(event).__name__, event.attempt) for event in seen] == [
        ("RequestEvent", 1),
        ("ResponseEvent", 1),
        ("RetryEvent", 1),
        ("RequestEvent", 2),
        ("ResponseEvent", 2),
    ]
    assert (seen[1].status_code, seen[1].request_id, seen[2].retries_left) == (500, "r1", 2)
    assert seen[2].status_code == 500 and seen[2].error is None
    assert "test-key" not in repr(seen) and "hidden" not in repr(seen)


async def test_a_hook_may_veto_a_retry(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.extend([answer(500, {"error": {"message": "no"}})])
    client = scripted_client.with_options(max_retries=2)
    client.on_retry = lambda event: False
    with pytest.raises(InternalServerError, match="no"):
        await client.models.retrieve("m")
    assert len(scripted.requests) == 1
    client.on_retry = None
    assert client.transport_info().lane == "native"


async def test_an_error_of_a_hook_is_the_calls(client: AsyncOpenAI) -> None:
    def broken(event: Any) -> None:
        raise LookupError("mine")

    client.on_request = broken
    with pytest.raises(LookupError, match="mine"):
        await client.models.list()
    assert client.stats().in_flight == 0


async def test_hooks_are_functions(client: AsyncOpenAI) -> None:
    with pytest.raises(TypeError, match="on_retry must be a function or None, not int"):
        client.on_retry = 3  # type: ignore[assignment]


# async only
async def test_counts_while_calls_run(client: AsyncOpenAI) -> None:
    slow = {"X-Mock-Fault": "delay=0.2"}
    calls = [client.models.list(extra_headers=slow) for _ in range(5)]
    running = [asyncio.ensure_future(call.__aiter__().__anext__()) for call in calls]
    while client.stats().in_flight < 5:
        await asyncio.sleep(0.01)
    await asyncio.gather(*running)
    assert client.stats().in_flight == 0

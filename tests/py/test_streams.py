"""Event streams: every way to read one, to stop, and to fail."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from openai_native import APIConnectionError, APIError, AsyncOpenAI, AsyncStream, _core
from openai_native._core import Endpoint
from scripted import ScriptedServer, events
from stream_source import EVENTS, Source, chunk

_named_events = Endpoint(
    "POST",
    "/events",
    params=(("stream", "stream", "body"),),
    cast_to=object,
    stream_cast_to=object,
    synthesize_event_and_data=True,
)


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    async with Source() as running:
        yield running


async def test_whole_stream(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(events('{"a":1}', "[1,2]", '"x"', "5", "null", '{"error":null}'))
    stream = await EVENTS(scripted_client, (True,))
    assert isinstance(stream, AsyncStream)
    assert scripted.last.json() == {"stream": True}
    assert [event async for event in stream] == [{"a": 1}, [1, 2], "x", 5, None, {"error": None}]
    assert [event async for event in stream] == []
    with pytest.raises(StopAsyncIteration):
        await stream.__anext__()


async def test_every_way_to_read(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.extend([events("1", "2", "3", "4", "5")])
    stream = await EVENTS(scripted_client, (True,))
    assert await stream.__anext__() == 1
    iterator = stream.__aiter__()
    assert await iterator.__anext__() == 2
    assert await asyncio.wait_for(stream.__anext__(), 5) == 3
    assert await asyncio.create_task(stream.__anext__()) == 4
    assert await anext(iterator, None) == 5
    assert await anext(iterator, None) is None


async def test_steps_are_coroutines(source: Source) -> None:
    stream = await source.stream()
    source.send(1)
    step = stream._events.__anext__()
    assert await step == 1
    with pytest.raises(RuntimeError, match="already awaited"):
        await step
    waiting = asyncio.create_task(stream._events.__anext__())
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    source.send((2, 3))
    assert await stream._events.__anext__() == [2, 3]
    stream._events.__anext__().close()
    with pytest.raises(KeyError):
        stream._events.__anext__().throw(KeyError("x"))


async def test_cancelled_wait_loses_no_event(source: Source) -> None:
    stream = await source.stream()
    for _ in range(3):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(stream.__anext__(), 0.01)
    source.send("first")
    assert await stream.__anext__() == "first"


async def test_events_arrive_one_by_one(source: Source) -> None:
    stream = await source.stream()
    seen = []
    source.send(0)
    async for event in stream:
        seen.append(event)
        if event == 20:
            source.writers[-1].write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        else:
            source.send(event + 1)
    assert seen == list(range(21))


async def test_two_readers_at_once(source: Source) -> None:
    stream = await source.stream()
    first = asyncio.create_task(stream.__anext__())
    await asyncio.sleep(0.01)
    with pytest.raises(RuntimeError, match="another task"):
        await stream.__anext__()
    source.send("x")
    assert await first == "x"


async def test_break_closes_soon(source: Source) -> None:
    stream = await source.stream()
    source.send(1)
    async for _ in stream:
        break
    await source.end()
    with pytest.raises(RuntimeError, match="closed when its `async for` was left"):
        await stream.__anext__()


async def test_break_with_the_last_reference_closes_at_once(source: Source) -> None:
    async with Source() as other:
        kept, dropped = await other.stream(), await source.stream()
        other.send(1)
        source.send(1)
        async for _ in kept:
            break
        async for _ in dropped:
            break
        del dropped
        await source.end()
        await other.end()
        assert source.end_number < other.end_number
    del kept


async def test_coming_back_calls_the_close_off() -> None:
    for _ in range(20):
        async with Source() as source:
            if await _comes_back(source):
                return
    raise AssertionError("never back in time")


async def _comes_back(source: Source) -> bool:
    stream = await source.stream()
    source.send(1, 2)
    async for event in stream:
        assert event == 1
        break
    seen = []
    try:
        async for event in stream:
            seen.append(event)
            if event == 2:
                await asyncio.sleep(0.08)
                source.send(3)
            else:
                break
    except RuntimeError:  # this machine was too busy
        assert not seen
        return False
    assert seen == [2, 3]
    await source.end()
    return True


async def test_error_in_the_loop_body(source: Source) -> None:
    stream = await source.stream()
    source.send(1)
    with pytest.raises(ZeroDivisionError):
        async for _ in stream:
            raise ZeroDivisionError
    await source.end()


async def test_cancelled_reader(source: Source) -> None:
    async def read() -> None:
        async for _ in await source.stream():
            pass

    task = asyncio.create_task(read())
    await source.started.wait()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await source.end()


async def test_generator_that_is_closed(source: Source) -> None:
    async def words() -> AsyncIterator[Any]:
        async for event in await source.stream():
            yield event

    generator = words()
    task = asyncio.create_task(generator.__anext__())
    await source.started.wait()
    source.send("a")
    assert await task == "a"
    await generator.aclose()  # type: ignore[attr-defined]
    await source.end()


async def test_dropped_stream(source: Source) -> None:
    stream = await source.stream()
    assert stream is not None
    await source.started.wait()
    del stream
    await source.end()


async def test_stream_in_a_cycle(source: Source) -> None:
    stream = await source.stream()
    await source.started.wait()
    cycle: list[Any] = [stream]
    cycle.append(cycle)
    del stream, cycle
    gc.collect()
    await source.end()


async def test_context_manager(source: Source) -> None:
    async with await source.stream() as stream:
        await source.started.wait()
    await source.end()
    assert stream._events.closed
    await stream.close()
    assert [event async for event in stream] == []


async def _from_a_task(close: Callable[[], Awaitable[None]]) -> None:
    await asyncio.create_task(close())  # type: ignore[arg-type]


async def _from_a_thread(close: Callable[[], Awaitable[None]]) -> None:
    thread = threading.Thread(target=lambda: asyncio.run(close()))  # type: ignore[arg-type]
    thread.start()
    await asyncio.to_thread(thread.join)


@pytest.mark.parametrize("closer", [_from_a_task, _from_a_thread])
async def test_closing_wakes_the_reader(source: Source, closer: Any) -> None:
    stream = await source.stream()

    async def read() -> list[Any]:
        return [event async for event in stream]

    reader = asyncio.create_task(read())
    await asyncio.sleep(0.02)
    await closer(stream.close)
    assert await asyncio.wait_for(reader, 20) == []
    await source.end()


@pytest.mark.http1
async def test_error_object(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(events("1", '{"error":{"message":"no","code":7,"type":"t"}}', "2"))
    stream = await EVENTS(scripted_client, (True,))
    seen = []
    with pytest.raises(APIError, match="no") as caught:
        async for event in stream:
            seen.append(event)
    assert seen == [1]
    assert (caught.value.code, caught.value.type) == ("7", "t")
    assert caught.value.body == {"message": "no", "code": 7, "type": "t"}
    assert str(caught.value.request.url) == f"{scripted.url}/events"
    assert [event async for event in stream] == []


async def test_text_that_is_not_json(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(events("NaN", "{nope"))
    stream = await EVENTS(scripted_client, (True,))
    assert str(await stream.__anext__()) == "nan"
    with pytest.raises(ValueError, match="not valid JSON") as caught:
        await stream.__anext__()
    assert isinstance(caught.value, APIError)


async def test_event_names(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    body = b'event: thread.run\ndata: {"a":1}\n\nevent: other\ndata: {"b":2}\n\ndata: 3\n\n'
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    scripted.answers.extend([reply, reply])
    wrapped = {"data": {"a": 1}, "event": "thread.run"}
    stream = await EVENTS(scripted_client, (True,))
    assert [event async for event in stream] == [wrapped, {"b": 2}, 3]
    stream = await _named_events(scripted_client, (True,))
    assert [event async for event in stream] == [
        wrapped,
        {"data": {"b": 2}, "event": "other"},
        {"data": 3, "event": None},
    ]


async def test_connection_lost_in_the_middle(source: Source) -> None:
    stream = await source.stream()
    source.send(1)
    assert await stream.__anext__() == 1
    source.writers[-1].close()
    with pytest.raises(APIConnectionError):
        await stream.__anext__()
    with pytest.raises(StopAsyncIteration):
        await stream.__anext__()


async def test_slow_reader_gets_everything(source: Source) -> None:
    stream = await source.stream()
    text = "x" * 10_000

    async def produce() -> None:
        for number in range(600):
            source.send([number, text])
            await source.writers[-1].drain()
        source.writers[-1].write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")

    producer = asyncio.create_task(produce())
    await asyncio.sleep(0.05)
    numbers = [number async for number, _ in stream]
    await producer
    assert numbers == list(range(600))


async def test_client_closed_under_a_stream(source: Source) -> None:
    stream = await source.stream()
    source.send(1)
    assert await stream.__anext__() == 1
    await source.client.close()
    with pytest.raises(APIConnectionError, match="client was closed"):
        await stream.__anext__()


async def test_nothing_alive_afterwards(source: Source) -> None:
    streams = [await source.stream() for _ in range(20)]
    assert _core.live_objects()["streams"] == 20
    await asyncio.gather(*(stream.close() for stream in streams))
    streams.clear()
    gc.collect()
    for _ in range(200):
        if not _core.live_objects()["streams"]:
            return
        await asyncio.sleep(0.01)
    assert _core.live_objects()["streams"] == 0

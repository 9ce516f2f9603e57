"""Several conversations over one Responses connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from openai_native import AsyncOpenAI
from openai_native.lib.responses_websocket import (
    AsyncResponsesWebSocketSession,
    ResponsesWebSocketBufferError,
    ResponsesWebSocketError,
    ResponsesWebSocketLimits,
)
from ws_server import Step, WsServer

LIMITS = ResponsesWebSocketLimits(
    max_lanes=4, max_events_per_lane=8, max_events=16, max_bytes_per_lane=10_000, max_bytes=20_000
)
ITEM = {"type": "message", "id": "i", "role": "assistant", "status": "completed", "content": []}


@pytest.fixture
def sockets() -> Iterator[WsServer]:
    with WsServer() as running:
        yield running


def response(name: str, output: Any) -> dict[str, Any]:
    return {"id": name, "object": "response", "created_at": 1, "model": "m", "output": output}


def turn(lane: str | None, name: str, output: Any = None) -> list[Step]:
    """The events of one response, which lists its output or leaves it to its items."""
    stream = {} if lane is None else {"stream_id": lane}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": response(name, [])},
        {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
        {"type": "response.completed", "response": response(name, output)},
    ]
    return [("send", {**event, **stream}) for event in events]


def made(server: WsServer) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=server.url, api_key="test-key")


async def test_lanes(sockets: WsServer) -> None:
    both = turn("a", "ra"), turn("b", "rb", [ITEM, ITEM])
    mixed = [step for pair in zip(*both, strict=True) for step in pair]
    sockets.scripts = [[("recv",), ("recv",), *mixed]]
    async with made(sockets) as client:
        connection = await client.responses.connect().enter()
        async with AsyncResponsesWebSocketSession(connection, limits=LIMITS) as session:
            lanes = [session.lane("a"), session.lane("b")]
            for lane in lanes:
                await lane.send({"type": "response.create", "model": "m", "input": "hi"})
            with pytest.raises(RuntimeError, match="current response"):
                await lanes[0].send({"type": "response.create", "model": "m", "input": "hi"})
            finals = [await lane.get_final_response() for lane in reversed(lanes)]
            assert [(each.id, len(each.output)) for each in finals] == [("rb", 2), ("ra", 1)]
            with pytest.raises(ValueError, match="already registered"):
                session.lane("a")
            lanes[0].close()
            with pytest.raises(EOFError):
                await lanes[0].recv()
        with pytest.raises(EOFError):
            await lanes[1].recv()
    sockets.settle()
    assert [json.loads(each)["stream_id"] for each in sockets.got] == ["a", "b"]
    assert sockets.closes == [(1000, "")]


async def test_errors_end_a_response(sockets: WsServer) -> None:
    error = {"type": "error", "error": {"type": "invalid", "message": "no"}, "status": 400}
    sockets.scripts = [[("recv",), ("send", error), *turn(None, "r", [])]]
    async with made(sockets) as client:
        connection = await client.responses.connect().enter()
        async with AsyncResponsesWebSocketSession(connection, limits=LIMITS) as session:
            await session.default.send({"type": "response.create", "model": "m", "input": "hi"})
            with pytest.raises(ResponsesWebSocketError) as caught:
                await session.default.get_final_response()
            assert caught.value.event.type == "error"
            assert (await session.default.recv()).type == "response.created"
            assert (await session.default.get_final_response()).id == "r"


@pytest.mark.parametrize("isolated", [True, False])
async def test_too_much(sockets: WsServer, isolated: bool) -> None:
    sockets.scripts = [[*turn("a", "1") * 3, *turn("b", "r", [])]]
    async with made(sockets) as client:
        connection = await client.responses.connect().enter()
        session = AsyncResponsesWebSocketSession(
            connection, limits=LIMITS, isolate_lane_overflow=isolated
        )
        full, other = session.lane("a"), session.lane("b")
        async with session:
            if isolated:
                assert (await other.get_final_response()).id == "r"
                with pytest.raises(ResponsesWebSocketBufferError):
                    await full.recv()
            else:
                with pytest.raises(ResponsesWebSocketBufferError):
                    while True:
                        await other.recv()


async def test_one_session_at_a_time(sockets: WsServer) -> None:
    async with made(sockets) as client:
        connection = await client.responses.connect().enter()
        async with AsyncResponsesWebSocketSession(connection, limits=LIMITS) as first:
            with pytest.raises(RuntimeError, match="already has a WebSocket session"):
                await AsyncResponsesWebSocketSession(connection, limits=LIMITS).__aenter__()
        async with AsyncResponsesWebSocketSession(connection, limits=LIMITS):
            await first.close()  # the connection is another session's by now
            with pytest.raises(RuntimeError, match="already has a WebSocket session"):
                await AsyncResponsesWebSocketSession(connection, limits=LIMITS).__aenter__()


async def test_a_session_that_cannot_close_gives_the_connection_up(sockets: WsServer) -> None:
    async with made(sockets) as client:
        connection = await client.responses.connect().enter()
        connection.close = failing(connection.close)  # type: ignore[method-assign]
        with pytest.raises(ValueError, match="no"):
            async with AsyncResponsesWebSocketSession(connection, limits=LIMITS):
                pass
        async with AsyncResponsesWebSocketSession(connection, limits=LIMITS):
            pass


def failing(close: Any) -> Any:
    """Closes the first time, with an error."""

    async def closing() -> None:
        nonlocal failed
        await close()
        if not failed:
            failed = True
            raise ValueError("no")

    failed = False
    return closing


def test_limits_are_positive() -> None:
    with pytest.raises(ValueError, match="max_lanes"):
        ResponsesWebSocketLimits(0, 1, 1, 1, 1)
    with pytest.raises(ValueError, match="max_bytes"):
        ResponsesWebSocketLimits(1, 1, 1, 1, True)

"""Connections over WebSocket: events, handlers, closing, reconnecting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory as Deflate

import openai_native
from openai_native import AsyncOpenAI
from openai_native.resources.realtime.realtime import AsyncRealtimeConnection
from openai_native.types.realtime import ConversationItemAdded, SessionUpdatedEvent
from ws_server import WsServer

UPDATED = {"type": "session.updated", "event_id": "e1", "session": {"type": "realtime"}}
ERROR = {"type": "error", "event_id": "e2", "error": {"type": "invalid", "message": "no"}}


@pytest.fixture
def sockets() -> Iterator[WsServer]:
    with WsServer() as running:
        yield running


def made(server: WsServer, **settings: Any) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=server.url, api_key="test-key", **settings)


async def test_events_come_typed(sockets: WsServer) -> None:
    sockets.scripts = [[("send", UPDATED), ("recv",), ("close", 1000, "done")]]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        assert type(connection) is AsyncRealtimeConnection
        await connection.session.update(session={"type": "realtime", "instructions": "x"})
        seen = [event async for event in connection]
    sockets.settle()
    assert [type(event) for event in seen] == [SessionUpdatedEvent]
    assert json.loads(sockets.got[0]) == {
        "type": "session.update",
        "session": {"type": "realtime", "instructions": "x"},
    }
    assert sockets.closes == [(1000, "done")]
    assert sockets.requests[0].path == "/v1/realtime?model=m"
    assert sockets.header("Authorization") == "Bearer test-key"


async def test_sub_objects_send_events(sockets: WsServer) -> None:
    sockets.scripts = [[("recv",)] * 3]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        await connection.response.create()
        await connection.input_audio_buffer.append(audio="QUJD", event_id="e")
        await connection.conversation.item.truncate(audio_end_ms=1, content_index=0, item_id="i")
    sockets.settle()
    assert [json.loads(each) for each in sockets.got] == [
        {"type": "response.create"},
        {"type": "input_audio_buffer.append", "audio": "QUJD", "event_id": "e"},
        {
            "type": "conversation.item.truncate",
            "audio_end_ms": 1,
            "content_index": 0,
            "item_id": "i",
        },
    ]


async def test_raw_messages(sockets: WsServer) -> None:
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        await connection.send_raw(json.dumps(UPDATED))
        data = await connection.recv_bytes()
        assert connection.parse_event(data) == connection.parse_event(data.decode())
        await connection.send_raw(b'{"type": "unknown", "x": 1}')
        unknown: Any = await connection.recv()
        assert (unknown.type, unknown.x) == ("unknown", 1)
        large = json.dumps({**UPDATED, "event_id": "x" * 5_000_000})
        await connection.send_raw(large)
        assert await connection.recv_bytes() == large.encode()


async def test_models_are_sent(sockets: WsServer) -> None:
    from openai_native.types.realtime import InputAudioBufferCommitEvent

    sockets.scripts = [[("recv",)]]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        await connection.send(InputAudioBufferCommitEvent(type="input_audio_buffer.commit"))
    sockets.settle()
    assert json.loads(sockets.got[0]) == {"type": "input_audio_buffer.commit"}


async def test_we_close(sockets: WsServer) -> None:
    async with made(sockets) as client:
        connection = await client.realtime.connect(model="m").enter()
        await connection.close(code=1001, reason="bye")
        await connection.close()
        with pytest.raises(ConnectionClosedOK) as caught:
            await connection.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1001, "bye")
        with pytest.raises(ConnectionClosedOK):
            await connection.send({"type": "response.create"})
        assert [event async for event in connection] == []
    sockets.settle()
    assert sockets.closes == [(1001, "bye")]


@pytest.mark.parametrize(("code", "reason"), [(1011, "oops"), (4000, "own"), (3000, "")])
async def test_server_closes(sockets: WsServer, code: int, reason: str) -> None:
    sockets.scripts = [[("close", code, reason)]]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        with pytest.raises(ConnectionClosedError) as caught:
            await connection.recv()
    error = caught.value
    assert error.rcvd is not None and error.sent is not None
    assert (error.rcvd.code, error.rcvd.reason, error.sent.code) == (code, reason, code)
    assert error.rcvd_then_sent


async def test_server_goes_away(sockets: WsServer) -> None:
    sockets.scripts = [[("send", UPDATED), ("drop",)]]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        assert (await connection.recv()).type == "session.updated"
        with pytest.raises(ConnectionClosedError) as caught:
            await connection.recv()
    assert (caught.value.rcvd, caught.value.sent) == (None, None)
    assert str(caught.value) == "no close frame received or sent"


async def test_refused_handshakes(sockets: WsServer) -> None:
    sockets.refuse(401, {"X-Request-Id": "r"}, b'{"error": {}}')
    async with made(sockets) as client:
        with pytest.raises(InvalidStatus) as caught:
            await client.realtime.connect(model="m").enter()
    response = caught.value.response
    assert (response.status_code, response.body) == (401, b'{"error": {}}')
    assert response.headers["x-request-id"] == "r"


async def test_nobody_listens() -> None:
    with WsServer() as gone:
        client = made(gone)
    with pytest.raises(ConnectionRefusedError):
        await client.realtime.connect(model="m").enter()
    await client.close()


async def test_handlers(sockets: WsServer) -> None:
    item = {"type": "conversation.item.added", "event_id": "e3", "item": {"type": "message"}}
    sockets.scripts = [[("send", UPDATED), ("send", UPDATED), ("send", item), ("close",)]]
    seen: list[str] = []
    async with made(sockets) as client:
        manager = client.realtime.connect(model="m")

        @manager.on("session.updated")
        def updated(event: SessionUpdatedEvent) -> None:
            seen.append("updated")

        manager.once("session.updated", lambda _: seen.append("once"))
        manager.send({"type": "response.create"})
        async with manager as connection:
            connection.on("event", lambda event: seen.append(event.type))
            connection.on("conversation.item.added", lambda _: seen.append("never"))
            connection.off("conversation.item.added", print)

            async def added(event: ConversationItemAdded) -> None:
                seen.append("added")

            connection.on("conversation.item.added", added)
            await connection.dispatch_events()
    assert seen == [
        "updated",
        "once",
        "session.updated",
        "updated",
        "session.updated",
        "never",
        "added",
        "conversation.item.added",
    ]


async def test_unhandled_errors_are_raised(sockets: WsServer) -> None:
    sockets.scripts = [[("send", ERROR)]]
    async with made(sockets) as client, client.realtime.connect(model="m") as connection:
        with pytest.raises(openai_native.OpenAIError, match="WebSocket error"):
            await connection.dispatch_events()


async def test_reconnecting(sockets: WsServer) -> None:
    sockets.scripts = [
        [("send", UPDATED), ("close", 1012, "restart")],
        [("recv",), ("send", UPDATED), ("close", 1000, "")],
    ]
    told: list[Any] = []
    async with made(sockets) as client:

        def reconnecting(event: Any) -> Any:
            told.append(event)
            connection._send_queue.enqueue('{"type": "queued"}')
            return {"extra_query": {"resume": "yes"}}

        manager = client.realtime.connect(
            model="m", on_reconnecting=reconnecting, initial_delay=0.01
        )
        async with manager as connection:
            assert [event.type async for event in connection] == ["session.updated"] * 2
    assert [(e.attempt, e.max_attempts, e.close_code) for e in told] == [(1, 5, 1012)]
    assert sockets.got == ['{"type": "queued"}']
    assert sockets.requests[1].path == "/v1/realtime?model=m&resume=yes"


async def test_reconnecting_ends(sockets: WsServer) -> None:
    sockets.scripts = [[("close", 1012, "restart")]]
    attempts: list[int] = []
    async with made(sockets) as client:

        def reconnecting(event: Any) -> None:
            attempts.append(event.attempt)
            connection._send_queue.enqueue("unsent")

        manager = client.realtime.connect(
            model="m", on_reconnecting=reconnecting, initial_delay=0.001, max_retries=2
        )
        async with manager as connection:
            sockets.refuse(503)
            sockets.refuse(503)
            with pytest.raises(openai_native.WebSocketConnectionClosedError) as caught:
                async for _ in connection:
                    raise AssertionError
    assert attempts == [1, 2]
    assert caught.value.unsent_frames == ["unsent", "unsent"]


async def test_other_connections(sockets: WsServer) -> None:
    sockets.scripts = [[("recv",)]]
    async with made(sockets) as client:
        async with client.responses.connect() as responses:
            await responses.response.create(model="m", input="hi")
        async with client.beta.responses.connect() as responses:
            await responses.response.create(model="m", input="hi")
        async with client.beta.realtime.connect(model="m") as realtime:
            await realtime.response.cancel()
        async with client.live.sideband.connect(session_id="a/b", graceful_close=True) as sideband:
            await sideband.transport.dtmf.send(event="1")
        async with client.live.forks.connect(session_id="s") as fork:
            await fork.session.close()
        async with client.live.connect() as live:
            await live.session.close()
        async with client.realtime.translations.connect(model="m") as translation:
            await translation.session.close()
    sockets.settle()
    assert [request.path for request in sockets.requests] == [
        "/v1/responses",
        "/v1/responses",
        "/v1/realtime?model=m",
        "/v1/live/sessions/a%2Fb/attach?graceful_close=true",
        "/v1/live/sessions/s/fork",
        "/v1/live/sessions",
        "/v1/realtime/translations?model=m",
    ]
    assert sockets.header("OpenAI-Beta", 2) == "realtime=v1"
    assert [json.loads(each)["type"] for each in sockets.got] == [
        "response.create",
        "response.create",
        "response.cancel",
        "transport.dtmf.send",
        "session.close",
        "session.close",
        "session.close",
    ]


def test_where_a_connection_would_go() -> None:
    client = AsyncOpenAI(api_key="k", websocket_base_url="https://other.example/v1?a=b")
    assert str(client.realtime.connect(model="m")._prepare_url()).startswith(
        "wss://other.example/v1/realtime"
    )
    fork = client.with_options(data_residency="eu").live.forks.connect(session_id="s")
    assert str(fork._prepare_url()) == "wss://eu.api.openai.com/v1/live/sessions/s/fork"


async def test_options(sockets: WsServer) -> None:
    async with made(sockets) as client:

        async def connecting(**options: Any) -> Any:
            return await client.realtime.connect(
                model="m", websocket_connection_options=options
            ).enter()

        connection = await connecting(max_size=1000, subprotocols=["realtime"])
        assert sockets.header("Sec-WebSocket-Extensions") == (
            "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"
        )
        assert sockets.header("Sec-WebSocket-Protocol") == "realtime"
        await connection.send_raw(json.dumps({**UPDATED, "event_id": "x" * 500}))
        assert len((await connection.recv()).event_id) == 500
        await connection.send_raw("x" * 1001)
        with pytest.raises(ConnectionClosedError) as caught:
            await connection.recv()
        assert caught.value.sent is not None and caught.value.sent.code == 1009
        await (await connecting(extensions=[Deflate(server_max_window_bits=10)])).close()
        assert sockets.header("Sec-WebSocket-Extensions") == (
            "permessage-deflate; server_max_window_bits=10; client_max_window_bits=15"
        )
        forgetful = Deflate(True, True, compress_settings=None)
        await (await connecting(extensions=[forgetful], compression="deflate")).close()
        offer = sockets.header("Sec-WebSocket-Extensions") or ""
        assert "server_no_context_takeover" in offer and "client_no_context_takeover" in offer
        for refused in ([object()], [Deflate(), Deflate()], [Deflate(compress_settings={"l": 1})]):
            with pytest.raises(NotImplementedError, match="extensions"):
                await connecting(extensions=refused)
        with pytest.raises(ValueError, match="8 bits"):
            await connecting(extensions=[Deflate(server_max_window_bits=8)])
        with pytest.raises(ValueError, match="'ftp' is not a scheme of proxies"):
            await connecting(proxy="ftp://localhost:1")
        with pytest.raises(TypeError, match="proxy"):
            await connecting(proxy=1)
        with pytest.raises(TypeError, match="'nonsense'"):
            await connecting(nonsense=1)
        with pytest.raises(ValueError, match="compression"):
            await connecting(compression="zip")


async def test_proxies_are_not_passed_by(
    sockets: WsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:1")
    async with AsyncOpenAI(api_key="k", websocket_base_url="wss://api.invalid/v1") as client:
        with pytest.raises(OSError, match=r"proxy http://proxy.invalid:1"):
            await client.realtime.connect(model="m").enter()

"""What is left of WebSockets, however they end: nothing."""

from __future__ import annotations

import asyncio
import gc
import json
import ssl
import threading
from typing import Any

import pytest
import trustme
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from openai_native import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI, _core
from ws_server import WsServer

UPDATED = {"type": "session.updated", "event_id": "e", "session": {"type": "realtime"}}


def made(server: WsServer, **settings: Any) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=server.url, api_key="test-key", **settings)


async def gone(what: str = "sockets") -> None:
    for _ in range(2000):
        if not _core.live_objects()[what]:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(_core.live_objects())


async def test_a_thousand_sockets_on_one_client() -> None:
    with WsServer() as server:
        async with made(server) as client:
            connections: list[Any] = []
            for _ in range(20):
                managers = (client.realtime.connect(model="m") for _ in range(50))
                connections += await asyncio.gather(*(each.enter() for each in managers))
            assert _core.live_objects()["sockets"] == 1000

            async def ask(i: int) -> str:
                await connections[i].send_raw(json.dumps({**UPDATED, "event_id": str(i)}))
                event: Any = await connections[i].recv()
                return str(event.event_id)

            answers = await asyncio.gather(*map(ask, range(1000)))
            assert answers == [str(i) for i in range(1000)]
            await asyncio.gather(*(each.close() for each in connections))
        connections.clear()
        gc.collect()
        await gone("connections")
        await gone()
        server.settle()
        assert server.closes == [(1000, "")] * 1000


async def test_cancelled_waits_lose_nothing() -> None:
    with WsServer() as server:
        async with made(server) as client, client.realtime.connect(model="m") as connection:
            for _ in range(3):
                waiting = asyncio.ensure_future(connection.recv())
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            for number in range(3):
                await connection.send_raw(json.dumps({**UPDATED, "event_id": str(number)}))
            assert [(await connection.recv()).event_id for _ in range(3)] == ["0", "1", "2"]


async def test_cancelled_handshakes_give_everything_back() -> None:
    accepted = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await reader.read()  # until the client is gone
        writer.close()

    server = await asyncio.start_server(mute, "localhost", 0)
    port = server.sockets[0].getsockname()[1]
    async with AsyncOpenAI(base_url=f"http://localhost:{port}", api_key="k") as client:
        entering = asyncio.ensure_future(client.realtime.connect(model="m").enter())
        await accepted.wait()
        entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await entering
        await gone("connections")
        options: Any = {"open_timeout": 0.05}
        late = client.realtime.connect(model="m", websocket_connection_options=options)
        with pytest.raises(TimeoutError):
            await late.enter()
        await gone("connections")
    server.close()
    await server.wait_closed()


async def test_dropped_connections_are_closed() -> None:
    with WsServer() as server:
        async with made(server) as client:
            connection: Any = await client.realtime.connect(model="m").enter()
            iterator = connection.__aiter__()
            waiting = asyncio.ensure_future(iterator.__anext__())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            del connection, iterator, waiting
            gc.collect()
            await gone()
        server.settle()
        assert server.closes == [(1006, "")]


async def test_close_while_others_wait() -> None:
    with WsServer() as server:
        async with made(server) as client:
            connection = await client.realtime.connect(model="m").enter()
            waiting = asyncio.ensure_future(connection.recv())
            await asyncio.sleep(0)
            with pytest.raises(RuntimeError, match="another task is receiving"):
                await connection.recv()
            await asyncio.gather(connection.close(), connection.close(reason="second"))
            with pytest.raises(ConnectionClosedOK):
                await waiting


async def test_many_senders() -> None:
    with WsServer() as server:
        async with made(server) as client, client.realtime.connect(model="m") as connection:
            large = "x" * 100_000
            sending = (connection.send_raw(f'"{i} {large}"') for i in range(50))
            echoes = asyncio.ensure_future(asyncio.gather(*sending))
            came = [json.loads(await connection.recv_bytes()).partition(" ") for _ in range(50)]
            await echoes
            assert {number for number, _, _ in came} == {str(i) for i in range(50)}
            assert all(rest == large for _, _, rest in came)


def test_threads_close_what_others_wait_for() -> None:
    with WsServer() as server, OpenAI(base_url=server.url, api_key="k") as client:
        connection = client.realtime.connect(model="m").enter()
        ended: list[Any] = []
        ready = threading.Event()

        def read() -> None:
            ready.set()
            try:
                connection.recv()
            except ConnectionClosed as error:
                ended.append(error)

        reading = threading.Thread(target=read)
        reading.start()
        ready.wait()
        connection.close()
        reading.join()
        assert [type(error) for error in ended] == [ConnectionClosedOK]
        with pytest.raises(ConnectionClosedOK):
            connection.send({"type": "response.create"})


def test_threads_wait_as_long_as_they_say() -> None:
    with (
        WsServer() as server,
        OpenAI(base_url=server.url, api_key="k") as client,
        client.realtime.connect(model="m") as connection,
    ):
        with pytest.raises(TimeoutError):
            connection._connection.recv(timeout=0.02)
        connection.send_raw("{}")
        assert connection._connection.recv(timeout=20) == "{}"


async def test_tls(tmp_path: Any) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    trusted, own = tmp_path / "ca.pem", tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(trusted))
    authority.issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(str(own))
    with WsServer(tls=context) as server:
        http_client = DefaultAsyncHttpxClient(verify=str(trusted), cert=str(own))
        async with (
            made(server, http_client=http_client) as client,
            client.realtime.connect(model="m") as connection,
        ):
            await connection.send_raw(json.dumps(UPDATED))
            assert (await connection.recv()).type == "session.updated"
        async with made(server) as client:
            with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
                await client.realtime.connect(model="m").enter()

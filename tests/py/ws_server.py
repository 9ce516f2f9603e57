"""A WebSocket server of the `websockets` library, on a thread of its own, that plays scripts."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from http import HTTPStatus
from types import TracebackType
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Step = tuple[Any, ...]


class WsServer:
    """Each connection gets the next of `scripts`, the last one again and again.

    Steps: ("recv",) notes a message; ("send", what) sends it, as JSON unless it is str or bytes;
    ("echo",) until the client closes; ("close", code, reason); ("drop",) without a goodbye. When
    the steps end, the server waits until the client closes.
    """

    def __init__(self, *scripts: list[Step], tls: ssl.SSLContext | None = None) -> None:
        self.scripts = list(scripts) or [[("echo",)]]
        self.refusals: list[Response] = []  # answered first, one each
        self.requests: list[Request] = []
        self.got: list[Any] = []  # messages, of all connections
        self.closes: list[tuple[int | None, str | None]] = []  # as the server saw them
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._ready = threading.Event()
        self._accepted = 0
        self._changed = threading.Condition()

    def __enter__(self) -> WsServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://localhost:{self.port}/v1"

    def refuse(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        from websockets.datastructures import Headers

        phrase = HTTPStatus(status).phrase
        self.refusals.append(
            Response(
                status, phrase, Headers({"Content-Length": str(len(body)), **(headers or {})}), body
            )
        )

    def settle(self) -> None:
        """Waits until every connection is closed and its script played."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.closes) == self._accepted, 20)

    def header(self, name: str, request: int = -1) -> str | None:
        found: str | None = self.requests[request].headers.get(name)
        return found

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        async with serve(
            self._play,
            "localhost",
            0,
            process_request=self._request,
            ssl=self._tls,
            max_size=None,
            ping_interval=None,
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            ports = {s.getsockname()[1] for s in server.sockets}
            assert self.port in ports
            self._ready.set()
            await self._stop.wait()

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if self.refusals:
            return self.refusals.pop(0)
        self._accepted += 1
        return None

    async def _play(self, connection: ServerConnection) -> None:
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            for step in script:
                await self._step(connection, *step)
        except ConnectionClosed:
            pass
        await connection.wait_closed()
        with self._changed:
            self.closes.append((connection.close_code, connection.close_reason))
            self._changed.notify_all()

    async def _step(self, connection: ServerConnection, what: str, *values: Any) -> None:
        if what == "recv":
            self.got.append(await connection.recv())
        elif what == "send":
            plain = isinstance(values[0], (str, bytes))
            await connection.send(values[0] if plain else json.dumps(values[0]))
        elif what == "echo":
            async for message in connection:
                await connection.send(message)
        elif what == "close":
            await connection.close(*values)
        else:
            connection.transport.abort()

"""A tiny HTTP/1.1 server in the test's own event loop, for answers that no real server gives."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} was sent {len(values)} times"
        return values[0] if values else None

    def json(self) -> Any:
        return json.loads(self.body)


def answer(
    status: int = 200,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    content_type: str | None = "application/json",
) -> bytes:
    """A whole response; `body` is bytes, or becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(content)}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def events(*data: str, done: bool = True) -> bytes:
    """A whole event stream."""
    text = "".join(f"data: {each}\n\n" for each in (*data, *(["[DONE]"] if done else [])))
    return answer(200, text.encode(), content_type="text/event-stream")


class Last(bytes):
    """An answer after which the connection is closed, however long it said it would be."""


class Slow:
    """An answer in pieces, with a pause before each but the first."""

    def __init__(self, pause: float, *pieces: bytes) -> None:
        self.pause = pause
        self.pieces = pieces


class ScriptedServer:
    """Answers with what is in `answers`, in order; with an empty object when there is nothing left.

    An answer of None closes the connection without a word; a callable gets the request.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: deque[Any] = deque()
        self._tls = tls
        self.requests: list[Request] = []
        self.peers: set[str] = set()  # addresses that connected
        self.connections = 0  # accepted so far
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> ScriptedServer:
        # Not asyncio.start_server: it forgets connections that it has accepted and not yet handed
        # over, and every one of them must have ended with the test.
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.setblocking(False)
        port = self._listener.getsockname()[1]
        self.url = f"https://localhost:{port}/v1" if self._tls else f"http://127.0.0.1:{port}/v1"
        asyncio.get_running_loop().add_reader(self._listener, self._accept)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        await asyncio.sleep(0)  # until each connection is in the hands of its task
        self.hang_up()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # what closing a transport has put off

    def hang_up(self) -> None:
        """Every connection, whatever has been answered on it."""
        for task in self._tasks:
            task.cancel()

    def _accept(self) -> None:
        try:
            connected, _ = self._listener.accept()
        except BlockingIOError:  # it has left already
            return
        self.connections += 1
        connected.setblocking(False)
        task = asyncio.get_running_loop().create_task(self._serve(connected))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connected: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, connected, ssl=self._tls
            )
        except OSError:  # of a handshake: the client does not like us, or has left
            return
        await self._answer(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    @property
    def last(self) -> Request:
        return self.requests[-1]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if peer := writer.get_extra_info("peername"):  # None: it has left already
            self.peers.add(peer[0])
        try:
            while (request := await self._read(reader)) is not None:
                self.requests.append(request)
                reply = self.answers.popleft() if self.answers else answer()
                if callable(reply):
                    reply = reply(request)
                if reply is None:
                    break
                for number, piece in enumerate(getattr(reply, "pieces", [reply])):
                    if number > 0:
                        await asyncio.sleep(reply.pause)
                    writer.write(piece)
                    await writer.drain()
                if isinstance(reply, Last):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except RuntimeError as error:  # how uvloop says that the peer is gone
            assert "closed" in str(error)
        except asyncio.CancelledError:  # nobody reads any more what is still to be written
            writer.transport.abort()
        finally:
            if writer.get_extra_info("ssl_object"):  # whose goodbye would outlast the test
                writer.transport.abort()
            else:
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [(name, value.strip()) for name, _, value in (x.partition(":") for x in lines)]
        sizes = [int(value) for name, value in headers if name.lower() == "content-length"]
        body = await reader.readexactly(sizes[0]) if sizes else b""
        return Request(method, target, headers, body)

"""A server whose event streams go on until the test ends them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import Any

from openai_native import AsyncOpenAI
from openai_native._core import Endpoint

EVENTS = Endpoint(
    "POST",
    "/events",
    params=(("stream", "stream", "body"),),
    cast_to=object,
    stream_cast_to=object,
)
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: req_1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_ends = itertools.count(1)


class Source:
    """Serves one endless stream per connection; events are sent when the test says so."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.ended = asyncio.Event()
        self.started = asyncio.Event()
        self.end_number = 0  # the how-manieth stream of the process to end

    async def __aenter__(self) -> Source:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        self.client = AsyncOpenAI(
            base_url=f"http://127.0.0.1:{port}/v1", api_key="k", max_retries=0
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        self.server.close()
        for writer in self.writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HEAD)
            self.writers.append(writer)
            self.started.set()
            while await reader.read(1000):
                pass
            self.end_number = next(_ends)
            self.ended.set()

    def send(self, *values: Any) -> None:
        for value in values:
            self.writers[-1].write(chunk(b"data: %s\n\n" % json.dumps(value).encode()))

    async def stream(self) -> Any:
        return await EVENTS(self.client, (True,))

    async def end(self) -> None:
        """The client hangs up by itself; how soon is not for a test to say."""
        await asyncio.wait_for(self.ended.wait(), 20)

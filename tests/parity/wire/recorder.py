"""The recording server on a thread of its own, so that synchronous clients can call it, too."""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scripted import Request, ScriptedServer

# What is each client's own: names, versions, connection handling.
OWN_HEADERS = ("user-agent", "x-stainless-", "accept-encoding", "connection", "host", "idempotency")
# How the body is delimited is not what it says; spaces and escapes of JSON are each client's own.
OF_THE_BODY = ("content-length", "transfer-encoding")


class Recorder(ScriptedServer):
    """Answers every request with what `reply` makes of it."""

    reply: Callable[[Request], bytes]

    def taken(self) -> list[dict[str, Any]]:
        """The requests since the last call of this, in comparable form."""
        seen = [sent(each) for each in self.requests]
        self.requests.clear()
        return seen

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        request = await super()._read(reader)
        if request is not None and request.header("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                request.body += (await reader.readexactly(size + 2))[:size]
            await reader.readline()
        if request is not None:
            self.answers.append(self.reply(request))
        return request


@contextmanager
def recording() -> Iterator[Recorder]:
    loop = asyncio.new_event_loop()
    server = Recorder()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def sent(request: Request) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in request.headers}
    kept = {n: v for n, v in headers.items() if not n.startswith(OWN_HEADERS)}
    if request.body:
        kept = {n: v for n, v in kept.items() if n not in OF_THE_BODY}
    body: Any = request.body or None
    kind = kept.get("content-type", "")
    if kind.startswith("multipart/"):
        body = parts(kind, request.body)
        kept["content-type"] = kind.partition(";")[0]
    elif kind == "application/json" and request.body:
        body = json.loads(request.body)
    return {
        "method": request.method,
        "path": request.target.partition("?")[0],
        "query": sorted(request.query),
        "body": body,
        "order": list(body) if isinstance(body, dict) else None,
        "headers": dict(sorted(kept.items())),
    }


def parts(content_type: str, body: bytes) -> list[tuple[Any, ...]]:
    """(headers, content) of each part, in order."""
    whole = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    found = []
    for part in message.iter_parts():
        headers = sorted((name.lower(), str(value)) for name, value in part.items())
        found.append((headers, part.get_payload(decode=True)))
    return found

"""Real httpx2 objects, made from native ones when somebody asks for them. Imports httpx2."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx2
from httpx2._decoders import IdentityDecoder

from ._given_raw import GivenRaw
from ._timing import EXTENSION, timing_of

if TYPE_CHECKING:
    from ._core import EventIterator, RawResponse


# For programs that look for the HTTP library's own errors behind ours.
_CAUSES = {
    "connect_timeout": "ConnectTimeout",
    "pool_timeout": "PoolTimeout",
    "write_timeout": "WriteTimeout",
    "read_timeout": "ReadTimeout",
    "deadline_timeout": "ReadTimeout",
    "first_event_timeout": "ReadTimeout",
    "stream_idle_timeout": "ReadTimeout",
    "host_not_found": "ConnectError",
    "connect_failed": "ConnectError",
    "tls_failed": "ConnectError",
    "certificate_refused": "ConnectError",
    "proxy_refused": "ProxyError",
    "proxy_auth": "ProxyError",
    "connection_closed": "RemoteProtocolError",
    "bad_response": "RemoteProtocolError",
    "header_too_large": "RemoteProtocolError",
    "too_many_headers": "RemoteProtocolError",
    "too_many_interim": "RemoteProtocolError",
    "chunks_too_large": "RemoteProtocolError",
    "too_many_redirects": "TooManyRedirects",
    "bad_encoding": "DecodingError",
}


def make_cause(code: str, detail: str, request: httpx2.Request) -> httpx2.RequestError:
    cause: type[httpx2.RequestError] = getattr(httpx2, _CAUSES.get(code, "ReadError"))
    return cause(detail, request=request)


def make_request(raw: RawResponse | GivenRaw) -> httpx2.Request:
    if isinstance(raw, GivenRaw):
        sent: httpx2.Request = raw.http_response.request
        return sent
    content = raw.request_content
    length: str | None
    if content is None:
        request = httpx2.Request(raw.method, raw.url, stream=_SentFromFiles())
        length = str(raw.request_size)
    else:
        request = httpx2.Request(raw.method, raw.url, content=content)
        length = request.headers.get("Content-Length")
    request.headers = httpx2.Headers(wire_fields(raw.request_headers))
    if length is not None:  # the core writes it into the head itself
        request.headers.setdefault("Content-Length", length)
    return request


def make_response(raw: RawResponse | GivenRaw) -> httpx2.Response:
    if isinstance(raw, GivenRaw):
        given: httpx2.Response = raw.http_response
        return given
    # The content is decoded already: the headers (Content-Encoding) must not see it.
    response = httpx2.Response(
        raw.status_code,
        content=raw.content,
        request=make_request(raw),
        extensions=extensions_of(raw),
    )
    return _finish(response, raw)


def make_streamed_response(raw: RawResponse, events: EventIterator) -> httpx2.Response:
    """The response of an event stream; its body can only be closed, the core reads it."""
    response = httpx2.Response(
        raw.status_code,
        stream=_EventBody(events),
        request=make_request(raw),
        extensions=extensions_of(raw),
    )
    response.is_closed = events.closed
    return _finish(response, raw)


_READ_BY_STREAM = (
    "The events of this response are read by the stream object: iterate over that instead."
)


class _EventBody(httpx2.AsyncByteStream, httpx2.SyncByteStream):
    def __init__(self, events: EventIterator) -> None:
        self._events = events

    def __aiter__(self) -> AsyncIterator[bytes]:
        raise RuntimeError(_READ_BY_STREAM)

    def __iter__(self) -> Iterator[bytes]:
        raise RuntimeError(_READ_BY_STREAM)

    async def aclose(self) -> None:
        self._events.close()

    def close(self) -> None:
        self._events.close()


def make_byte_response(raw: RawResponse, pieces: Any) -> httpx2.Response:
    """A response whose body is still on its way; the core has decoded it."""
    response = httpx2.Response(
        raw.status_code,
        headers=wire_fields(raw.headers),
        stream=_Pieces(pieces),
        request=make_request(raw),
        extensions=extensions_of(raw),
    )
    response._decoder = IdentityDecoder()
    return response


class _SentFromFiles(httpx2.AsyncByteStream, httpx2.SyncByteStream):
    """The body of a request that was sent from files: it is not read again to be looked at."""

    def __iter__(self) -> Iterator[bytes]:
        raise httpx2.StreamConsumed()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raise httpx2.StreamConsumed()
        yield b""


class _Pieces(httpx2.AsyncByteStream, httpx2.SyncByteStream):
    elapsed: timedelta | None = None  # where a response looks for it

    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces
        self._began = time.monotonic() - (timing_of(pieces.raw.timing).first_byte or 0.0)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Not `async for`: leaving that closes the stream, and a body may be read on.
        while True:
            try:
                piece: bytes = await self._pieces.__anext__()
            except StopAsyncIteration:
                return
            yield piece

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                piece: bytes = self._pieces.__next__()
            except StopIteration:
                return
            yield piece

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        if self.elapsed is None:
            self.elapsed = timedelta(seconds=time.monotonic() - self._began)
        self._pieces.close()


def wire_fields(pairs: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """The bytes that the core read as Latin-1: what text they are httpx2 finds out."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


def extensions_of(raw: RawResponse) -> dict[str, object]:
    return {
        EXTENSION: raw.timing,
        "http_version": raw.http_version.encode("ascii"),
        "reason_phrase": raw.reason_phrase.encode("ascii", "replace"),
    }


def _finish(response: httpx2.Response, raw: RawResponse) -> httpx2.Response:
    response.headers = httpx2.Headers(wire_fields(raw.headers))
    response.elapsed = timedelta(seconds=timing_of(raw.timing).done or 0.0)
    return response

"""What `with_streaming_response` gives: a response whose body is read as it is wanted."""

# Synchronous twin: _response_sync.py (derived)

from __future__ import annotations

import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, get_origin, overload

from ._constants import OVERRIDE_CAST_TO_HEADER, RAW_RESPONSE_HEADER
from ._exceptions import OpenAIError
from ._lazy import resolved, sync_names
from ._post_parser import post_parser_of
from ._streaming import (
    AsyncStream,
    extract_stream_chunk_type,
    is_stream_class_type,
    stream_over_response,
)
from ._timing import Timing, record_in, timing_of
from .lib.streaming._request import AsyncRequest, prepare, send

if TYPE_CHECKING:
    import datetime
    from types import TracebackType

    import httpx2
    from typing_extensions import Self

    from ._core import EventIterator

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")
_AsyncResponseT = TypeVar("_AsyncResponseT", bound="AsyncAPIResponse[Any]")


class MissingStreamClassError(TypeError):
    def __init__(self) -> None:
        super().__init__(
            "`stream=True` also needs `stream_cls`, a class of streams with the type of its events"
        )


class StreamAlreadyConsumed(OpenAIError):
    """The body was iterated over, and is gone: it can be read only before that."""

    def __init__(self) -> None:
        super().__init__(
            "The content of this response was streamed already. Call `.read()` before streaming "
            "it, or keep what the stream gives"
        )


class BaseAPIResponse(Generic[_R]):
    http_response: httpx2.Response
    retries_taken: int
    _pieces: EventIterator | None = None
    _stream_cls: Any = None
    _default_stream_cls: Any = None
    _post_parser: Callable[[Any], Any] | None = None

    def __init__(
        self,
        *,
        raw: httpx2.Response,
        cast_to: Any,
        client: Any,
        stream: bool,
        stream_cls: Any,
        options: Any,
        retries_taken: int = 0,
    ) -> None:
        self.http_response = raw
        self._set(client, cast_to, stream, retries_taken)
        self._stream_cls, self._options = stream_cls, options
        self._post_parser = post_parser_of(options, raw)

    def _set(self, client: Any, cast_to: Any, stream: bool, retries_taken: int) -> None:
        self._client = client
        self._cast_spec = cast_to
        self._is_sse_stream = stream
        self.retries_taken = retries_taken
        self._parsed_by_type: dict[Any, Any] = {}

    @classmethod
    def _from_native(
        cls, pieces: EventIterator, client: Any, cast_to: Any, is_sse_stream: bool
    ) -> Self:
        """`cast_to`: a type, its "module:Name", or a response class with a type of its own."""
        from ._httpx2 import make_byte_response

        kind: Any = cls
        origin = get_origin(cast_to) or cast_to
        if isinstance(origin, type) and issubclass(origin, BaseAPIResponse):
            kind, cast_to = origin, extract_response_type(cast_to)
        response: Self = kind.__new__(kind)
        response._pieces = pieces
        response.http_response = make_byte_response(pieces.raw, pieces)
        response._set(client, cast_to, is_sse_stream, pieces.raw.retries_taken)
        return response

    @functools.cached_property
    def _cast_to(self) -> Any:
        return resolved(self._cast_spec)

    @property
    def headers(self) -> httpx2.Headers:
        return self.http_response.headers

    @property
    def http_request(self) -> httpx2.Request:
        return self.http_response.request

    @property
    def status_code(self) -> int:
        return self.http_response.status_code

    @property
    def url(self) -> httpx2.URL:
        return self.http_response.url

    @property
    def method(self) -> str:
        return self.http_request.method

    @property
    def http_version(self) -> str:
        return self.http_response.http_version

    @property
    def elapsed(self) -> datetime.timedelta:
        return self.http_response.elapsed

    @property
    def timing(self) -> Timing | None:
        """What the call spent its time on; None if no native connection carried it."""
        record = record_in(self.http_response)
        return None if record is None else timing_of(record)

    @property
    def is_closed(self) -> bool:
        return self.http_response.is_closed

    @property
    def request_id(self) -> str | None:
        return self.http_response.headers.get("x-request-id")

    def __repr__(self) -> str:
        reason = self.http_response.reason_phrase
        return f"<{type(self).__name__} [{self.status_code} {reason}] type={self._cast_to}>"

    def _parse(self, to: Any) -> Any:
        """What the body, read before, or the events in it are as the type `to`, or as their own."""
        parsed = self._parse_events(to) if self._is_sse_stream else self._parse_content(to)
        if self._post_parser is not None:
            parsed = self._post_parser(parsed)
        self._parsed_by_type[self._cast_to if to is None else to] = parsed
        return parsed

    def _parse_content(self, to: Any) -> Any:
        cast_to = self._cast_to if to is None else to
        if cast_to is bytes:
            return self.http_response.content
        from ._legacy_response import LegacyAPIResponse

        whole: LegacyAPIResponse[Any] = LegacyAPIResponse(
            raw=self.http_response,
            cast_to=cast_to,
            client=self._client,
            stream=False,
            stream_cls=None,
            options=None,
            retries_taken=self.retries_taken,
        )
        return whole.parse()

    def _parse_events(self, to: Any) -> Any:
        if to is not None and not is_stream_class_type(to):
            raise TypeError(f"the type for a stream must be a class of streams, not {to}")
        if self._pieces is None:
            return stream_over_response(self, to or self._stream_cls)
        stream_cls = to or self._stream_cls
        cast_to = self._cast_to if stream_cls is None else extract_stream_chunk_type(stream_cls)
        stream_cls = stream_cls or self._default_stream_cls
        self._pieces.parse_events(cast_to)
        stream: Any = (get_origin(stream_cls) or stream_cls)._from_native(
            self._pieces, cast_to, self._client
        )
        stream.response = self.http_response
        self.http_response.is_stream_consumed = True
        return stream


class AsyncAPIResponse(BaseAPIResponse[_R]):
    _default_stream_cls = AsyncStream

    @overload
    async def parse(self, *, to: type[_T]) -> _T: ...

    @overload
    async def parse(self) -> _R: ...

    async def parse(self, *, to: Any = None) -> Any:
        """The object that the method would have returned, or the answer as the type `to`."""
        if (known := self._parsed_by_type.get(self._cast_to if to is None else to)) is not None:
            return known
        if not self._is_sse_stream:
            await self.read()
        return self._parse(to)

    async def read(self) -> bytes:
        from ._http_errors import consumed

        try:
            return await self.http_response.aread()
        except consumed() as error:
            raise StreamAlreadyConsumed from error

    async def text(self) -> str:
        await self.read()
        return self.http_response.text

    async def json(self) -> object:
        await self.read()
        return self.http_response.json()

    async def close(self) -> None:
        """Let go of the connection. Reading the body to its end does so, too."""
        await self.http_response.aclose()

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        async for chunk in self.http_response.aiter_bytes(chunk_size):
            yield chunk

    async def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        async for chunk in self.http_response.aiter_text(chunk_size):
            yield chunk

    async def iter_lines(self) -> AsyncIterator[str]:
        async for line in self.http_response.aiter_lines():
            yield line


class AsyncBinaryAPIResponse(AsyncAPIResponse[bytes]):
    async def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the whole answer to `file`."""
        from ._file_writer import writing

        async with writing(file) as write:
            async for data in self.iter_bytes():
                await write(data)


class AsyncStreamedBinaryAPIResponse(AsyncAPIResponse[bytes]):
    async def stream_to_file(
        self, file: str | os.PathLike[str], *, chunk_size: int | None = None
    ) -> None:
        """Write the answer to `file` as it comes."""
        from ._file_writer import writing

        async with writing(file) as write:
            async for data in self.iter_bytes(chunk_size):
                await write(data)


class AsyncResponseContextManager(Generic[_AsyncResponseT]):
    """Makes the call when it is entered, and lets go of the connection when it is left."""

    def __init__(self, api_request: AsyncRequest[_AsyncResponseT]) -> None:
        self._api_request = api_request
        self._response: _AsyncResponseT | None = None

    async def __aenter__(self) -> _AsyncResponseT:
        self._response = await send(self._api_request)
        return self._response

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is not None:
            await self._response.close()


def _marked(arguments: dict[str, Any], how: str, response_cls: Any = None) -> dict[str, Any]:
    headers = {**(arguments.get("extra_headers") or {}), RAW_RESPONSE_HEADER: how}
    if response_cls is not None:
        headers[OVERRIDE_CAST_TO_HEADER] = response_cls
    return {**arguments, "extra_headers": headers}


def async_to_streamed_response_wrapper(
    func: Callable[_P, Awaitable[_R]],
) -> Callable[_P, AsyncResponseContextManager[AsyncAPIResponse[_R]]]:
    """The method `func`, giving its response before the body is read."""
    return async_to_custom_streamed_response_wrapper(func, None)


def async_to_custom_streamed_response_wrapper(
    func: Callable[_P, Awaitable[object]], response_cls: type[_AsyncResponseT] | None
) -> Callable[_P, AsyncResponseContextManager[_AsyncResponseT]]:
    """The same with a response class of its own."""

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        marked = _marked(kwargs, "stream", response_cls)
        return AsyncResponseContextManager(prepare(func, *args, **marked))

    return wrapped


def async_to_raw_response_wrapper(
    func: Callable[_P, Awaitable[_R]],
) -> Callable[_P, Awaitable[AsyncAPIResponse[_R]]]:
    """The method `func`, giving its response."""
    return async_to_custom_raw_response_wrapper(func, None)


def async_to_custom_raw_response_wrapper(
    func: Callable[_P, Awaitable[object]], response_cls: type[_AsyncResponseT] | None
) -> Callable[_P, Awaitable[_AsyncResponseT]]:
    """The same with a response class of its own."""

    @functools.wraps(func)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **_marked(kwargs, "raw", response_cls))

    return wrapped


def extract_response_type(kind: Any) -> Any:
    """`T` of `AsyncAPIResponse[T]`, or of a class that derives from it."""
    from ._utils import extract_type_var_from_base

    every = (get_origin(kind) or kind).__mro__
    generic = tuple(c for c in every if issubclass(c, BaseAPIResponse) and c.__parameters__)
    return extract_type_var_from_base(kind, index=0, generic_bases=generic)


if TYPE_CHECKING:
    from ._response_sync import APIResponse as APIResponse
    from ._response_sync import BinaryAPIResponse as BinaryAPIResponse
    from ._response_sync import ResponseContextManager as ResponseContextManager
    from ._response_sync import StreamedBinaryAPIResponse as StreamedBinaryAPIResponse
    from ._response_sync import to_custom_raw_response_wrapper as to_custom_raw_response_wrapper
    from ._response_sync import (
        to_custom_streamed_response_wrapper as to_custom_streamed_response_wrapper,
    )
    from ._response_sync import to_raw_response_wrapper as to_raw_response_wrapper
    from ._response_sync import to_streamed_response_wrapper as to_streamed_response_wrapper
else:
    __getattr__ = sync_names(__name__, f"{__package__}._response_sync")

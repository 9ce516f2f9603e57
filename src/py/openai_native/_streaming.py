"""Event streams as the user sees them. The core reads, parses and builds; this thin wrapper keeps
what other packages rely on: `_iterator`, `__stream__`, `response`, `close` can be replaced.
"""

# Synchronous twin: _streaming_sync.py (derived)

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, get_origin

from ._lazy import sync_names
from ._timing import Timing, record_in, timing_of

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2
    from typing_extensions import Self

    from ._client import AsyncOpenAI
    from ._face import Events

_T = TypeVar("_T")


class _Response:
    """`stream.response`, made when first read; assigning simply replaces it."""

    def __get__(self, stream: Any, owner: type) -> Any:
        if stream is None:
            return self
        from ._httpx2 import make_streamed_response

        events = stream._events
        response = make_streamed_response(events.raw, events)
        return stream.__dict__.setdefault("response", response)


class AsyncStream(Generic[_T]):
    """The events of one call, in order. `async for` over it; close or drop it to stop early."""

    if TYPE_CHECKING:
        response: httpx2.Response
    else:
        response = _Response()
    _events: Any
    _iterator: Any
    _cast_to: Any
    _client: AsyncOpenAI
    _options: Any = None
    _given: Any = None

    def __init__(self, *, cast_to: Any, response: Any, client: Any, options: Any = None) -> None:
        """The events of a response that another HTTP client reads."""
        from ._given_events import built, decoder_of, given_events, is_builder

        strict = getattr(client, "_strict_response_validation", False)
        self.response = response
        self._given = response
        self._options = options
        builder = cast_to if is_builder(cast_to) else None
        decoder = decoder_of(response, cast_to if builder is None else object, options, strict)
        events = given_events(response, decoder)
        self._events = events if builder is None else built(events, builder, response)
        self._cast_to = cast_to
        self._client = client
        self._iterator = self.__stream__()

    @classmethod
    def _from_native(cls, iterator: Events, cast_to: Any, client: Any) -> Self:
        stream = cls.__new__(cls)
        stream._events = iterator
        stream._cast_to = cast_to
        stream._client = client
        overridden = cls.__stream__ is not _OWN_STREAM
        stream._iterator = stream.__stream__() if overridden else iterator
        return stream

    def _as(self, stream_cls: Any) -> Any:
        """The same events through another stream class, `MyStream[Event]` or a plain one."""
        cls = get_origin(stream_cls) or stream_cls
        return cls._from_native(self._events, self._cast_to, self._client)

    @property
    def timing(self) -> Timing | None:
        """What the call spent its time on so far; None if no native connection carries it."""
        record = self._events.raw.timing if self._given is None else record_in(self._given)
        return None if record is None else timing_of(record, self._events)

    async def __stream__(self) -> AsyncIterator[_T]:
        async for event in self._events:
            yield event

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        """For subclasses that decode on their own what another HTTP client reads."""
        from ._sse_decoder import SSEDecoder

        if self._given is None:
            raise NotImplementedError(
                "the events of this stream are decoded where they are read: iterate over the stream"
            )
        async for event in SSEDecoder().aiter_bytes(self._given.aiter_bytes()):
            yield event

    def __aiter__(self) -> AsyncIterator[_T]:
        iterator: AsyncIterator[_T] = self._iterator.__aiter__()
        return iterator

    async def __anext__(self) -> _T:
        event: _T = await self._iterator.__anext__()
        return event

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the stream and give its connection back. Any task may do it, any number of times."""
        if self._given is not None:
            await self._given.aclose()
            return
        self._events.close()
        if (response := self.__dict__.get("response")) is not None:
            response.is_closed = True

    # async only
    async def aclose(self) -> None:
        await self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: it is a live connection")


# What a class's own is compared with: `AsyncStream` itself may be patched.
_OWN_STREAM = AsyncStream.__stream__


class ServerSentEvent:
    def __init__(
        self,
        *,
        event: str | None = None,
        data: str | None = None,
        id: str | None = None,
        retry: int | None = None,
    ) -> None:
        self.event = event or None
        self.data = data or ""
        self.id = id
        self.retry = retry

    def json(self) -> Any:
        return json.loads(self.data)

    def __repr__(self) -> str:
        return (
            f"ServerSentEvent(event={self.event}, data={self.data}, id={self.id}, "
            f"retry={self.retry})"
        )


# async only
def is_stream_class_type(kind: Any) -> bool:
    from ._streaming_sync import Stream

    origin = get_origin(kind) or kind
    return inspect.isclass(origin) and issubclass(origin, (Stream, AsyncStream))


# async only
def stream_over(events: Any, cast_to: Any, client: Any) -> Any:
    """The stream object over events of the core, for tasks or for threads."""
    from ._core import EventIterator

    if isinstance(events, EventIterator):
        return AsyncStream._from_native(events, cast_to, client)
    from ._streaming_sync import Stream

    return Stream._from_native(events, cast_to, client)


# async only
def stream_over_response(whole: Any, stream_cls: Any) -> Any:
    """The stream object over a raw response of another HTTP client."""
    cast_to = whole._cast_to if stream_cls is None else extract_stream_chunk_type(stream_cls)
    return (stream_cls or whole._client._default_stream_cls)(
        cast_to=cast_to,
        response=whole.http_response,
        client=whole._client,
        options=whole._options,
    )


# async only
def extract_stream_chunk_type(stream_cls: Any, *, failure_message: str | None = None) -> Any:
    """`Event` of `AsyncStream[Event]`, or of a class that derives from it."""
    from ._streaming_sync import Stream
    from ._utils import extract_type_var_from_base

    return extract_type_var_from_base(
        stream_cls,
        index=0,
        generic_bases=(Stream, AsyncStream),
        failure_message=failure_message,
    )


AsyncStream.__module__ = "openai_native"

if TYPE_CHECKING:
    from ._sse_decoder import SSEDecoder as SSEDecoder
    from ._streaming_sync import Stream as Stream
else:
    __getattr__ = sync_names(
        __name__, "openai_native._streaming_sync", "openai_native._sse_decoder"
    )

"""The events of a response that another HTTP client reads; the core parses them."""

# Synchronous twin: _given_events_sync.py (derived)

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator
from typing import Any

from . import _http_errors
from ._call_clock import CallClock, clock_of
from ._core import EventDecoder
from ._exceptions import APIConnectionError, APITimeoutError
from ._face import drain, within
from ._given_raw import GivenRaw


def decoder_of(response: Any, cast_to: Any, options: Any, strict: bool) -> EventDecoder:
    return EventDecoder(
        cast_to,
        GivenRaw(response),
        synthesize_event_and_data=bool(getattr(options, "synthesize_event_and_data", False)),
        legacy=getattr(options, "stream_mode", "legacy") == "legacy",
        strict=strict,
    )


def is_builder(cast_to: Any) -> bool:
    from ._types import ModelBuilderProtocol

    return inspect.isclass(cast_to) and issubclass(cast_to, ModelBuilderProtocol)


async def built(events: AsyncIterator[Any], builder: Any, response: Any) -> AsyncIterator[Any]:
    """What `builder` makes of the data; its errors are its own."""
    async for data in events:
        yield builder.build(response=response, data=data)


async def _next_piece(pieces: AsyncIterator[bytes], clock: CallClock | None) -> bytes | None:
    """None: that was all. TimeoutError if no event comes while the clock allows for."""
    if clock is not None and clock.overdue():
        raise TimeoutError
    began = time.monotonic()
    try:
        wait = None if clock is None else clock.next_wait()
        return await within(wait, pieces.__anext__())
    except StopAsyncIteration:
        return None
    finally:
        if clock is not None:
            clock.waited(time.monotonic() - began)


async def given_events(response: Any, decoder: EventDecoder) -> AsyncIterator[Any]:
    """Closes the response when it is over, and when it is left."""
    clock = clock_of(response)
    try:
        pieces = response.aiter_bytes()
        while (piece := await _next_piece(pieces, clock)) is not None:
            decoder.feed(piece)
            for event in decoder:
                if clock is not None:
                    clock.event_came()
                yield event
            if decoder.done:
                if response.http_version == "HTTP/1.1":  # of HTTP/2 only the stream is given up
                    await drain(pieces)
                break
        decoder.end()
        for event in decoder:
            yield event
    except _http_errors.late() as error:
        if clock is None:
            raise APITimeoutError(request=response.request) from error
        if isinstance(error, TimeoutError) and clock.overdue() is None:  # somebody else's
            raise
        phase = "reading the response body"
        raise clock.timeout_error(response.request, error, phase) from error
    except _http_errors.failures() as error:
        raise APIConnectionError(request=response.request) from error
    finally:
        await response.aclose()

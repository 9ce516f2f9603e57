"""The events of a response that another HTTP client reads; the core parses them."""

# Synchronous twin: _given_events_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from . import _http_errors
from ._core import EventDecoder
from ._exceptions import APIConnectionError, APITimeoutError
from ._face import drain
from ._given_raw import GivenRaw


def decoder_of(response: Any, cast_to: Any, options: Any, strict: bool) -> EventDecoder:
    return EventDecoder(
        cast_to,
        GivenRaw(response),
        synthesize_event_and_data=bool(getattr(options, "synthesize_event_and_data", False)),
        legacy=getattr(options, "stream_mode", "legacy") == "legacy",
        strict=strict,
    )


async def given_events(response: Any, decoder: EventDecoder) -> AsyncIterator[Any]:
    """Closes the response when it is over, and when it is left."""
    try:
        pieces = response.aiter_bytes()
        async for piece in pieces:
            decoder.feed(piece)
            for event in decoder:
                yield event
            if decoder.done:
                await drain(pieces)
                break
        decoder.end()
        for event in decoder:
            yield event
    except _http_errors.timeouts() as error:
        raise APITimeoutError(request=response.request) from error
    except _http_errors.failures() as error:
        raise APIConnectionError(request=response.request) from error
    finally:
        await response.aclose()

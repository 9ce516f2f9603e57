"""What a call spent its time on."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

# Where a response made of a native one keeps the record.
EXTENSION = "openai_native.timing"
_RECORD = struct.Struct("=8dib")


class Timing(NamedTuple):
    """The last attempt of a call. Seconds; None: did not happen, or not yet.

    `queue`, `dns`, `connect` and `tls` are durations; the others count from the moment the call
    was made, over all attempts. A kept connection (`reused`) needs neither DNS nor a handshake.
    """

    queue: float | None
    dns: float | None
    connect: float | None
    tls: float | None
    sent: float | None
    first_byte: float | None
    """The head of the response was there."""
    first_event: float | None
    last_event: float | None
    done: float | None
    """The whole response was there; None for streams."""
    reused: bool
    attempts: int


def timing_of(record: bytes, events: Any = None) -> Timing:
    """Reads the core's record, and the times of an iterator over events."""
    first, last = getattr(events, "times", (-1.0, -1.0))
    moments = _RECORD.unpack(record)
    queued, resolved, dialed, secured, _, sent, head, done = moments[:8]
    retries, reused = moments[8:]
    return Timing(
        queue=_moment(queued),
        dns=_between(queued, resolved),
        connect=_between(resolved, dialed),
        tls=_between(dialed, secured),
        sent=_moment(sent),
        first_byte=_moment(head),
        first_event=_moment(first),
        last_event=_moment(last),
        done=_moment(done),
        reused=bool(reused),
        attempts=1 + int(retries),
    )


def _moment(seconds: float) -> float | None:
    return None if seconds < 0 else seconds


def _between(start: float, end: float) -> float | None:
    return None if start < 0 or end < 0 else end - start


def record_in(response: Any) -> bytes | None:
    """Of an httpx2 response, if native connections brought it."""
    record: bytes | None = response.extensions.get(EXTENSION)
    return record

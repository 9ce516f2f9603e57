"""What a call spent its time on."""

from __future__ import annotations

import struct
from typing import NamedTuple

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


def timing_of(record: bytes, events: tuple[float, float] = (-1.0, -1.0)) -> Timing:
    """Reads the core's record, and `times` of an event iterator."""
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
        first_event=_moment(events[0]),
        last_event=_moment(events[1]),
        done=_moment(done),
        reused=bool(reused),
        attempts=1 + int(retries),
    )


def _moment(seconds: float) -> float | None:
    return None if seconds < 0 else seconds


def _between(start: float, end: float) -> float | None:
    return None if start < 0 or end < 0 else end - start

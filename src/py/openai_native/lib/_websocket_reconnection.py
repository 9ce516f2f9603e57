"""When and with what a WebSocket is connected again."""

from __future__ import annotations

import dataclasses

from typing_extensions import TypedDict

from .._types import Headers, Query

__all__ = ["ReconnectingEvent", "ReconnectingOverrides", "is_recoverable_close"]


@dataclasses.dataclass(frozen=True)
class ReconnectingEvent:
    """What an `on_reconnecting` handler is told."""

    attempt: int
    max_attempts: int
    delay: float
    close_code: int
    extra_query: Query
    extra_headers: Headers


class ReconnectingOverrides(TypedDict, total=False):
    """What an `on_reconnecting` handler may answer."""

    extra_query: Query
    extra_headers: Headers
    abort: bool


# RFC 6455, section 7.4.1: going away, no status, abnormal, server error, restart, try later, TLS.
_RECOVERABLE = frozenset({1001, 1005, 1006, 1011, 1012, 1013, 1015})


def is_recoverable_close(code: int) -> bool:
    return code in _RECOVERABLE

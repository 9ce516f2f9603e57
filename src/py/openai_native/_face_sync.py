"""What the synchronous face has otherwise than the asynchronous one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ._core import BlockingEventIterator

    Events = BlockingEventIterator

_T = TypeVar("_T")
BLOCKING = True
FACE_HEADER = "false"


def told(hook: Callable[[Any], Any] | None, event: Any) -> Any:
    """What the hook makes of the event."""
    return None if hook is None else hook(event)


def drain(pieces: Iterator[bytes]) -> None:
    """Nobody knows how long it would take: the connection is given up."""


def within(seconds: float | None, result: _T) -> _T:
    """A thread cannot be called back: the HTTP library's own clocks are shorter instead."""
    return result


def sleep(seconds: float) -> None:
    import time

    time.sleep(seconds)


def settle(result: object) -> None:
    """What a caller's function returned is what it is."""

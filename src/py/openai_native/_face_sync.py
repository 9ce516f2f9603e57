"""What the synchronous face has otherwise than the asynchronous one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._core import BlockingEventIterator

    Events = BlockingEventIterator

BLOCKING = True
FACE_HEADER = "false"


def sleep(seconds: float) -> None:
    import time

    time.sleep(seconds)


def settle(result: object) -> None:
    """What a caller's function returned is what it is."""

from __future__ import annotations

from collections.abc import Callable


class BrowserError(Exception):
    """A driver's or policy's refusal, with a text that the model may see."""


class BrowserCancelledError(RuntimeError):
    """The execution was cancelled before there was an output."""


def check_cancelled(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise BrowserCancelledError("Browser execution was cancelled.")

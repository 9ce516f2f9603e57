from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...types.responses import Response


class ComputerUseError(RuntimeError):
    """A run stopped before its end; `response` is the last one that came, if any did."""

    def __init__(self, message: str, response: Response | None = None) -> None:
        super().__init__(message)
        self.response = response


def check_cancelled(cancelled: Callable[[], bool] | None, response: Response | None = None) -> None:
    if cancelled is not None and cancelled():
        raise ComputerUseError("Computer run was cancelled", response)

"""One computer call on its way: its own copy, its cancellation, its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._snapshots import own_item
from ._errors import ComputerUseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...types.responses import ResponseComputerToolCall
    from ..tool_diagnostics import Diagnostics
    from ._types import ComputerActionInput


class Call:
    def __init__(
        self,
        call: ResponseComputerToolCall,
        cancelled: Callable[[], bool] | None,
        diagnostics: Diagnostics,
    ) -> None:
        if isinstance(call, list):
            raise ComputerUseError("Invalid computer call: it is no model")
        self.call: ResponseComputerToolCall = own_item(call)
        self.cancelled = cancelled
        self.diagnostics = diagnostics

    def checked(self) -> ResponseComputerToolCall:
        if self.call.type != "computer_call" or self.call.status != "completed":
            raise ComputerUseError("Computer call did not complete")
        return self.call

    def is_cancelled(self) -> bool:
        return self.cancelled is not None and self.cancelled()

    def report(
        self, stage: Any, reason: Any, started: float, action: ComputerActionInput | None
    ) -> None:
        member = None if action is None else action.type
        self.diagnostics.report(stage, reason, started, call_id=self.call.call_id, member=member)

    def decided(self, approved: bool, started: float, action: ComputerActionInput | None) -> None:
        self.report("approval", "completed" if approved else "refused", started, action)
        if not approved:
            raise ComputerUseError(
                "Computer safety checks require explicit approval"
                if action is None
                else "Computer action was not approved"
            )

    def failed(self, started: float, member: str) -> None:
        """Reports a driver's failure; a cancelled run ends as such, whatever the driver raised."""
        stopped = self.is_cancelled()
        reason: Any = "cancelled" if stopped else "driver_failed"
        self.diagnostics.report("action", reason, started, call_id=self.call.call_id, member=member)
        if stopped:
            raise ComputerUseError("Computer run was cancelled") from None

    @staticmethod
    def not_synchronous() -> ComputerUseError:
        return ComputerUseError("A driver's method returned an awaitable: use AsyncComputerToolset")

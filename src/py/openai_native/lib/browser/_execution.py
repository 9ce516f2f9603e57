"""One browser call on its way: its own copy, its stage, its reports."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from ._errors import BrowserCancelledError, BrowserError, check_cancelled
from ._members import PREFIX, arguments_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...types.responses import ResponseFunctionToolCall
    from ..tool_diagnostics import Diagnostics
    from ._selection import Offered
    from ._types import BrowserConfirmContext, BrowserState

Stage = Literal["arguments", "approval", "action"]
# What is reported where a stage ends by a refusal with a text, or by anything else.
_REFUSALS = {"arguments": "invalid_input", "approval": "refused", "action": "driver_failed"}
_FAILURES = {"arguments": "invalid_input", "approval": "policy_failed", "action": "driver_failed"}


class Execution:
    def __init__(
        self,
        call: ResponseFunctionToolCall,
        offered: Offered,
        cancelled: Callable[[], bool] | None,
        diagnostics: Diagnostics,
    ) -> None:
        if offered.is_disabled(call.name):
            raise BrowserError("Browser tool is disabled.")
        if not isinstance(call.call_id, str):
            raise RuntimeError("A browser call needs a string call_id.")
        self.call = call
        self.member = call.name.removeprefix(PREFIX)
        self.cancelled = cancelled
        self._offered = offered
        self._diagnostics = diagnostics
        self._stage: Stage = "arguments"
        self._started = monotonic()

    def is_offered(self) -> bool:
        return (
            self.call.type == "function_call"
            and self.call.status in (None, "completed")
            and self.call.name in self._offered.names
        )

    def context(self, state: BrowserState) -> BrowserConfirmContext:
        self.enter("arguments")
        return {
            "member": self.member,
            "arguments": arguments_of(self.member, self.call.arguments),
            "state": state,
            "call_id": self.call.call_id,
        }

    def enter(self, stage: Stage) -> None:
        self._stage = stage
        self._started = monotonic()

    @property
    def refusal(self) -> str:
        return _REFUSALS[self._stage]

    @property
    def failure(self) -> str:
        return _FAILURES[self._stage]

    def report(self, stage: Stage, reason: Any, started: float) -> None:
        member = self.member if self.is_offered() else None
        self._diagnostics.report(stage, reason, started, call_id=self.call.call_id, member=member)

    def report_stage(self, reason: Any) -> None:
        self.report(self._stage, reason, self._started)

    def check_cancelled_approval(self, started: float) -> None:
        try:
            check_cancelled(self.cancelled)
        except BrowserCancelledError:
            self.report("approval", "cancelled", started)
            raise


def not_synchronous() -> RuntimeError:
    return RuntimeError("A driver's method returned an awaitable: use AsyncBrowserToolset.")

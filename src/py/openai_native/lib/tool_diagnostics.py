"""What a tool runner tells its observer: stages and outcomes, never contents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import isawaitable, iscoroutine
from time import monotonic
from typing import Literal, TypeAlias, cast

from typing_extensions import TypedDict

__all__ = ["ToolDiagnostic", "ToolDiagnosticObserver", "ToolDiagnosticUsage"]

_Api: TypeAlias = Literal["responses", "decisions", "browser", "computer"]
_Stage: TypeAlias = Literal[
    "run", "request", "arguments", "approval", "action", "output", "selection", "verification"
]
_Reason: TypeAlias = Literal[
    "started",
    "completed",
    "refused",
    "cancelled",
    "invalid_input",
    "invalid_output",
    "api_failed",
    "driver_failed",
    "policy_failed",
    "step_limit",
    "busy",
    "closed",
]


class ToolDiagnosticUsage(TypedDict):
    input_tokens: int
    output_tokens: int
    total_tokens: int


class ToolDiagnostic(TypedDict):
    api: _Api
    stage: _Stage
    reason: _Reason
    call_id: str | None
    member: str | None
    duration_ms: float
    usage: ToolDiagnosticUsage | None


ToolDiagnosticObserver: TypeAlias = Callable[[ToolDiagnostic], None]


class Diagnostics:
    """Reports of one API to an observer, which can neither stop a run nor slow it by awaiting."""

    def __init__(self, observer: ToolDiagnosticObserver | None, api: _Api) -> None:
        self._observer = observer
        self._api = api

    def report(
        self,
        stage: _Stage,
        reason: _Reason,
        started: float,
        *,
        call_id: str | None = None,
        member: str | None = None,
        usage: object = None,
    ) -> None:
        if self._observer is None:
            return
        try:
            diagnostic: ToolDiagnostic = {
                "api": self._api,
                "stage": stage,
                "reason": reason,
                "call_id": call_id,
                "member": member,
                "duration_ms": max(0.0, (monotonic() - started) * 1000),
                "usage": _tokens(usage),
            }
            _drop(cast("Callable[[ToolDiagnostic], object]", self._observer)(diagnostic))
        except (Exception, asyncio.CancelledError):
            pass


def _tokens(usage: object) -> ToolDiagnosticUsage | None:
    names = ("input_tokens", "output_tokens", "total_tokens")
    tokens = {name: getattr(usage, name, None) for name in names}
    if all(type(count) is int and count >= 0 for count in tokens.values()):
        return cast("ToolDiagnosticUsage", tokens)
    return None


def _drop(answer: object) -> None:
    """Observers are not awaited; what they left behind must not complain later."""
    if iscoroutine(answer):
        answer.close()
    elif isawaitable(answer) and isinstance(answer, asyncio.Future):
        answer.add_done_callback(_consume)


def _consume(future: asyncio.Future[object]) -> None:
    if not future.cancelled():
        future.exception()

from __future__ import annotations

import asyncio

STOPPED = "Tool run stopped before completion."
CANCELLED = "Tool run was cancelled."
NO_STEPS_LEFT = "Tool run reached max_steps before completion."
# Here since the synchronous twin of a module has other class names, also in sentences.
FUNCTION_NOT_SYNCHRONOUS = (
    "A registered function returned an awaitable: use the asynchronous runner and an "
    "AsyncRegisteredFunction."
)


class ToolRunnerError(RuntimeError):
    """A run stopped before its end. Look at the IDs before trying again.

    `attempted_call_ids` are of calls that may have had effects, `completed_call_ids` of those whose
    output was built.
    """

    def __init__(
        self, message: str, attempted_call_ids: list[str], completed_call_ids: list[str]
    ) -> None:
        super().__init__(message)
        self.attempted_call_ids = tuple(attempted_call_ids)
        self.completed_call_ids = tuple(completed_call_ids)


class ToolRunnerCancelledError(asyncio.CancelledError):
    """The task was cancelled; the IDs are of calls that may have had effects already."""

    def __init__(self, attempted_call_ids: list[str], completed_call_ids: list[str]) -> None:
        super().__init__(CANCELLED)
        self.attempted_call_ids = tuple(attempted_call_ids)
        self.completed_call_ids = tuple(completed_call_ids)


# Under a name of its own for code that has a synchronous twin as well: callbacks of synchronous
# runs may raise it.
TaskCancelled = asyncio.CancelledError

from __future__ import annotations

import asyncio
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal[
    "invalid_params",
    "invalid_candidates",
    "invalid_answer",
    "async_executor",
    "invalid_verification",
    "verification_failed",
    "step_limit",
    "failed",
    "cancelled",
]
_MESSAGES: dict[Reason, str] = {
    "invalid_params": "supported run options: a model, an input and a positive max_steps.",
    "invalid_candidates": (
        "candidates must have unique IDs, descriptions, an executor each, and one of them done."
    ),
    "invalid_answer": "Decision is malformed, or chose none of the candidates.",
    "async_executor": "An executor returned an awaitable: use AsyncDecisionsToolRunner.",
    "invalid_verification": "verify must return True or False.",
    "verification_failed": "Verification failed, and there was no other candidate.",
    "step_limit": "Decision run reached max_steps before completion.",
    "failed": "Decision run stopped before completion.",
    "cancelled": "Decision run was cancelled.",
}

# Under a name of its own for code that has a synchronous twin.
TaskCancelled = asyncio.CancelledError


class DecisionsToolRunnerError(RuntimeError):
    """A run stopped before its end; `reason` says why. Completed means: the executor returned."""

    def __init__(self, reason: Reason, attempted: list[str], completed: list[str]) -> None:
        super().__init__(_MESSAGES[reason])
        self.reason = reason
        self.attempted_candidate_ids = tuple(attempted)
        self.completed_candidate_ids = tuple(completed)


class DecisionsToolRunnerCancelledError(asyncio.CancelledError):
    """The task was cancelled; what was attempted may have had effects."""

    def __init__(self, attempted: list[str], completed: list[str]) -> None:
        super().__init__(_MESSAGES["cancelled"])
        self.reason: Literal["cancelled"] = "cancelled"
        self.attempted_candidate_ids = tuple(attempted)
        self.completed_candidate_ids = tuple(completed)

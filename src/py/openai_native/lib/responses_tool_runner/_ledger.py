# Synchronous twin: _ledger_sync.py (derived)
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._types import ResponsesToolCheckpoint


@dataclass(frozen=True)
class AsyncResponsesToolLedger:
    """Where a run records what it did.

    `save` must store the checkpoint durably before it returns, with nobody else writing to this
    run. Each checkpoint is complete and detached, so that a long run saves in total quadratically
    much. After an interruption the last one may lack what was observed or proposed later.
    """

    run_id: str
    save: Callable[[ResponsesToolCheckpoint], Awaitable[None]]
    resume_from: ResponsesToolCheckpoint | None = None

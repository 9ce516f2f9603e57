"""How one run was asked for: the keywords of `run` and `iterate`, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Options:
    max_steps: int | None
    stream: bool
    eager: bool
    max_concurrent_calls: int
    on_event: Callable[..., Any] | None
    cancelled: Callable[[], bool] | None
    approve_safety_checks: Callable[..., Any] | None
    before_action: Callable[..., Any] | None
    ledger: Any
    context_budget: Any
    on_diagnostic: Any
    approve_mcp: Callable[..., Any] | None
    before_early_call: Callable[..., Any] | None

    def check(self, ledger_type: type) -> None:
        limit: Any = self.max_concurrent_calls
        if type(limit) is not int or limit < 1:
            raise ValueError("max_concurrent_calls must be a positive integer.")
        self.stream, self.eager = bool(self.stream), bool(self.eager)
        if self.ledger is not None and not isinstance(self.ledger, ledger_type):
            kind = "an async ledger" if ledger_type.__name__.startswith("Async") else "a ledger"
            raise ValueError(f"This runner needs {kind}: {ledger_type.__name__}.")

    def check_streaming(self) -> None:
        if self.eager and not self.stream:
            raise ValueError("eager=True requires streaming: stream=True.")

"""`RateLimits`: how fast a client may send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import Pacer

_LARGEST = 1_000_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class RateLimits:
    """`limits=` of a client: its calls, retries included, wait for their turn in the order in which
    they were made. Clients that were given the same object share the limits, as copies by
    `with_options` do. The servers' limits hold for each model: give each its own.
    """

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    max_in_flight: int | None = None
    adaptive: bool = True
    """Learn from `x-ratelimit-*`, `retry-after` and 429s."""
    estimate: Callable[[dict[str, Any]], int] | None = None
    """The tokens of a request's prompt; called with its JSON before it is sent. `max_tokens` and
    its kin come on top. By default a quarter of its bytes."""

    def __post_init__(self) -> None:
        for name in ("requests_per_minute", "tokens_per_minute", "max_in_flight"):
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int):
                kind = type(value).__name__
                raise TypeError(f"{name} must be a whole number or None, not {kind}")
            if not 1 <= value <= _LARGEST:
                raise ValueError(f"{name} must be from 1 to {_LARGEST}, not {value}")
        if not isinstance(self.adaptive, bool):
            raise TypeError(f"adaptive must be True or False, not {self.adaptive!r}")
        if self.estimate is not None and not callable(self.estimate):
            kind = type(self.estimate).__name__
            raise TypeError(f"estimate must be a function of the request's JSON, not {kind}")
        if self.estimate is not None and not (self.adaptive or self.tokens_per_minute):
            raise ValueError(
                "estimate is for tokens_per_minute=, or adaptive=True: set one of both"
            )

    @cached_property
    def _pacer(self) -> Pacer:
        from ._core import Pacer

        return Pacer(
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
            max_in_flight=self.max_in_flight,
            adaptive=self.adaptive,
        )

    def __reduce__(self) -> Any:
        """What is copied or sent to another process begins anew."""
        settings = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _make, (settings,)


def _make(settings: dict[str, Any]) -> RateLimits:
    return RateLimits(**settings)


@dataclass(frozen=True)
class PacingStats:
    """Of one `RateLimits`, in this process."""

    waiting: int = 0
    """Calls that wait for their turn."""
    in_flight: int = 0
    granted: int = 0
    """Attempts that had their turn."""
    refused: int = 0
    """429s."""
    requests_per_minute: int = 0
    """In force: set, or learned; 0: none is known."""
    tokens_per_minute: int = 0
    pace: float = 1.0
    """Of the full rate; less after 429s."""

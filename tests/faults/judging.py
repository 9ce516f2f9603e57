"""Whether a case ended as it has to."""

from __future__ import annotations

from typing import Any

from cases import RIGHT, Case
from hostile import PART
from openai_native import APIResponseValidationError, APIStatusError, APITimeoutError
from peer import Ledger

ALTERED = "altered"
_PAYLOAD = ("body", "event", "[DONE]", "message")


def name_of(caught: BaseException | None) -> str:
    if caught is None:
        return RIGHT
    if isinstance(caught, APITimeoutError):
        return f"APITimeoutError {caught.clock}"
    for kind in (
        APIStatusError,
        APIResponseValidationError,
        ConnectionError,
        TimeoutError,
        OSError,
    ):
        if isinstance(caught, kind):
            return kind.__name__
    return type(caught).__name__


def verdict(
    case: Case, caught: BaseException | None, seen: list[Any], good: list[Any], ledger: Ledger
) -> str:
    outcome = name_of(caught)
    seen, good = joined(seen, good), joined(good, good)
    wrong = []
    if outcome == RIGHT and seen != good:
        outcome = PART if seen == good[: len(seen)] and case.operation == "stream" else ALTERED
    allowed = (*case.expected, *([ALTERED, PART] if may_alter(case, seen) else []))
    if outcome not in allowed and outcome.split()[0] not in allowed:
        wrong.append(f"{outcome} instead of {' or '.join(allowed)}: {caught!r} {seen!r}")
    if case.fault.action != "flip" and outcome != ALTERED and seen != good[: len(seen)]:
        wrong.append(f"a wrong part: {seen!r}")
    if case.fault.action in ("cut", "goodbye", "stall") and len(seen) < case.items:
        wrong.append(f"{len(seen)} of {case.items} events came")
    if not ledger.fired and case.instead is None:
        wrong.append("the fault did not happen")
    if not case.least_requests <= ledger.requests <= case.most_requests:
        most = f"{case.least_requests} to {case.most_requests}"
        wrong.append(f"{ledger.requests} requests instead of {most}")
    return "; ".join(wrong)


def joined(seen: list[Any], good: list[Any]) -> Any:
    return b"".join(seen) if isinstance(good[0], bytes) else seen


def may_alter(case: Case, seen: Any) -> bool:
    """What nothing on the way checks: the content, and what the head says of it."""
    if case.fault.action != "flip" or case.fault.phase == "record":
        return False
    text = seen and isinstance(seen[0], str)  # the official client's, of another content type
    return case.step.endswith(_PAYLOAD) or bool(text) or case.operation == "download"

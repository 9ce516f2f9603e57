from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from ..._exceptions import OpenAIError

Speaker = Literal["user", "assistant"]
TranscriptSegmentCloseReason = Literal[
    "speaker_change", "inactivity", "timestamp_reset", "session_closed", "manual"
]

MAX_TIMEOUT_MS = 2**31 - 1


@dataclass(frozen=True)
class TranscriptSegment:
    """What is to be shown of one turn now; each update replaces the one before.

    IDs are the grouper's own. Times are those of the transcript, not of what was played.
    """

    id: str
    previous_id: str | None
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class TranscriptSegmentClosedEvent:
    """A segment as it stays, and why it ended."""

    segment: TranscriptSegment
    reason: TranscriptSegmentCloseReason


GroupingUpdate = TranscriptSegment | TranscriptSegmentClosedEvent


@dataclass(frozen=True)
class Fragment:
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Options:
    min_turn_separation_ms: float
    assistant_silence_ms: float
    backchannel_max_duration_ms: float
    backchannel_isolation_ms: float
    additional_acknowledgments: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in fields(self)[:4]:
            value = getattr(self, field.name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not 0 <= value <= MAX_TIMEOUT_MS:
                limits = f"from 0 to {MAX_TIMEOUT_MS}"
                raise OpenAIError(f"{field.name} must be a finite number {limits}")


def options_of(
    min_turn_separation_ms: float | None,
    assistant_silence_ms: float | None,
    backchannel_max_duration_ms: float | None,
    backchannel_isolation_ms: float | None,
    additional_acknowledgments: object,
) -> Options:
    return Options(
        500 if min_turn_separation_ms is None else min_turn_separation_ms,
        2000 if assistant_silence_ms is None else assistant_silence_ms,
        1000 if backchannel_max_duration_ms is None else backchannel_max_duration_ms,
        2000 if backchannel_isolation_ms is None else backchannel_isolation_ms,
        tuple(additional_acknowledgments or ()),  # type: ignore[arg-type]
    )

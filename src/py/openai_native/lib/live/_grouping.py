"""How fragments become turns. No clock, no callbacks: time comes in as an argument.

One turn is current; what the other side says meanwhile is held back until it is clear whether it
is a turn of its own or only an acknowledgment ("mm hmm"), which is not shown at all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from ._acknowledgments import Acknowledgments
from ._types import (
    Fragment,
    GroupingUpdate,
    Options,
    Speaker,
    TranscriptSegment,
    TranscriptSegmentClosedEvent,
    TranscriptSegmentCloseReason,
)


@dataclass
class Turn:
    id: str
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    previous_id: str | None = None
    shown: bool = False
    droppable: bool = True  # while it may turn out to be a mere acknowledgment

    @property
    def segment(self) -> TranscriptSegment:
        return TranscriptSegment(
            self.id, self.previous_id, self.speaker, self.text, self.start_ms, self.end_ms
        )

    def append(self, fragment: Fragment, *, spaced: bool = False) -> None:
        """`spaced`: the other side spoke in between, so that words must not run together."""
        joint = spaced and self.text and fragment.text
        if joint and _is_word(self.text[-1]) and _is_word(fragment.text[0]):
            self.text += " "
        self.text += fragment.text
        self.end_ms = max(self.end_ms, fragment.end_ms)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


class Grouping:
    def __init__(self, options: Options, id_prefix: str) -> None:
        self._options = options
        self._acknowledgments = Acknowledgments(options.additional_acknowledgments)
        self._id_prefix = id_prefix
        self._made = 0
        self._current: Turn | None = None
        self._held: Turn | None = None
        self._last_id: str | None = None
        self._last_assistant_end: int | None = None

    @property
    def speaker(self) -> Speaker | None:
        return None if self._current is None else self._current.speaker

    def process(self, fragments: list[Fragment]) -> list[GroupingUpdate]:
        """Fragments of one interval; those of the current speaker come first."""
        first_speaker = self.speaker or "user"
        ordered = sorted(fragments, key=lambda each: each.speaker != first_speaker)
        if not ordered:
            return []
        updates: list[GroupingUpdate] = []
        start = ordered[0].start_ms
        while (deadline := self.deadline()) is not None and deadline < start:
            updates += self.advance(deadline)
        if self._current is not None and all(f.speaker != self.speaker for f in ordered):
            user_comes = any(f.speaker == "user" for f in ordered)
            updates += self.advance(start, user_comes=user_comes)
        for fragment in ordered:
            updates += self._take(fragment)
        return updates

    def deadline(self) -> float | None:
        """When `advance` has something to do, if nothing comes before. The same sums as there."""
        current, held = self._current, self._held
        if current is None:
            return None
        if held is not None:
            separation = current.end_ms + self._options.min_turn_separation_ms
            return max(separation, self._isolated_at(held)) if self._undecided() else separation
        if current.speaker == "assistant":
            return current.end_ms + self._options.assistant_silence_ms
        return None

    def advance(self, now: float, *, user_comes: bool = False) -> list[GroupingUpdate]:
        current, held = self._current, self._held
        if current is None:
            return []
        separated = now >= current.end_ms + self._options.min_turn_separation_ms
        waits = held is not None and self._undecided() and now < self._isolated_at(held)
        if held is not None and separated and not waits:
            self._held = self._judged(now)
            if self._held is not None:
                return self._promote()
        silent = now >= current.end_ms + self._options.assistant_silence_ms
        if current.speaker == "assistant" and silent and not user_comes:
            return self._end_current("inactivity")
        return []

    def close(self, now: float, reason: TranscriptSegmentCloseReason) -> list[GroupingUpdate]:
        held = self._judged(now)
        self._held = None
        updates = self._end_current(reason)
        if held is not None and held.text:
            updates += [*self._show(held), *self._end(held, reason)]
        if reason == "timestamp_reset":
            self._last_assistant_end = None
        return updates

    # --- fragments

    def _take(self, fragment: Fragment) -> list[GroupingUpdate]:
        current = self._current
        if current is None:
            self._current = self._new(fragment)
            return self._show(self._current)
        if fragment.speaker == current.speaker:
            current.append(fragment, spaced=self._held is not None)
            return self._show(current)
        if current.speaker == "assistant":
            self._hold(fragment, None)
            return self._promote()
        return self._take_over_user(current, fragment)

    def _take_over_user(self, user: Turn, fragment: Fragment) -> list[GroupingUpdate]:
        """The assistant speaks while the user's turn is current."""
        if self._user_went_on():
            self._held = None
        held = self._held
        if fragment.start_ms - user.end_ms < self._options.min_turn_separation_ms:
            whole = (held.text if held else "") + fragment.text
            brief = self._is_brief(fragment, held)
            self._hold(fragment, brief and self._acknowledgments.has_beginning(whole))
            return []
        if self._is_brief(fragment, held) and self._acknowledgments.has(
            (held.text if held else "") + fragment.text
        ):
            self._hold(fragment, held is not None)
            return []
        held = self._judged(None, fragment)
        self._held = None
        updates = self._end_current("speaker_change")
        if held is None:
            self._current = self._new(fragment)
        else:
            self._current = held
            held.append(fragment)
        return updates + self._show(self._current)

    def _is_brief(self, fragment: Fragment, held: Turn | None) -> bool:
        start = fragment.start_ms if held is None else held.start_ms
        return fragment.end_ms - start < self._options.backchannel_max_duration_ms

    def _hold(self, fragment: Fragment, droppable: bool | None) -> None:
        if self._held is None:
            self._held = self._new(fragment)
        else:
            self._held.append(fragment)
        if droppable is not None:
            self._held.droppable = droppable

    # --- turns

    def _new(self, fragment: Fragment) -> Turn:
        number, self._made = self._made, self._made + 1
        return Turn(
            f"{self._id_prefix}_{number}",
            fragment.speaker,
            fragment.text,
            fragment.start_ms,
            fragment.end_ms,
        )

    def _show(self, turn: Turn) -> list[GroupingUpdate]:
        if not turn.text:
            return []
        if not turn.shown:
            turn.shown = True
            turn.previous_id, self._last_id = self._last_id, turn.id
        return [turn.segment]

    def _promote(self) -> list[GroupingUpdate]:
        held, self._held = self._held, None
        if held is None:
            return []
        updates = self._end_current("speaker_change")
        self._current = held
        return updates + self._show(held)

    def _end_current(self, reason: TranscriptSegmentCloseReason) -> list[GroupingUpdate]:
        current, self._current = self._current, None
        return [] if current is None else self._end(current, reason)

    def _end(self, turn: Turn, reason: TranscriptSegmentCloseReason) -> list[GroupingUpdate]:
        if turn.speaker == "assistant":
            self._last_assistant_end = turn.end_ms
        return [TranscriptSegmentClosedEvent(turn.segment, reason)] if turn.shown else []

    # --- is what is held back an acknowledgment?

    def _could_be_acknowledgment(self) -> bool:
        current, held = self._current, self._held
        return (
            current is not None
            and current.speaker == "user"
            and held is not None
            and held.speaker == "assistant"
            and held.end_ms - held.start_ms < self._options.backchannel_max_duration_ms
        )

    def _user_went_on(self) -> bool:
        current, held = self._current, self._held
        return (
            current is not None
            and held is not None
            and self._could_be_acknowledgment()
            and held.droppable
            and current.end_ms > held.end_ms
        )

    def _follows_assistant(self) -> bool:
        """Whether it rather continues what the assistant had just said."""
        current, held = self._current, self._held
        return (
            current is not None
            and held is not None
            and self._last_assistant_end is not None
            and held.start_ms - self._last_assistant_end < self._options.backchannel_isolation_ms
            and held.start_ms <= current.start_ms
        )

    def _undecided(self) -> bool:
        """Whether only silence after it can tell."""
        return (
            self._held is not None
            and self._could_be_acknowledgment()
            and self._held.droppable
            and not self._user_went_on()
            and not self._follows_assistant()
        )

    def _isolated_at(self, held: Turn) -> float:
        return held.end_ms + self._options.backchannel_isolation_ms

    def _judged(self, now: float | None, following: Fragment | None = None) -> Turn | None:
        """What is held back, or None if it is to be dropped."""
        held = self._held
        if held is None or not self._could_be_acknowledgment():
            return held
        if self._user_went_on():
            return None
        if self._follows_assistant():
            return held
        if following is not None:
            apart = following.start_ms - held.end_ms
            isolated = apart >= self._options.backchannel_isolation_ms
        else:
            isolated = now is not None and now >= self._isolated_at(held)
        return None if isolated and held.droppable else held

"""differences.toml: where ours is meant to differ from the official package, or cannot follow yet.

Each entry names a topic, a reason and the places (with `*`) that it speaks of. A difference at a
place that no entry names fails a suite, and so does an entry whose places all agree by now.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).with_name("differences.toml")


@dataclass
class Entry:
    topic: str
    reason: str
    place: str
    but_not: list[re.Pattern[str]]
    hits: int = 0
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = starred(self.place)

    def matches(self, place: str) -> bool:
        named = self.pattern.fullmatch(place) is not None
        return named and not any(each.fullmatch(place) for each in self.but_not)


def starred(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")))


class Table:
    """The entries of one suite, and what a run has found."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.entries = [
            Entry(
                each["topic"],
                each["reason"],
                place,
                [starred(other) for other in each.get("but_not", [])],
            )
            for each in tomllib.loads(FILE.read_text(encoding="utf-8")).get(suite, [])
            for place in each["places"]
        ]
        self.equal = 0
        self.unexplained: list[str] = []

    def entry_for(self, place: str) -> Entry | None:
        return next((e for e in self.entries if e.matches(place)), None)

    def note(self, place: str, difference: str | None) -> None:
        """What a comparison gave: None where both packages agree."""
        if difference is None:
            self.equal += 1
        elif entry := self.entry_for(place):
            entry.hits += 1
        else:
            self.unexplained.append(f"{place}: {difference}")

    @property
    def stale(self) -> list[str]:
        return [f"{e.place} ({e.topic})" for e in self.entries if e.hits == 0]

    @property
    def total(self) -> int:
        return self.equal + len(self.unexplained) + sum(e.hits for e in self.entries)

    def summary(self, what: str) -> str:
        topics: dict[str, int] = {}
        for entry in self.entries:
            topics[entry.topic] = topics.get(entry.topic, 0) + entry.hits
        known = ", ".join(f"{count} {topic}" for topic, count in topics.items() if count)
        line = f"{self.equal} of {self.total} {what} agree"
        return line + (f"; in the table of differences: {known}" if known else "")

    def check(self, what: str) -> None:
        """Prints the figures; fails for differences without an entry and entries without one."""
        print(self.summary(what))
        assert not self.unexplained, shortened(self.unexplained)
        assert not self.stale, f"no longer different, remove: {shortened(self.stale)}"


def shortened(lines: Iterable[str], limit: int = 40) -> str:
    every = list(lines)
    more = [f"... and {len(every) - limit} more"] if len(every) > limit else []
    return "\n".join([f"{len(every)} found", *every[:limit], *more])

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_MOST = 255
_KEYS = {"id", "description", "done", "execute"}


@dataclass(frozen=True)
class Candidate:
    id: str
    description: str
    execute: Callable[[], object] | None  # None: choosing it ends the run

    @property
    def done(self) -> bool:
        return self.execute is None


def own_candidates(values: object) -> list[Candidate]:
    """Detached and checked; raises `ValueError`."""
    if not isinstance(values, list) or not 1 <= len(values) <= _MOST:
        raise ValueError(f"candidates must be a list of 1 to {_MOST}.")
    candidates = [_candidate(value) for value in list.copy(values)]
    if len({candidate.id for candidate in candidates}) != len(candidates):
        raise ValueError("IDs of candidates must be unique.")
    if sum(candidate.done for candidate in candidates) != 1:
        raise ValueError("Exactly one candidate must be done.")
    return candidates


def _candidate(value: object) -> Candidate:
    if not isinstance(value, dict) or value.keys() - _KEYS:
        raise ValueError(f"Candidates are dicts with {', '.join(sorted(_KEYS))}.")
    value = dict(value)
    for name in ("id", "description"):
        text = value.get(name)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} of a candidate must be a string that is not blank.")
    done, execute = value.get("done", False), value.get("execute")
    if type(done) is not bool:
        raise ValueError("done of a candidate must be a bool.")
    if ("execute" in value) if done else not callable(execute):
        raise ValueError("execute of a candidate must be callable, and not be there when done.")
    return Candidate(value["id"], value["description"], execute)

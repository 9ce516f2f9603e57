"""The changes that a driver observed: numbered without a gap, of known types, and no more."""

from __future__ import annotations

from typing import Any, cast

from ._texts import entries, fits, is_counter
from ._types import BrowserObservationV1, BrowserStateChange

_TAB_CHANGES = ("tab_opened", "tab_closed", "tab_switched", "navigation")
# What else a change says, and which values that has.
_DETAILS: dict[str, tuple[str, tuple[str, ...]]] = {
    "navigation_refused": ("reason", ("policy", "unsupported")),
    "download": ("status", ("blocked", "started", "completed", "failed")),
    "dialog_dismissed": ("kind", ("alert", "confirm", "prompt", "beforeunload", "other")),
}
# These may come from no tab; they must say so.
_TABLESS = ("navigation_refused", "download")


class InvalidChange(RuntimeError):
    def __init__(self, what: str = "change") -> None:
        super().__init__(f"Browser {what} is invalid.")


def observed(value: object) -> BrowserObservationV1:
    if not isinstance(value, dict):
        raise InvalidChange("observation")
    version, changes = value.get("version"), value.get("changes")
    sequence, dropped = value.get("sequence"), value.get("dropped_changes")
    if (
        type(version) is not int
        or version != 1
        or not is_counter(sequence)
        or not is_counter(dropped)
        or type(value.get("title_truncated")) is not bool
        or not isinstance(changes, list)
    ):
        raise InvalidChange("observation")
    changes = entries(changes)
    if sequence != dropped + len(changes):
        raise InvalidChange("observation")
    return {
        "version": 1,
        "sequence": sequence,
        "dropped_changes": dropped,
        "title_truncated": value["title_truncated"],
        "changes": [_change(each, number) for number, each in enumerate(changes, dropped + 1)],
    }


def _change(value: object, number: int) -> BrowserStateChange:
    if not isinstance(value, dict):
        raise InvalidChange
    kind, tab_id = _bare(value.get("type")), _bare(value.get("tab_id"))
    if not is_counter(value.get("sequence")) or value["sequence"] != number:
        raise InvalidChange
    tabless = kind in _TABLESS and "tab_id" in value and tab_id is None
    if not tabless and not fits(tab_id, 128, allow_empty=False):
        raise InvalidChange
    change: dict[str, Any] = {"type": kind, "sequence": number, "tab_id": tab_id}
    if kind in _DETAILS:
        name, values = _DETAILS[kind]
        change[name] = _bare(value.get(name))
        if not isinstance(change[name], str) or change[name] not in values:
            raise InvalidChange
    elif kind not in _TAB_CHANGES:
        raise InvalidChange
    return cast("BrowserStateChange", change)


def _bare(value: Any) -> Any:
    return str.__str__(value) if isinstance(value, str) else value


def follows(now: BrowserObservationV1, before: BrowserObservationV1) -> bool:
    """Whether nothing of what had happened was taken back."""
    gone = now["dropped_changes"] - before["dropped_changes"]
    if now["sequence"] < before["sequence"] or gone < 0:
        return False
    kept = max(before["sequence"] - now["dropped_changes"], 0)
    return now["changes"][:kept] == before["changes"][gone : gone + kept]

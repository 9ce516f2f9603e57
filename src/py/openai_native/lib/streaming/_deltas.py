"""Adding up the deltas of a stream, as plain JSON values."""

from __future__ import annotations

from typing import Any


def accumulate_delta(acc: dict[Any, Any], delta: dict[Any, Any]) -> dict[Any, Any]:
    """Adds `delta` to `acc`, in place.

    Texts and numbers are added, objects merged; list entries with an `index` go to the entry of
    that index, other entries to the end.
    """
    for key, value in delta.items():
        if key in ("index", "type"):  # say what something is, in every delta again
            acc[key] = value
        else:
            acc[key] = _sum(acc.get(key), value)
    return acc


def _sum(old: Any, new: Any) -> Any:
    if old is None:
        # Several fragments of one entry may come in the first list already.
        return _merge([], new) if _is_indexed(new) else new
    if isinstance(old, str) and isinstance(new, str):
        return old + new
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return old + new
    if isinstance(old, dict) and isinstance(new, dict):
        return accumulate_delta(old, new)
    if isinstance(old, list) and isinstance(new, list):
        plain = all(isinstance(entry, (str, int, float)) for entry in old)
        return old + new if plain and (old or not _is_indexed(new)) else _merge(old, new)
    return old


def _is_indexed(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(e, dict) and "index" in e for e in value)


def _merge(entries: list[Any], delta: list[Any]) -> list[Any]:
    for entry in delta:
        if not isinstance(entry, dict):
            raise TypeError(f"A list entry of a delta is not a dictionary: {entry!r}")
        if "index" not in entry:
            raise RuntimeError(f"A list entry of a delta lacks an `index` key: {entry}")
        index = entry["index"]
        if not isinstance(index, int):
            raise TypeError(f"The `index` of a list entry is not an integer: {index!r}")
        _merge_entry(entries, index, entry)
    return entries


def _merge_entry(entries: list[Any], index: int, entry: dict[Any, Any]) -> None:
    for position, known in enumerate(entries):
        if not isinstance(known, dict):
            raise TypeError(f"An object cannot be added to the list entry {known!r}")
        at = known.get("index")
        if not isinstance(at, int):
            at = position
        if at == index:
            accumulate_delta(known, entry)
            return
        if at > index:
            entries.insert(position, entry)
            return
    entries.append(entry)

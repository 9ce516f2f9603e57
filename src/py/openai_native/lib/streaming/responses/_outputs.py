"""The output items of a response in the making: as they grow, and as they were finished."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Calls are known by their call_id: some providers give them no id, or another one at the end.
_KNOWN_BY_CALL = ("function_call", "custom_tool_call", "shell_call", "shell_call_output")
_MAY_GET_ID = ("function_call", "custom_tool_call")

Identity = tuple[str, "str | None", "str | None"]


def identity(item: Any) -> Identity:
    own_id = None if item.type in _KNOWN_BY_CALL else getattr(item, "id", None)
    return item.type, own_id, getattr(item, "call_id", None)


def may_follow(earlier: Any, later: Any) -> bool:
    """Whether `later`, with the same identity, can be the same item by its id."""
    known = getattr(earlier, "id", None)
    return known == getattr(later, "id", None) or (known is None and earlier.type in _MAY_GET_ID)


class Outputs:
    """By output index, which may have gaps."""

    def __init__(self) -> None:
        self.growing: dict[int, Any] = {}
        self.finished: dict[int, Any] = {}
        self._finished_at: dict[Identity, int] = {}

    def item(self, index: int) -> Any:
        try:
            return self.growing[index]
        except KeyError:
            raise RuntimeError(
                f"A content event for output index {index} before receiving its output item"
            ) from None

    def add(self, index: int, item: Any) -> None:
        if index in self.growing:
            raise RuntimeError(f"Duplicate response output index {index}.")
        self.growing[index] = item

    def finish(self, index: int, item: Any) -> None:
        added = self.growing.get(index)
        own = identity(item)
        if added is not None and not (identity(added) == own and may_follow(added, item)):
            raise RuntimeError("Completed output item identity changed.")
        if self._finished_at.get(own, index) != index:
            raise RuntimeError("Response snapshot has conflicting output identities.")
        earlier = self.finished.get(index)
        if earlier is not None:
            del self._finished_at[identity(earlier)]
        self.finished[index] = item
        self._finished_at[own] = index

    def update(self, items: Iterable[Any]) -> None:
        """A later state of the response lists its items again; finished ones take its values."""
        listed = _by_identity(items)
        for own, item in listed.items():
            index = self._finished_at.get(own)
            if index is None:
                continue
            if not may_follow(self.finished[index], item):
                raise RuntimeError("Response snapshot has conflicting output identities.")
            self.finished[index] = item.model_copy(deep=True)

    def check_final(self, items: Iterable[Any]) -> None:
        """RuntimeError if the completed response lacks an item, or has another in its place."""
        final = {identity(item): item for item in items}
        for item in self.finished.values():
            same = final.get(identity(item))
            if same is not None and not may_follow(item, same):
                raise RuntimeError("Completed response output identity changed.")
        for index, item in self.growing.items():
            same = final.get(identity(item))
            if index not in self.finished and (same is None or not may_follow(item, same)):
                raise RuntimeError("Cannot complete response with unfinished output items.")

    def listed_finished(self) -> list[Any]:
        return [self.finished[index] for index in sorted(self.finished)]

    def listed_copies(self) -> list[Any]:
        every = {**self.growing, **self.finished}
        return [every[index].model_copy(deep=True) for index in sorted(every)]


def _by_identity(items: Iterable[Any]) -> dict[Identity, Any]:
    listed: dict[Identity, Any] = {}
    for item in items:
        if listed.setdefault(identity(item), item) is not item:
            raise RuntimeError("Response snapshot has conflicting output identities.")
    return listed

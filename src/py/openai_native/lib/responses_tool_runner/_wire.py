"""Output items as they are sent back, and whether two accounts of an output agree."""

from __future__ import annotations

from typing import Any

from ._types import Item


def wire(item: Any) -> Item:
    data: Item = item.to_dict()
    data.pop("created_by", None)
    if item.type == "function_call":
        data.pop("parsed_arguments", None)
        if data.get("id") is None:  # nullable in a response, not in an input
            data.pop("id", None)
    if item.type == "message":
        for part in data.get("content", []):
            if part.get("type") == "output_text":
                part.pop("parsed", None)
    return data


def same_output(streamed: list[Item], completed: list[Item]) -> bool:
    """Whether the response is what its stream had shown item by item."""
    return len(streamed) == len(completed) and all(map(_same_item, streamed, completed))


def _same_item(before: Item, after: Item) -> bool:
    kind = before.get("type")
    if kind == after.get("type"):
        encrypted = "encrypted_content"
        if kind == "reasoning" and _filled(before.get(encrypted)) and _filled(after.get(encrypted)):
            # The same reasoning may be encrypted anew in the completed response.
            before = {**before, encrypted: after[encrypted]}
        if kind == "function_call" and "id" not in before and type(after.get("id")) is str:
            # Calls go by their call_id; the item's own ID may come later.
            before = {**before, "id": after["id"]}
    return before == after


def _filled(value: object) -> bool:
    return type(value) is str and bool(value)

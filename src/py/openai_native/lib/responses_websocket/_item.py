"""One output item, as far as its events have told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..._models import BaseModel
from ._errors import field as field_of
from ._fields import array, optional_text, plain, text
from ._texts import Texts


@dataclass
class Item:
    """`data` is the item as it came, without a message's content; `texts` go before it."""

    item_id: str | None
    type: str | None = None
    name: str | None = None
    call_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)
    annotations: dict[int, dict[int, Any]] = field(default_factory=dict)
    shell_output: dict[int, dict[str, Any]] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    retired: set[str] = field(default_factory=set)  # ids of the items before it at its index

    def put_part(self, position: int, part: Any) -> None:
        """A whole part: what was known of it, and grew, counts no longer."""
        self.parts[position] = plain(part)
        self.annotations.pop(position, None)
        self.texts.drop(("text", "refusal", "reasoning"), position)
        if field_of(part, "type") == "output_text":
            self.texts.put("text", position, text(part, "text"))

    def add_logprobs(self, position: int, event: Any, *, more: bool) -> None:
        """`more`: those of another piece of the text; otherwise of all of it."""
        given = plain(event, only={"logprobs"})
        part = self.parts.setdefault(position, {})
        known, new = part.get("logprobs"), given.get("logprobs")
        if more and isinstance(known, list) and isinstance(new, list):
            known.extend(new)
        else:
            part.update(given)


def read_item(source: Any) -> Item:
    kind = text(source, "type")
    item = Item(
        item_id=optional_text(source, "id"),
        type=kind,
        name=optional_text(source, "name"),
        call_id=optional_text(source, "call_id"),
        data=plain(source, without={"content"} if kind == "message" else frozenset()),
    )
    if kind in _READERS:
        _READERS[kind](item, source)
    return item


def _read_message(item: Item, source: Any) -> None:
    if field_of(source, "content") is None:
        item.data.update(plain(source, only={"content"}))  # null, or nothing
        return
    item.data["content"] = []  # there is one; its parts are kept once
    for position, part in enumerate(array(source, "content")):
        if part is None:
            continue
        item.parts[position] = plain(part)
        if text(part, "type") == "output_text":
            _start(item, "text", position, part)


def _read_reasoning(item: Item, source: Any) -> None:
    content = field_of(source, "content")
    for position, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, (BaseModel, dict)):
            item.parts[position] = plain(part)


def _read_arguments(item: Item, source: Any) -> None:
    _start(item, "arguments", 0, source)


def _read_input(item: Item, source: Any) -> None:
    _start(item, "input", 0, source)


def _start(item: Item, name: str, position: int, source: Any) -> None:
    value = optional_text(source, name)
    if value is not None:
        item.texts.put(name, position, value)


_READERS: dict[str, Callable[[Item, Any], None]] = {
    "message": _read_message,
    "reasoning": _read_reasoning,
    "function_call": _read_arguments,
    "mcp_call": _read_arguments,
    "mcp_approval_request": _read_arguments,
    "custom_tool_call": _read_input,
}

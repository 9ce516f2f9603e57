"""Events with a text, the arguments of a call, or a part of a message."""

from __future__ import annotations

from typing import Any

from ._errors import field
from ._fields import index, text
from ._item import Item
from ._outputs import Outputs

_DELTAS = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.function_call_arguments.delta": "arguments",
    "response.mcp_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
}
# Their name is that of the event's field, too.
_WHOLE = {kind.replace(".delta", ".done"): name for kind, name in _DELTAS.items()}
_PARTS = frozenset({"response.content_part.added", "response.content_part.done"})
TEXT_EVENTS = _PARTS | _DELTAS.keys() | _WHOLE.keys()


def add_text(outputs: Outputs, event: Any, kind: str) -> None:
    """Everything is read before anything changes."""
    name = _DELTAS.get(kind) or _WHOLE.get(kind) or "part"
    at = index(event, "output_index")
    value = _value(event, kind, name)
    position = 0 if name in ("arguments", "input") else index(event, "content_index")
    item_id = text(event, "item_id")
    after = _refusal_before(outputs.items.get(at), item_id, position, kind)
    if after is None:
        return
    item = outputs.growing(at, item_id, kind)
    if item is None:
        return
    if kind in _PARTS:
        item.put_part(position, value)
    elif kind in _DELTAS:
        item.texts.extend(name, position, value, after=after)
    else:
        item.texts.put(name, position, value)
    if name == "text":
        item.add_logprobs(position, event, more=kind in _DELTAS)


def _value(event: Any, kind: str, name: str) -> Any:
    if kind not in _PARTS:
        return text(event, "delta" if kind in _DELTAS else name)
    part = field(event, "part")
    if text(part, "type") == "output_text":
        text(part, "text")
    return part


def _refusal_before(item: Item | None, item_id: str, position: int, kind: str) -> str | None:
    """What the first piece of a refusal continues. None: its part is no refusal."""
    if item is None or item.item_id not in (None, "", item_id) or ".refusal." not in kind:
        return ""
    part = item.parts.get(position, {})
    if part.get("type", "refusal") != "refusal":
        return None
    is_first = kind in _DELTAS and not item.texts.has("refusal", position)
    return text(part, "refusal") if is_first and "refusal" in part else ""

"""An item as far as it is known, with its texts where the API has them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ._item import Item
from ._places import place


def row(index: int, item: Item) -> dict[str, Any]:
    """Of the `output` of a detailed snapshot. Rows name their index, as some may be missing."""
    data = _data(item)
    parts = _parts(item)
    if item.type == "reasoning" and parts:
        _put_content(data, parts)
    found: dict[str, Any] = {"output_index": index, "item": data}
    content = [
        {"content_index": at, "part": _annotated(part, item.annotations.get(at))}
        for at, part in parts.items()
    ]
    if item.type != "message":
        found["content"] = content
    elif content or "content" in data:
        # Without parts, what came in their place: an empty list, or null.
        found["content"] = content or data["content"]
    if item.type == "message":
        data.pop("content", None)
    if item.type == "shell_call_output":
        found["shell_output"] = _shell_output(item)
    return found


def _data(item: Item) -> dict[str, Any]:
    data = deepcopy(item.data)
    for name in ("summary", "code", "command"):
        for position, text in item.texts.of(name).items():
            holder, key = place(data, name, position)
            holder[key] = text
    if item.item_id and not item.data:
        data["id"] = item.item_id
    for name in ("arguments", "input"):
        whole = item.texts.get(name)
        if whole is not None:
            data[name] = whole
    return data


def _parts(item: Item) -> dict[int, dict[str, Any]]:
    """In the order of their positions."""
    named = (("text", "text"), ("refusal", "refusal"), ("text", "reasoning"))
    texts = [(key, item.texts.of(name)) for key, name in named]
    known = item.parts.keys() | item.annotations.keys()
    parts = {}
    for at in sorted(known.union(*(found for _, found in texts))):
        parts[at] = deepcopy(item.parts.get(at, {}))
        parts[at].update({key: found[at] for key, found in texts if at in found})
    return parts


def _put_content(data: dict[str, Any], parts: dict[int, dict[str, Any]]) -> None:
    """Reasoning has its parts in the item, too: as they are, and none behind a gap."""
    known = data.get("content")
    content = known if isinstance(known, list) else []
    for at, part in parts.items():
        if at <= len(content):
            content[at : at + 1] = [deepcopy(part)]
    if content:
        data["content"] = content


def _annotated(part: dict[str, Any], added: dict[int, Any] | None) -> dict[str, Any]:
    known = part.get("annotations")
    if not isinstance(known, list):
        if added is None:
            return part
        known = []
    found = {**dict(enumerate(known)), **deepcopy(added or {})}
    part["annotations"] = [
        {"annotation_index": at, "annotation": value} for at, value in sorted(found.items())
    ]
    return part


def _shell_output(item: Item) -> list[dict[str, Any]]:
    streams = [(name, item.texts.of(name)) for name in ("stdout", "stderr")]
    rows = []
    for at, known in sorted(item.shell_output.items()):
        texts = {name: found[at] for name, found in streams if at in found}
        rows.append({"command_index": at, "data": {**deepcopy(known), **texts}})
    return rows

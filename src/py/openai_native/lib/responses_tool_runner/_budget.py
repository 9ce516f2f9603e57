"""How much input a request may have, and what may be left out to stay below that. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._plain import MAX_INTEGER, plain
from ._types import ContextBudgetSnapshot, Item

_KEYS = {"max_input_bytes", "max_input_images", "keep_recent_screenshots", "compact"}
_LIMITS = (("max_input_bytes", 1, None), ("max_input_images", 0, None))
_KEEP = "keep_recent_screenshots"
_CALLS = ("function_call", "computer_call")
_OUTPUTS = ("function_call_output", "computer_call_output")
_CHUNK = 16_384


@dataclass(frozen=True)
class Size:
    bytes: int
    images: int


class Budget:
    def __init__(self, given: Any, params: Item, browser_names: frozenset[str]) -> None:
        if type(given) is not dict or (given.keys() - _KEYS):
            raise ValueError(f"context_budget has the keys {', '.join(sorted(_KEYS))} only.")
        for name, least, default in (*_LIMITS, (_KEEP, 1, 1)):
            limit = given.get(name, default)
            if type(limit) is not int or not least <= limit <= MAX_INTEGER:
                raise ValueError(f"context_budget: {name} must be an integer from {least}.")
        if "compact" in given and not callable(given["compact"]):
            raise ValueError("context_budget: compact must be callable.")
        if params.get("truncation") == "auto" or params.get("context_management"):
            raise ValueError("context_budget does not go with truncation or context_management.")
        self._most = Size(given["max_input_bytes"], given["max_input_images"])
        self._kept = given.get(_KEEP, 1)
        self._browser_names = browser_names
        self.compact: Callable[[ContextBudgetSnapshot], object] | None = given.get("compact")

    def holds(self, history: list[Any]) -> bool:
        size = size_of(history)
        return size.bytes <= self._most.bytes and size.images <= self._most.images

    def snapshot(self, history: list[Any]) -> ContextBudgetSnapshot:
        size = size_of(history)
        return {
            "history": plain(history),
            "eligible_call_ids": self._droppable(history),
            "input_bytes": size.bytes,
            "input_images": size.images,
        }

    def _droppable(self, history: list[Any]) -> list[str]:
        """All calls but the latest of each device, recent screenshots, and safety checks."""
        calls: dict[str, Item] = {}
        protected: set[str] = set()
        screenshots: list[str] = []
        latest: dict[str, str] = {}
        for item in history:
            kind = item.get("type")
            if kind in _CALLS:
                calls[item["call_id"]] = item
                if kind == "computer_call":
                    latest["computer"] = item["call_id"]
                elif item.get("name") in self._browser_names:
                    latest["browser"] = item["call_id"]
            elif kind in _OUTPUTS and self._is_screenshot(calls[item["call_id"]], item):
                screenshots.append(item["call_id"])
            if item.get("pending_safety_checks") or item.get("acknowledged_safety_checks"):
                protected.add(item.get("call_id"))
        protected.update(screenshots[-self._kept :], latest.values())
        return [call_id for call_id in calls if call_id not in protected]

    def _is_screenshot(self, call: Item, output: Item) -> bool:
        if output["type"] == "computer_call_output":
            return True
        name, blocks = call.get("name"), output.get("output")
        return (
            name in ("browser_screenshot", "browser_zoom")
            and name in self._browser_names
            and isinstance(blocks, list)
            and any(block.get("type") == "input_image" for block in blocks)
        )


def size_of(history: list[Any]) -> Size:
    """Bytes of the input as compact JSON, not of the request or of what it links to."""
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    count = 0
    for text in encoder.iterencode(history):
        for start in range(0, len(text), _CHUNK):
            count += len(text[start : start + _CHUNK].encode("utf-8"))
    return Size(count, sum(map(_images, history)))


def _images(item: Item) -> int:
    kind = item.get("type", "message")
    if kind == "computer_call_output":
        return 1
    blocks = {"message": item.get("content"), "function_call_output": item.get("output")}.get(kind)
    if type(blocks) is not list:
        return 0
    return sum(type(each) is dict and each.get("type") == "input_image" for each in blocks)


def valid_decision(decision: Any, eligible: frozenset[str]) -> bool:
    if type(decision) is not dict or decision.keys() - {"drop_call_ids", "summary"}:
        return False
    drop = decision.get("drop_call_ids")
    return (
        type(drop) is list
        and all(type(call_id) is str and call_id in eligible for call_id in drop)
        and len(set(drop)) == len(drop)
        and ("summary" not in decision or type(decision["summary"]) is str)
    )


def projected(history: list[Any], decision: Item) -> list[Any]:
    """The history without the dropped calls; the model is told that they are missing."""
    dropped = frozenset(decision["drop_call_ids"])
    kept: list[Any] = []
    receipts: list[Item] = []
    for item in history:
        kind = item.get("type")
        if kind not in (*_CALLS, *_OUTPUTS) or item.get("call_id") not in dropped:
            kept.append(item)
        elif kind in _CALLS:
            named = {"name": item["name"]} if kind == "function_call" else {}
            receipts.append({"call_id": item["call_id"], "kind": kind, **named})
    # The wording is the official client's: it is what models see.
    told: list[str] = []
    if "summary" in decision:
        told.append("Caller summary of omitted completed tool results: " + decision["summary"])
    if receipts:
        listed = json.dumps(receipts, ensure_ascii=False, separators=(",", ":"))
        told.append(
            f"Omitted completed tool receipts: {listed}. Output is present in the runner's full "
            "history; external success is unverified."
        )
    return [*({"role": "user", "content": text} for text in told), *kept]

"""Messages, reasoning and outputs of a history: the saved fields themselves, never coerced."""

from __future__ import annotations

from typing import Any

from ..._models import construct_type_unchecked
from ...types.responses.response_output_message import ResponseOutputMessage
from .._native_items import valid_message
from ._plain import is_text, optional_text
from ._types import Item

_PHASES = (None, "commentary", "final_answer")
_STATUSES = ("completed", "incomplete", "in_progress")


def valid_input_message(item: Item) -> bool:
    role, content = item.get("role"), item.get("content")
    if role not in ("user", "assistant", "system", "developer"):
        return False
    if (is_text(content) or role == "assistant") and item.get("phase") not in _PHASES:
        return False
    if type(content) is not list:
        return is_text(content)
    if any(
        type(part) is dict and part.get("type") in ("output_text", "refusal") for part in content
    ):
        native = construct_type_unchecked(type_=ResponseOutputMessage, value=item)
        return valid_message(native) and _same(item, native.to_dict())
    return all(type(part) is dict and _valid_input_part(part) for part in content)


def _same(original: object, parsed: object) -> bool:
    """Equal without conversion; only an integer may have become a score."""
    if type(original) is int and type(parsed) is float:
        return original == parsed
    if type(original) is not type(parsed):
        return False
    if isinstance(original, dict) and isinstance(parsed, dict):
        return original.keys() == parsed.keys() and all(
            _same(value, parsed[key]) for key, value in original.items()
        )
    if isinstance(original, list) and isinstance(parsed, list):
        return len(original) == len(parsed) and all(map(_same, original, parsed))
    return original == parsed


def _valid_input_part(part: Item) -> bool:
    if "prompt_cache_breakpoint" in part:
        cache = part["prompt_cache_breakpoint"]
        if type(cache) is not dict or cache.get("mode") != "explicit":
            return False
    kind = part.get("type")
    if kind == "input_text":
        return is_text(part.get("text"))
    if kind == "input_image":
        return part.get("detail") in ("auto", "low", "high", "original") and all(
            optional_text(part.get(name)) for name in ("image_url", "file_id")
        )
    return (
        kind == "input_file"
        and ("detail" not in part or part["detail"] in ("auto", "low", "high"))
        and optional_text(part.get("file_id"))
        and all(
            name not in part or is_text(part[name])
            for name in ("file_data", "file_url", "filename")
        )
    )


def valid_input_reasoning(item: Item) -> bool:
    return (
        is_text(item.get("id"))
        and _texts(item.get("summary"), "summary_text")
        and ("content" not in item or _texts(item["content"], "reasoning_text"))
        and optional_text(item.get("encrypted_content"))
        and ("status" not in item or item["status"] in _STATUSES)
    )


def _texts(parts: object, kind: str) -> bool:
    return type(parts) is list and all(
        type(part) is dict and part.get("type") == kind and is_text(part.get("text"))
        for part in parts
    )


def valid_input_compaction(item: Item) -> bool:
    return is_text(item.get("encrypted_content")) and optional_text(item.get("id"))


def valid_computer_output(item: Item) -> bool:
    checks = item.get("acknowledged_safety_checks")
    return (
        optional_text(item.get("id"))
        and item.get("status") in (None, *_STATUSES)
        and (checks is None or (type(checks) is list and all(map(_valid_check, checks))))
        and _valid_screenshot(item.get("output"))
    )


def _valid_check(check: Any) -> bool:
    return (
        type(check) is dict
        and is_text(check.get("id"))
        and all(optional_text(check.get(name)) for name in ("code", "message"))
    )


def _valid_screenshot(screenshot: object) -> bool:
    if type(screenshot) is not dict or screenshot.get("type") != "computer_screenshot":
        return False
    sources = [screenshot.get("image_url"), screenshot.get("file_id")]
    return all(map(optional_text, sources)) and any(
        type(source) is str and bool(source.strip()) for source in sources
    )

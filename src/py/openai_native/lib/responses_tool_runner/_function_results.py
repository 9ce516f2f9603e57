"""What a function returned, or the caller supplied, as the output of a call."""

from __future__ import annotations

from typing import Any, cast

from ._plain import is_text, optional_text
from ._types import FunctionResult, Item

_MEMBERS = {
    "input_text": ("text",),
    "input_image": ("file_id", "image_url", "detail"),
    "input_file": ("file_data", "file_id", "file_url", "filename", "detail"),
}
# Of these one must say where the content is.
_SOURCES = {
    "input_image": ("image_url", "file_id"),
    "input_file": ("file_data", "file_id", "file_url"),
}
_DETAILS: dict[str, tuple[str | None, ...]] = {
    "input_image": (None, "auto", "low", "high", "original"),
    "input_file": ("auto", "low", "high"),
}


def function_result(value: object) -> FunctionResult:
    """Text, or a detached list of checked blocks; raises `ValueError`."""
    if type(value) is str:
        return value
    if type(value) is not list:
        raise ValueError("A function's output must be text or a list of input blocks.")
    return cast("FunctionResult", [_block(each) for each in value])


def _block(block: object) -> Item:
    if type(block) is not dict or any(type(key) is not str for key in block):
        raise ValueError("Each block of an output must be a dict with string keys.")
    kind = block.get("type")
    if type(kind) is not str or kind not in _MEMBERS:
        raise ValueError("The type of an output's block is none of the declared ones.")
    members = _MEMBERS[kind]
    if unknown := block.keys() - {"type", "prompt_cache_breakpoint", *members}:
        raise ValueError(f"An output's {kind} has unknown members: {', '.join(sorted(unknown))}.")
    if kind == "input_text" and not is_text(block.get("text")):
        raise ValueError("An output's input_text needs a text.")
    made: Item = {"type": kind}
    for name in members:
        if name in block:
            made[name] = _member(kind, name, block[name])
    sources = _SOURCES.get(kind, ())
    if sources and not any((made.get(name) or "").strip() for name in sources):
        raise ValueError(f"An output's {kind} needs one of {', '.join(sources)}.")
    if "prompt_cache_breakpoint" in block:
        made["prompt_cache_breakpoint"] = _breakpoint(block["prompt_cache_breakpoint"])
    return made


def _member(kind: str, name: str, value: Any) -> Any:
    if not optional_text(value) or (name == "detail" and value not in _DETAILS[kind]):
        raise ValueError(f"{name} of an output's {kind} has an invalid value.")
    return value


def _breakpoint(value: object) -> Item | None:
    if value is None:
        return None
    if type(value) is dict and value.keys() == {"mode"}:
        mode = value["mode"]
        if type(mode) is str and mode == "explicit":
            return {"mode": "explicit"}
    raise ValueError("prompt_cache_breakpoint of an output's block is invalid.")

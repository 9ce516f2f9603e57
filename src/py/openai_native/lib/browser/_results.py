"""What a driver's method returned, checked and detached, and the output made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from ._errors import check_cancelled
from ._members import IMAGES, PREFIX, REPORTS, TRANSFERS
from ._reports import read_report
from ._texts import fits_exactly
from ._types import BrowserFileOutcome, BrowserResult, BrowserState

if TYPE_CHECKING:
    from ...types.responses import ResponseFunctionToolCall

_IMAGE_MEMBERS = ("type", "image_url", "file_id", "detail", "prompt_cache_breakpoint")
_FILE_ENDS = {
    ("completed", "completed"),
    ("refused", "none"),
    ("unknown", "unknown"),
    ("interrupted", "none"),
    ("interrupted", "unknown"),
}
_CLEANUPS = ("not_started", "pending", "completed")


def action_result(member: str, result: object, cancelled: Callable[[], bool] | None) -> object:
    """Detached before anything of the caller's runs again; cancelled counts for more than wrong."""
    try:
        if member in REPORTS:
            return read_report(member, result)
        if member in IMAGES:
            return _image(member, result)
        if member in TRANSFERS:
            return _transfer(result)
        if member == "run_script" and not fits_exactly(result, None, allow_empty=True):
            raise RuntimeError("Browser script result failed.")
        return result
    finally:
        check_cancelled(cancelled)


_WHOLE_IMAGE = "an input_image with at least one of image_url and file_id"


def _image(member: str, result: object) -> dict[str, Any]:
    image = _valid_image(result)
    if image is None:
        wanted = "a valid input_image" if member == "zoom" else _WHOLE_IMAGE
        raise RuntimeError(f"Browser {member} must return {wanted}.")
    return image


def _valid_image(result: object) -> dict[str, Any] | None:
    if not isinstance(result, dict) or set(result) - set(_IMAGE_MEMBERS):
        return None
    image = {name: _bare(result[name]) for name in _IMAGE_MEMBERS if name in result}
    sources = [image.get(name) for name in ("image_url", "file_id")]
    detail, cache = image.get("detail"), image.get("prompt_cache_breakpoint")
    if (
        image.get("type") != "input_image"
        or any(s is not None and not (isinstance(s, str) and s.strip()) for s in sources)
        or not any(sources)
        or not (detail is None or isinstance(detail, str))
        or detail not in (None, "auto", "low", "high", "original")
    ):
        return None
    if cache is not None:
        if not isinstance(cache, dict) or dict(cache) != {"mode": "explicit"}:
            return None
        image["prompt_cache_breakpoint"] = {"mode": "explicit"}
    return image


def _bare(value: object) -> object:
    """A plain `str` of what may be a subclass with a life of its own."""
    return str.__str__(value) if isinstance(value, str) else value


def _transfer(result: object) -> BrowserFileOutcome:
    keys = ("version", "status", "effect", "cleanup")
    if (
        type(result) is not dict
        or any(type(key) is not str for key in result)
        or set(result) != set(keys)
        or type(result["version"]) is not int
        or result["version"] != 1
        or any(type(result[key]) is not str for key in keys[1:])
        or result["cleanup"] not in _CLEANUPS
        or (result["status"], result["effect"]) not in _FILE_ENDS
    ):
        raise RuntimeError("Browser file result failed.")
    return cast("BrowserFileOutcome", {key: result[key] for key in keys})


def output_of(
    call: ResponseFunctionToolCall, state: BrowserState | None, result: Any, error: str | None
) -> BrowserResult:
    """The output for the model: a line of JSON, and the image if the member makes one."""
    member = call.name.removeprefix(PREFIX)
    succeeded = error is None
    if succeeded and member in TRANSFERS:
        succeeded = result["status"] == "completed"
    payload: dict[str, object] = {"ok": succeeded}
    if state is not None:
        payload["state"] = state
    images: list[Any] = []
    if error is not None:
        payload["error"] = error
    elif member in IMAGES:
        images.append(result)
    else:
        if member not in (REPORTS | TRANSFERS) and not (result is None or isinstance(result, str)):
            raise RuntimeError("Browser actions must return a string or None.")
        payload["result"] = result
    content = [{"type": "input_text", "text": json.dumps(payload)}, *images]
    return _output(call, content), succeeded


def read_refused(call: ResponseFunctionToolCall) -> BrowserResult:
    text = '{"ok":false,"error":"Browser read was not approved."}'
    return _output(call, [{"type": "input_text", "text": text}]), False


def _output(call: ResponseFunctionToolCall, content: list[Any]) -> Any:
    return {"type": "function_call_output", "call_id": call.call_id, "output": content}

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import ComputerUseError

if TYPE_CHECKING:
    from ...types.responses import ResponseComputerToolCall
    from ...types.responses.response_input_param import ComputerCallOutput
    from ._types import Screenshot


def call_output(call: ResponseComputerToolCall, screenshot: object) -> ComputerCallOutput:
    """What goes back to the API: the driver's screenshot, the checks as acknowledged."""
    return {
        "type": "computer_call_output",
        "call_id": call.call_id,
        "output": _image(screenshot),
        "acknowledged_safety_checks": [
            {"id": check.id, "code": check.code, "message": check.message}
            for check in call.pending_safety_checks or []
        ],
    }


def _image(screenshot: object) -> Screenshot:
    image: Screenshot = {"type": "computer_screenshot"}
    if isinstance(screenshot, dict) and screenshot.get("type") == "computer_screenshot":
        url, file_id = screenshot.get("image_url"), screenshot.get("file_id")
        if _text_or_none(url) and _text_or_none(file_id) and (url or file_id):
            if url is not None:
                image["image_url"] = url
            if file_id is not None:
                image["file_id"] = file_id
            return image
    raise ComputerUseError(
        "The driver's screenshot must be a computer_screenshot with image_url or file_id"
    )


def _text_or_none(value: object) -> bool:
    return value is None or (isinstance(value, str) and bool(value.strip()))

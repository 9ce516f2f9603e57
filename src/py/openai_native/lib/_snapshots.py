"""Copies that belong to a run: what the caller does to its own objects later changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from ..types.responses import Response, ResponseComputerToolCall
from ..types.responses.response_computer_tool_call import PendingSafetyCheck
from ..types.responses.response_create_params import ResponseCreateParamsNonStreaming
from ._reshape import recast
from ._wire_form import json_bytes, wire_form

if TYPE_CHECKING:
    from ..types.responses import ResponseOutputItem
    from ..types.responses.response_input_param import ResponseInputParam


def snapshot_request(params: ResponseCreateParamsNonStreaming) -> dict[str, Any]:
    """The request as it goes on the wire; iterables are read once, here."""
    request = dict(params)
    for name in ("input", "tools", "include", "context_management"):
        value = request.get(name)
        if value is not None and not isinstance(value, str):
            request[name] = list(cast("Iterable[object]", value))
    return deepcopy(cast("dict[str, Any]", wire_form(request, ResponseCreateParamsNonStreaming)))


def snapshot_response(response: Response) -> Response:
    """A deep copy, as a plain `Response` even if a stream parsed it. What decides is read once: a
    subclass may answer differently the next time.
    """
    output = [own_item(item) for item in response.output]
    own = recast(Response, response.model_copy(), output=output, **_shown(response, "status"))
    return own.model_copy(deep=True)


def own_item(item: Any) -> Any:
    """A deep copy; of a computer call as a plain one, with the checks that it shows now."""
    own = item.model_copy(deep=True)
    if not isinstance(item, ResponseComputerToolCall):
        return own
    shown = _shown(item, "pending_safety_checks")
    checks = shown.get("pending_safety_checks")
    if isinstance(checks, list):
        shown["pending_safety_checks"] = [_own_check(check) for check in checks]
    return recast(ResponseComputerToolCall, own, **shown)


def _own_check(check: Any) -> Any:
    own = deepcopy(check)
    if not isinstance(check, PendingSafetyCheck):
        return own
    return recast(PendingSafetyCheck, own, **_shown(check, "id", "code", "message"))


def _shown(model: Any, *names: str) -> dict[str, Any]:
    """Each read once; what is not set stays so."""
    read = {name: getattr(model, name, None) for name in names}
    given = model.model_fields_set
    return {name: value for name, value in read.items() if value is not None or name in given}


def replay(items: Iterable[ResponseOutputItem]) -> ResponseInputParam:
    """Output items as input of the next request; raises `TypeError`/`ValueError` if not JSON."""
    wire: list[dict[str, object]] = []
    for item in items:
        data = item.to_dict(mode="python")
        data.pop("created_by", None)
        if item.type == "function_call":
            data.pop("parsed_arguments", None)
        wire.append(data)
    return cast("ResponseInputParam", json.loads(json_bytes(wire)))

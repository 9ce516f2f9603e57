"""A browser driver, and a toolset over it, for both packages and both flavors."""

from __future__ import annotations

import json
from typing import Any

from response_events import call
from runner_kit import Kit

STATE: Any = {"tabs": [{"id": "t", "title": "T", "url": "https://u:p@Ex.test/a", "active": True}]}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "navigate": {"url": "https://a.test", "tab_id": None},
    "read_page": {"tab_id": None, "filter": "all"},
    "get_page_text": {"tab_id": "t"},
    "find": {"query": "q", "tab_id": None},
    "click": {"target": "r", "tab_id": None},
    "type": {"text": "x", "target": None, "tab_id": None},
    "key": {"keys": ["a"], "tab_id": None},
    "scroll": {"direction": "up", "amount": 3, "tab_id": None},
    "select_option": {"target": "r", "values": ["v"], "tab_id": None},
    "hover": {"target": "r", "tab_id": None},
    "screenshot": {"tab_id": None},
    "zoom": {"tab_id": None, "region": [0, 0, 1, 1]},
    "new_tab": {"url": None},
    "list_tabs": {},
    "switch_tab": {"tab_id": "t"},
    "close_tab": {"tab_id": "t"},
    "scroll_to": {"target": "r", "tab_id": None},
    "wait_for": {"text": "x", "timeout_ms": 1, "tab_id": None},
    "hover_at": {"tab_id": None, "x": 1, "y": 2},
    "set_checked": {"tab_id": None, "target": "r", "checked": True},
    "click_at": {
        "tab_id": None,
        "x": 1,
        "y": 2,
        "button": "left",
        "click_count": 1,
        "keys": ["Alt"],
    },
    "drag_path": {"tab_id": None, "path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}], "keys": []},
    "hold_keys": {"tab_id": None, "keys": ["a"], "duration_ms": 1},
    "read_page_scoped": {"tab_id": None, "root": None, "depth": 1, "filter": "all"},
    "read_diagnostics": {"tab_id": None, "source": "console", "limit": 1},
    "run_script": {"tab_id": None, "source": "1", "timeout_ms": 1},
    "upload_file": {"grant_id": "g"},
    "download_file": {"grant_id": "g"},
}
REPORT = {"version": 1, "text": "x", "elements": [], "omitted": []}
RESULTS: dict[str, Any] = {
    "screenshot": {"type": "input_image", "image_url": "u"},
    "zoom": {"type": "input_image", "file_id": "f", "detail": "low"},
    "read_page_scoped": {**REPORT, "scopes": [{"ref": "s", "label": "S"}]},
    "read_diagnostics": REPORT,
    "run_script": "done",
    "upload_file": {
        "version": 1,
        "status": "completed",
        "effect": "completed",
        "cleanup": "completed",
    },
    "download_file": {"version": 1, "status": "refused", "effect": "none", "cleanup": "pending"},
}


class Fails(Exception):
    """A result that is raised instead, as whatever its package calls it."""


def driver(kit: Kit, results: dict[str, Any], states: list[Any]) -> Any:
    made: Any = type("Driver", (), {})()
    left = iter(states)
    last: list[Any] = [STATE]

    def state() -> Any:
        last[0] = next(left, last[0])
        return last[0]

    def method(member: str) -> Any:
        def act(action: Any) -> Any:
            kit.seen.append([member, action])
            result = results.get(member)
            if isinstance(result, Fails):
                raise kit.lib_plain("browser", "BrowserError")(str(result))
            if isinstance(result, Exception):
                raise result
            return result

        return kit.flavored(act)

    made.state = kit.flavored(state)
    for member in ARGUMENTS:
        if member != "list_tabs":
            setattr(made, member, method(member))
    return made


def asked(member: str, arguments: Any = None, **more: Any) -> dict[str, Any]:
    given = ARGUMENTS.get(member, {}) if arguments is None else arguments
    told = given if isinstance(given, str) else json.dumps(given)
    return call(told, name=f"browser_{member}", status="completed", **more)


async def execute(
    kit: Kit,
    member: str,
    arguments: Any = None,
    *,
    result: Any = None,
    states: list[Any] | None = None,
    confirm: Any = True,
    policy: Any = True,
    asked_as: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    results = {**RESULTS, **({} if result is None else {member: result})}
    options.setdefault("members", list(ARGUMENTS))
    cancelled = options.pop("cancelled", None)
    toolset = kit.lib("browser", "BrowserToolset")(
        driver(kit, results, states or []),
        confirm=kit.says(confirm, "confirm"),
        url_policy=kit.says(policy, "url"),
        **options,
    )
    kit.seen.append(toolset.tools)
    native = kit.types("responses", "ResponseFunctionToolCall").construct(
        **(asked_as or asked(member, arguments))
    )
    output = toolset.execute(native, cancelled=cancelled, on_diagnostic=kit.diagnostic)
    return await kit.take(output)

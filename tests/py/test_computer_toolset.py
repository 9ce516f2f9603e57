"""The computer toolset: requests, approvals, actions and outputs are the official ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from response_events import REASONING, call, message, response, text
from runner_kit import Answer, Kit, same

ALL = ("wire", "sync wire", "async", "sync")
SHOT: Any = {"type": "computer_screenshot", "image_url": "data:x"}
MEMBERS = ("click", "double_click", "drag", "keypress", "move", "scroll", "type", "wait")
CHECK = {"id": "sc", "code": "c", "message": None}
CLICK = {"type": "click", "x": 1, "y": 2, "button": "left"}
ACTIONS: dict[str, dict[str, Any]] = {
    "click": CLICK,
    "double click": {"type": "double_click", "x": 1, "y": 2, "keys": ["a"]},
    "drag": {"type": "drag", "path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
    "keypress": {"type": "keypress", "keys": ["a"]},
    "move": {"type": "move", "x": 1, "y": 2},
    "scroll": {"type": "scroll", "x": 1, "y": 2, "scroll_x": 0, "scroll_y": 9},
    "type": {"type": "type", "text": "x"},
    "wait": {"type": "wait"},
    "screenshot": {"type": "screenshot"},
    "half a point": {"type": "move", "x": 1},
    "text for a point": {"type": "move", "x": "1", "y": 2},
    "unknown button": {**CLICK, "button": "x"},
    "no text": {"type": "type"},
    "keys of no kind": {**CLICK, "keys": [1]},
    "path of no kind": {"type": "drag", "path": [1]},
    "unknown": {"type": "jump"},
}


def asked(*actions: dict[str, Any], number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": "computer_call",
        "id": f"cu_{number}",
        "call_id": f"c{number}",
        "status": "completed",
        "pending_safety_checks": [],
        "actions": list(actions),
        **more,
    }


def done(*output: dict[str, Any]) -> dict[str, Any]:
    return response(output, "completed")


FINAL = done(message(text("Done"), item_id="msg_9"))


def driver(kit: Kit, screenshot: Any = SHOT, failing: str = "") -> Any:
    made: Any = type("Driver", (), {})()

    def method(member: str) -> Any:
        def act(action: Any) -> None:
            kit.seen.append([member, action.to_dict()])
            if member == failing:
                raise ZeroDivisionError

        return kit.flavored(act)

    for member in MEMBERS:
        setattr(made, member, method(member))
    made.screenshot = kit.flavored(lambda: kit.seen.append("screenshot") or screenshot)
    return made


async def run(kit: Kit, params: Any = None, **options: Any) -> Any:
    given = {k: options.pop(k) for k in ("screenshot", "failing") if k in options}
    toolset = kit.lib("computer", "ComputerToolset")(driver(kit, **given))
    for name in ("approve_safety_checks", "before_action"):
        if name in options:
            options[name] = kit.says(options[name], name)
    ask = {"model": "m", "input": "x"} if params is None else params
    options.setdefault("on_diagnostic", kit.diagnostic)
    return await kit.take(toolset.run(kit.client, ask, **options))


ONE_ACTION = {k: v for k, v in asked(action=CLICK).items() if k != "actions"}
RUNS: dict[str, tuple[list[Answer], dict[str, Any]]] = {
    "an answer at once": ([FINAL], {}),
    "several calls": (
        [
            done(REASONING, asked(CLICK), asked(CLICK, number=2)),
            done(asked(CLICK, number=3)),
            FINAL,
        ],
        {},
    ),
    "one action": ([done(ONE_ACTION), FINAL], {}),
    "both kinds": ([done(asked(CLICK, action=CLICK))], {}),
    "no actions": ([done(asked())], {}),
    "limit": ([done(asked(CLICK)), done(asked(CLICK, number=2))], {"max_steps": 2}),
    "no steps": ([], {"max_steps": 0}),
    "call repeated": ([done(asked(CLICK)), done(asked(CLICK, id="x"))], {}),
    "item repeated": ([done(asked(CLICK)), done(asked(CLICK, call_id="x"))], {}),
    "failed": ([response([], "failed")], {}),
    "incomplete call": ([done(asked(CLICK, status="incomplete"))], {}),
    "function": ([done(call("{}"))], {}),
    "no answer": ([done(REASONING)], {}),
    "malformed message": ([done(message(text("a") | {"annotations": 1}))], {}),
    "checks": ([done(asked(CLICK, pending_safety_checks=[CHECK])), FINAL], {}),
    "checks approved": (
        [done(asked(CLICK, pending_safety_checks=[CHECK])), FINAL],
        {"approve_safety_checks": True},
    ),
    "checks nearly approved": (
        [done(asked(CLICK, pending_safety_checks=[CHECK])), FINAL],
        {"approve_safety_checks": 1},
    ),
    "malformed checks": ([done(asked(CLICK, pending_safety_checks=[{"id": 1}]))], {}),
    "actions approved": ([done(asked(CLICK, CLICK)), FINAL], {"before_action": True}),
    "action refused": ([done(asked(CLICK)), FINAL], {"before_action": False}),
    "driver fails": ([done(asked(CLICK))], {"failing": "click"}),
    "no screenshot": ([done(asked(CLICK))], {"screenshot": None}),
    "blank screenshot": ([done(asked(CLICK))], {"screenshot": {**SHOT, "file_id": " "}}),
    "stored screenshot": (
        [done(asked(CLICK)), FINAL],
        {"screenshot": {"type": "computer_screenshot", "file_id": "f", "x": 1}},
    ),
    "API error": ([done(asked(CLICK)), ValueError("x")], {}),
}
ONE = {"model": "m", "input": "x"}
PARAMS: dict[str, Any] = {
    "preview": {
        **ONE,
        "tools": [
            {
                "type": "computer_use_preview",
                "display_width": 1,
                "display_height": 1,
                "environment": "browser",
            }
        ],
        "tool_choice": {"type": "computer_use_preview"},
    },
    "required": {**ONE, "tool_choice": "required", "include": ["reasoning.encrypted_content"]},
    "subset": {
        **ONE,
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "required",
            "tools": [{"type": "computer"}],
        },
    },
    "history": {"model": "m", "input": [{"role": "user", "content": "x"}], "store": False},
    "known call": {"model": "m", "input": [asked(CLICK)]},
    "two tools": {**ONE, "tools": [{"type": "computer"}] * 2},
    "no tools": {**ONE, "tools": None},
    "another tool": {**ONE, "tools": [{"type": "web_search"}]},
    "stream": {**ONE, "stream": True},
    "previous": {**ONE, "previous_response_id": "r"},
    "extra body": {**ONE, "extra_body": {"input": "y"}},
}


@pytest.mark.parametrize("name", RUNS)
def test_runs(name: str) -> None:
    answers, options = RUNS[name]
    account = same(lambda kit: run(kit, **options), answers, ALL)
    if name in ("several calls", "one action", "checks approved"):
        assert account["result"]["class"] == "Response"


@pytest.mark.parametrize("name", ACTIONS)
def test_actions(name: str) -> None:
    answers = [done(asked(ACTIONS[name], CLICK)), FINAL]
    same(run, answers)
    last = [done(asked(CLICK, ACTIONS[name])), FINAL]
    same(run, last, ("sync",))


@pytest.mark.parametrize("name", PARAMS)
def test_params(name: str) -> None:
    same(lambda kit: run(kit, PARAMS[name]), [done(asked(CLICK)), FINAL])


def test_cancelled() -> None:
    async def scenario(kit: Kit, after: int) -> Any:
        left = iter(range(after))
        return await run(
            kit,
            cancelled=lambda: next(left, None) is None,
            before_action=True,
            approve_safety_checks=True,
        )

    for after in range(16):
        answers = [done(asked(CLICK, pending_safety_checks=[CHECK])), FINAL]
        same(partial(scenario, after=after), answers)


def test_execute() -> None:
    async def scenario(kit: Kit, given: dict[str, Any]) -> Any:
        toolset = kit.lib("computer", "ComputerToolset")(driver(kit))
        native = kit.package._models.construct_type(
            value=given, type_=kit.types("responses", "ResponseComputerToolCall")
        )
        result = await kit.take(toolset.execute(native, on_diagnostic=kit.diagnostic))
        return [result, toolset.close()]

    for given in (asked(CLICK), asked(CLICK, status="incomplete"), asked(CLICK, id=None)):
        same(partial(scenario, given=given), [])


def test_drivers() -> None:
    async def scenario(kit: Kit, **changed: Any) -> Any:
        made = driver(kit)
        for name, method in changed.items():
            setattr(made, name, method)
        kit.lib("computer", "ComputerToolset")(made)

    async def waits(_: Any) -> None: ...

    def returns(_: Any) -> None: ...

    same(partial(scenario, click=None), [])
    same(partial(scenario, click=waits), [])
    same(partial(scenario, click=returns), [])


def test_in_a_responses_run() -> None:
    async def scenario(kit: Kit, registered: bool) -> Any:
        toolset = kit.lib("computer", "ComputerToolset")(driver(kit))
        runner = kit.lib("responses_tool_runner", "ResponsesToolRunner")(
            computer=toolset if registered else None
        )
        run = runner.run(
            kit.client,
            ONE,
            before_action=kit.says(True, "before"),
            approve_safety_checks=kit.says(True, "checks"),
            on_diagnostic=kit.diagnostic,
        )
        return await kit.take(run)

    answers = [done(asked(CLICK, pending_safety_checks=[CHECK])), FINAL]
    for registered in (True, False):
        same(partial(scenario, registered=registered), answers, ALL)

"""The browser toolset: tools, checks, approvals and outputs are the official ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from browser_runs import ARGUMENTS, REPORT, RESULTS, STATE, Fails, asked, driver, execute
from response_events import message, response, text
from runner_kit import Kit, same


@pytest.mark.parametrize("member", ARGUMENTS)
def test_members(member: str) -> None:
    account = same(lambda kit: execute(kit, member), [])
    assert account["result"]["output"][0]["text"].startswith('{"ok": ')
    same(lambda kit: execute(kit, member, confirm=1), [], ("async",))
    same(lambda kit: execute(kit, member, policy=False), [], ("async",))
    same(lambda kit: execute(kit, member, result=Fails("Not now")), [], ("sync",))
    same(lambda kit: execute(kit, member, result=ZeroDivisionError("x")), [], ("async",))
    same(lambda kit: execute(kit, member, result=["no", "result"]), [], ("async",))


# Values for each argument, most of them wrong.
VALUES: list[Any] = [
    None, "", "x", "left", "up", True, 0, 1, 1.0, -1, 2**53, 30_001, [], ["a"], ["a", "a"], ["Alt"],
    ["a" * 65], [0, 0, 1, 1], [1, 1, 1, 1], [{"x": 1, "y": 2}] * 2, [{"x": 1}] * 2, {}, "x" * 257,
]  # fmt: skip


@pytest.mark.parametrize("member", ARGUMENTS)
def test_arguments(member: str) -> None:
    async def scenario(kit: Kit) -> Any:
        outputs = []
        whole = ARGUMENTS[member]
        given: list[Any] = ["{", "[]", {}, {**whole, "more": 1}]
        given += [{**whole, name: value} for name in whole for value in VALUES]
        for arguments in given:
            outputs.append(await execute(kit, member, arguments, members=[member]))
        return outputs

    same(scenario, [], ("sync",))


ELEMENT = {"ref": "r", "role": "button", "label": "L"}
READS: dict[str, Any] = {
    "text": "plain",
    "elements": {**REPORT, "elements": [ELEMENT]},
    "all of an element": {
        **REPORT,
        "elements": [
            {**ELEMENT, "role": "checkbox", "checked": True, "value": "v", "secret": 1},
            {
                **ELEMENT,
                "ref": "s",
                "role": "listbox",
                "options": [{"label": "a", "value": "", "selected": False}],
            },
        ],
        "omitted": ["private", "value"],
    },
    "unknown role": {**REPORT, "elements": [{**ELEMENT, "role": "x"}]},
    "ref twice": {**REPORT, "elements": [ELEMENT, ELEMENT]},
    "long label": {**REPORT, "elements": [{**ELEMENT, "label": "x" * 257}]},
    "checked of no kind": {**REPORT, "elements": [{**ELEMENT, "role": "radio", "checked": 1}]},
    "options of no kind": {**REPORT, "elements": [{**ELEMENT, "options": [{"label": ""}]}]},
    "omitted twice": {**REPORT, "omitted": ["private", "private"]},
    "unknown omission": {**REPORT, "omitted": ["x"]},
    "version": {**REPORT, "version": True},
    "surrogate": {**REPORT, "text": "\ud800"},
    "scope with a ref of an element": {
        **REPORT,
        "elements": [ELEMENT],
        "scopes": [{"ref": "r", "label": "S"}],
    },
}


@pytest.mark.parametrize("name", READS)
def test_reports(name: str) -> None:
    for member in ("read_page", "get_page_text", "read_page_scoped", "read_diagnostics"):
        report = READS[name]
        scoped = isinstance(report, dict) and member == "read_page_scoped"
        result = {"scopes": [], **report} if scoped else report
        same(partial(execute, member=member, result=result), [], ("sync",))


def image(**more: Any) -> dict[str, Any]:
    return {"type": "input_image", "image_url": "u", **more}


OUTCOME = RESULTS["upload_file"]
OTHERS: list[tuple[str, Any]] = [
    ("screenshot", image(prompt_cache_breakpoint={"mode": "explicit"}, file_id=None)),
    ("screenshot", image(prompt_cache_breakpoint={"mode": "x"})),
    ("screenshot", image(x=1)),
    ("screenshot", image(image_url=" ")),
    ("zoom", image(detail="x")),
    ("zoom", {"type": "input_image"}),
    ("run_script", "\ud800"),
    ("run_script", None),
    ("upload_file", {**OUTCOME, "effect": "none"}),
    ("upload_file", {**OUTCOME, "x": 1}),
    ("upload_file", {**OUTCOME, "version": True}),
    ("upload_file", {**OUTCOME, "status": "interrupted", "effect": "unknown"}),
    ("click", 3),
]


def test_other_results() -> None:
    for member, result in OTHERS:
        same(partial(execute, member=member, result=result), [], ("sync",))


def test_calls_that_are_refused() -> None:
    for given in (
        {"name": "browser_nothing"},
        {"name": "other"},
        {"status": "incomplete"},
        {"call_id": None},
        {"name": "browser_click"},
    ):
        as_given = {**asked("list_tabs"), **given}
        for options in ({"members": ["list_tabs"]}, {"members": None}):
            same(partial(execute, member="", asked_as=as_given, **options), [], ("sync",))


def test_reads_are_confirmed() -> None:
    for said in (True, False, Fails, "yes"):

        def decide(_: Any, said: Any = said) -> Any:
            if said is Fails:
                raise ValueError
            return said

        for arguments in (None, "{"):
            options: dict[str, Any] = {"confirm": decide, "confirm_reads": ["find", "list_tabs"]}
            same(partial(execute, member="find", arguments=arguments, **options), [])


def test_cancelled() -> None:
    async def scenario(kit: Kit, member: str, after: int) -> Any:
        left = iter(range(after))
        cancelled = lambda: next(left, None) is None  # noqa: E731
        return await execute(kit, member, cancelled=cancelled, confirm_reads=["find"])

    for member in ("navigate", "find"):
        for after in range(11):
            same(partial(scenario, member=member, after=after), [])


BAD: list[dict[str, Any]] = [
    {"members": ["x"]},
    {"members": "click"},
    {"members": ["click", "click"]},
    {"members": [], "additional_members": []},
    {"additional_members": ["run_script"]},
    {"confirm_reads": ["click"]},
    {"confirm_reads": ["find", "find"]},
    {"confirm_reads": "find"},
    {"members": ["find"], "confirm_reads": ["read_page"]},
]


def test_toolsets() -> None:
    for options in BAD:

        async def scenario(kit: Kit, options: dict[str, Any] = options) -> Any:
            toolset = kit.lib("browser", "BrowserToolset")
            return toolset(
                driver(kit, {}, []), confirm=len, url_policy=len, **{"members": None, **options}
            ).tools

        same(scenario, [])

    async def without(kit: Kit, name: str, member: str) -> Any:
        given = {"confirm": len, "url_policy": len, name: None, "members": [member]}
        return kit.lib("browser", "BrowserToolset")(driver(kit, {}, []), **given).tools

    for name in ("confirm", "url_policy"):
        for member in ("find", "click", "navigate"):
            same(partial(without, name=name, member=member), [])


def test_drivers_of_the_other_kind() -> None:
    class Sync:
        def state(self) -> dict[str, Any]:
            return {"tabs": []}

        async def find(self, action: Any) -> None: ...

    async def scenario(kit: Kit, members: list[str]) -> Any:
        return kit.lib("browser", "BrowserToolset")(Sync(), members=members).tools

    for members in (["find"], ["list_tabs"], ["click"]):
        same(partial(scenario, members=members), [])


def test_policies_replaced_by_the_driver_hold_for_the_next_call() -> None:
    async def scenario(kit: Kit) -> Any:
        made = driver(kit, RESULTS, [])
        toolset = kit.lib("browser", "BrowserToolset")(
            made, members=["click"], confirm=kit.says(False, "confirm")
        )

        def state() -> Any:
            toolset.confirm = kit.says(True, "replaced")
            return STATE

        made.state = kit.flavored(state)
        click = kit.types("responses", "ResponseFunctionToolCall").construct(**asked("click"))
        return [await kit.take(toolset.execute(click)) for _ in range(2)]

    first, second = same(scenario, [])["result"]
    assert first != second


def test_in_a_responses_run() -> None:
    """An action that fails keeps the others of its turn from being executed."""

    async def scenario(kit: Kit) -> Any:
        toolset = kit.lib("browser", "BrowserToolset")(
            driver(kit, {"click": Fails("Gone")}, []),
            confirm=kit.says(True, "confirm"),
            confirm_reads=["find"],
            url_policy=kit.says(True, "url"),
        )
        runner = kit.lib("responses_tool_runner", "ResponsesToolRunner")(browser=toolset)
        params = {"model": "m", "input": "x"}
        run = runner.run(kit.client, params, on_diagnostic=kit.diagnostic)
        return await kit.take(run)

    first = [
        asked("read_page") | {"call_id": "a", "id": "fc_a"},
        asked("click") | {"call_id": "b", "id": "fc_b"},
        asked("hover") | {"call_id": "c", "id": "fc_c"},
        asked("find") | {"call_id": "d", "id": "fc_d"},
    ]
    answer = response([message(text("Done"), item_id="m")], "completed")
    account = same(scenario, [response(first, "completed"), answer])
    assert account["result"]["class"] == "Response"

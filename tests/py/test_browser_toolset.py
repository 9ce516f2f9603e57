"""The browser toolset: tools, checks, approvals and outputs are the official ones."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from response_events import call, message, response, text
from runner_kit import Kit, same

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


def tab(url: str = "about:blank", **more: Any) -> dict[str, Any]:
    return {"id": "t", "title": "T", "url": url, "active": True, **more}


def seen(*changes: dict[str, Any], dropped: int = 0, **more: Any) -> dict[str, Any]:
    numbered = [{"sequence": n, "tab_id": "t", **c} for n, c in enumerate(changes, dropped + 1)]
    return {
        "version": 1,
        "sequence": dropped + len(changes),
        "dropped_changes": dropped,
        "title_truncated": False,
        "changes": numbered,
        **more,
    }


OPENED = {"type": "tab_opened"}
STATES: dict[str, list[Any]] = {
    "no tabs": [{"tabs": []}],
    "no dict": ["x"],
    "no list": [{"tabs": None}],
    "id twice": [{"tabs": [tab(), tab(active=False)]}],
    "none active": [{"tabs": [tab(active=False)]}],
    "active of no kind": [{"tabs": [tab(active=1)]}],
    "title of no kind": [{"tabs": [tab(title=None)]}],
    "changes": [
        {
            "tabs": [tab(title="ü" * 600)],
            "observation": seen(
                OPENED,
                {"type": "navigation_refused", "tab_id": None, "reason": "policy", "x": 1},
                {"type": "download", "tab_id": None, "status": "failed"},
                {"type": "dialog_dismissed", "kind": "alert"},
            ),
        }
    ],
    "more of them later": [
        {"tabs": [tab()], "observation": seen(OPENED, OPENED)},
        {"tabs": [tab()], "observation": seen(OPENED, {"type": "navigation"}, dropped=1)},
    ],
    "taken back": [
        {"tabs": [tab()], "observation": seen(OPENED)},
        {"tabs": [tab()], "observation": seen({"type": "navigation"})},
    ],
    "fewer": [
        {"tabs": [tab()], "observation": seen(OPENED)},
        {"tabs": [tab()], "observation": seen()},
    ],
    "no longer": [{"tabs": [tab()], "observation": seen(OPENED)}, {"tabs": [tab()]}],
    "gap": [{"tabs": [tab()], "observation": seen(OPENED, sequence=2)}],
    "unknown change": [{"tabs": [tab()], "observation": seen({"type": "x"})}],
    "change of no tab": [{"tabs": [tab()], "observation": seen({**OPENED, "tab_id": None})}],
    "unknown reason": [
        {"tabs": [tab()], "observation": seen({"type": "navigation_refused", "reason": "x"})}
    ],
    "long id": [{"tabs": [tab(id="t" * 129)], "observation": seen()}],
}


@pytest.mark.parametrize("name", STATES)
def test_states(name: str) -> None:
    same(partial(execute, member="list_tabs", states=STATES[name]), [])


URLS = [
    "about:blank", "https://a.test/x?y#z", "HTTPS://A.test:443/", "http://a.test:8080",
    "https://u:p%40@a.test", "https://[::1]:8443/", "https://127.0.0.1/", "https://127.1/",
    "https://0x7f.1/", "https://a%2eb/", "https://", "https://a b/", "https://a\\b/", "file:///x",
    "data:text/html,x", "x", "", "https://bücher.test/", "https://-a.test", "https://a.test:99999/",
    "https://[fe80::1%25eth0]/", "https://" + "a" * 2100, "javascript:1",
]  # fmt: skip


def test_urls() -> None:
    for url in URLS:
        states = [{"tabs": [tab(url)]}]
        same(partial(execute, member="list_tabs", states=states), [], ("sync",))
        observing = [{"tabs": [tab(url)], "observation": seen()}]
        same(partial(execute, member="list_tabs", states=observing), [], ("sync",))


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

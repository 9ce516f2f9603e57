"""What the tool runners look at is what they act upon and send, also if it answers differently the
next time: what was approved is what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from browser_runs import RESULTS, STATE, asked, driver, execute
from response_events import message, response, text
from runner_kit import Kit, same
from test_computer_toolset import CHECK, CLICK, FINAL, ONE, done
from test_computer_toolset import asked as computer_call
from test_computer_toolset import driver as computer_driver
from test_decisions_runner import DONE, act, decision
from test_decisions_runner import run as run_decisions


def changing(kind: type, first: Mapping[str, Any], reads: list[str], **fields: Any) -> Any:
    """An object of a subclass that shows `first` once, and what it holds from then on."""

    class Changing(kind):  # type: ignore[misc, valid-type]
        def __getattribute__(self, name: str) -> Any:
            if name in first:
                reads.append(name)
                if reads.count(name) == 1:
                    return first[name]
            return super().__getattribute__(name)

    made = Changing.construct(**fields)  # type: ignore[attr-defined]
    reads.clear()
    return made


def pending(kit: Kit, reads: list[str]) -> Any:
    """A call that shows a safety check once."""
    module = "responses.response_computer_tool_call"
    check = kit.types(module, "PendingSafetyCheck").construct(**CHECK)
    kind = kit.types("responses", "ResponseComputerToolCall")
    return changing(kind, {"pending_safety_checks": [check]}, reads, **computer_call(CLICK))


@pytest.mark.parametrize("approve", [True, False])
def test_safety_checks_are_read_once(approve: bool) -> None:
    async def scenario(kit: Kit) -> Any:
        toolset = kit.lib("computer", "ComputerToolset")(computer_driver(kit))
        reads: list[str] = []
        call = pending(kit, reads)
        try:
            made = toolset.execute(call, approve_safety_checks=kit.says(approve, "checks"))
            result = await kit.take(made)
        except Exception as error:
            result = str(error)
        return [result, reads]

    result, reads = same(scenario, [])["result"]
    assert reads == ["pending_safety_checks"]
    assert approve == (result != "Computer safety checks require explicit approval")


def test_a_check_is_acknowledged_as_it_was_approved() -> None:
    async def scenario(kit: Kit) -> Any:
        reads: list[str] = []
        kind = kit.types("responses.response_computer_tool_call", "PendingSafetyCheck")
        check = changing(kind, {**CHECK, "id": "shown"}, reads, id="held", code="held")
        call = kit.types("responses", "ResponseComputerToolCall").construct(**computer_call(CLICK))
        call.pending_safety_checks = [check]
        toolset = kit.lib("computer", "ComputerToolset")(computer_driver(kit))
        made = toolset.execute(call, approve_safety_checks=kit.says(True, "checks"))
        return [await kit.take(made), sorted(reads)]

    output, reads = same(scenario, [])["result"]
    assert output["acknowledged_safety_checks"] == [{**CHECK, "id": "shown"}]
    assert reads == ["code", "id", "message"]


def test_a_streamed_call_is_executed_as_it_came() -> None:
    async def scenario(kit: Kit) -> Any:
        toolset = kit.lib("computer", "ComputerToolset")(computer_driver(kit))
        runner = kit.lib("responses_tool_runner", "ResponsesToolRunner")(computer=toolset)
        first = kit.types("responses", "Response").construct(**done(computer_call(CLICK)))
        reads: list[str] = []
        first.output = [pending(kit, reads)]
        kit.client.responses.create = kit.flavored(lambda **_: first)
        try:
            await kit.take(runner.run(kit.client, ONE))
        except Exception as error:
            return [str(error), reads]

    same(scenario, [])


class Headers(Mapping[str, Any]):
    """Without the key when it is looked at for the second request, and with it later."""

    def __init__(self, omit: Any, acted: Callable[[], bool]) -> None:
        self._omit = omit
        self._acted = acted  # no list: a run copies its parameters
        self._reads = 0

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[str]:
        return iter(("Idempotency-Key", "x-kept"))

    def __getitem__(self, name: str) -> Any:
        if name == "x-kept":
            return "kept"
        if name == "Idempotency-Key" and self._acted():
            self._reads += 1
            if self._reads == 1:
                return self._omit
        return "first"


def test_headers_are_read_once_for_a_request() -> None:
    async def scenario(kit: Kit) -> Any:
        sent: list[Any] = []
        answers = [done(computer_call(CLICK)), FINAL]
        kind = kit.types("responses", "Response")

        def create(**request: Any) -> Any:
            sent.append({k: type(v).__name__ for k, v in request["extra_headers"].items()})
            return kind.construct(**answers.pop(0))

        construct = kit.package._models.construct_type
        kit.client.responses.create = kit.flavored(
            lambda **given: construct(value=create(**given).to_dict(), type_=kind)
        )
        toolset = kit.lib("computer", "ComputerToolset")(computer_driver(kit))
        headers = Headers(kit.package.omit, lambda: bool(kit.seen))
        await kit.take(toolset.run(kit.client, {**ONE, "extra_headers": headers}))
        return sent

    assert same(scenario, [])["result"][1]["Idempotency-Key"] == "Omit"


def test_a_decision_is_the_one_that_was_made() -> None:
    async def replaced(kit: Kit) -> Any:
        kind = kit.types("decision", "Decision")
        construct = kit.package._models.construct_type
        other = construct(value=decision("click"), type_=kind).answers[0]

        class Replacing(kind):  # type: ignore[misc, valid-type]
            def __getattribute__(self, name: str) -> Any:
                if name == "usage":
                    self.answers[:] = [other]
                return super().__getattribute__(name)

        made = construct(value=decision("stop"), type_=Replacing)
        kit.client.decisions.create = kit.flavored(lambda **_: made)
        result = await run_decisions(kit, candidates=lambda _: [act(kit), DONE])
        return [result["status"], result["decisions"][0].to_dict()]

    async def renamed(kit: Kit) -> Any:
        kind = kit.types("decision", "AnswerAnswerResourceRefusal")

        class Renamed(kind):  # type: ignore[misc, valid-type]
            def __getattribute__(self, name: str) -> Any:
                value = super().__getattribute__(name)
                if name == "name" and value == "next_action":
                    object.__setattr__(self, "name", "another")
                return value

        construct = kit.package._models.construct_type
        made = construct(value=decision("stop"), type_=kit.types("decision", "Decision"))
        made.answers = [Renamed(name="next_action", type="refusal")]
        kit.client.decisions.create = kit.flavored(lambda **_: made)
        return await run_decisions(kit, candidates=lambda _: [act(kit), DONE])

    assert same(replaced, [])["result"] == ["unverified", decision("stop")]
    assert same(renamed, [])["result"][2]["reason"] == "invalid_answer"


class Counted(list[Any]):
    """Says that it is empty twice, then the truth."""

    reads = 0

    def __len__(self) -> int:
        self.reads += 1
        return 0 if self.reads < 3 else super().__len__()


class Indexed(list[Any]):
    def __iter__(self) -> Any:
        raise ZeroDivisionError


def test_reports_of_a_browser_are_read_as_they_were_checked() -> None:
    def seen(changes: Any) -> dict[str, Any]:
        return {
            "version": 1, "sequence": 0, "dropped_changes": 0, "title_truncated": False,
            "changes": changes,
        }  # fmt: skip

    tab = {"id": "t", "title": "T", "url": "https://a.test/", "active": True}
    changes = [{"type": "navigation", "tab_id": "t", "sequence": n + 1} for n in range(40)]

    def listed(**state: Any) -> Any:
        return partial(execute, member="list_tabs", states=[state])

    same(lambda kit: listed(tabs=[tab], observation=seen(Counted(changes)))(kit), [])
    same(listed(tabs=Indexed([tab]), observation=seen([])), [])


@pytest.mark.parametrize("grows", ["elements", "options", "omitted"])
def test_looking_at_a_report_does_not_let_it_grow(grows: str) -> None:
    async def scenario(kit: Kit) -> Any:
        name = "label" if grows == "options" else "ref"
        report: dict[str, Any] = {"version": 1, "text": "x", "elements": [], "omitted": []}
        element = {"ref": "r", "role": "listbox", "label": "L", "options": []}

        class Growing:
            grew = False

            def __hash__(self) -> int:
                return hash(name)

            def __eq__(self, other: object) -> bool:
                if other == name and not self.grew:
                    self.grew = True
                    if grows == "elements":
                        report["elements"].append({"ref": "s", "role": "button", "label": "S"})
                    elif grows == "options":
                        element["options"].append({"label": "S", "value": "s"})  # type: ignore[attr-defined]
                    else:
                        report["omitted"].append("private")
                return bool(other == name)

        if grows == "options":
            element["options"] = [{Growing(): "O", "value": "o"}]
            report["elements"] = [element]
        else:
            report["elements"] = [{Growing(): "r", "role": "button", "label": "L"}]
        made = driver(kit, {"find": report}, [])
        toolset = kit.lib("browser", "BrowserToolset")(made, members=["find"])
        call = kit.types("responses", "ResponseFunctionToolCall").construct(**asked("find"))
        return await kit.take(toolset.execute(call))

    result = same(scenario, [])["result"]
    assert "private" not in str(result) and "'s'" not in str(result)


def test_policies_are_left_alone_by_what_is_skipped() -> None:
    async def scenario(kit: Kit) -> Any:
        toolset = kit.lib("browser", "BrowserToolset")
        made = driver(kit, RESULTS, [STATE])

        def gone(_: Any) -> Any:
            raise ValueError("private")

        class Guarded(toolset):  # type: ignore[misc, valid-type]
            armed = False

            def __getattribute__(self, name: str) -> Any:
                if name in ("confirm", "url_policy") and Guarded.armed:
                    gone(self)
                return super().__getattribute__(name)

        def confirm(_: Any) -> bool:
            Guarded.armed = True
            return False

        guarded = Guarded(made, confirm=kit.flavored(confirm), url_policy=kit.says(True, "url"))
        runner = kit.lib("responses_tool_runner", "ResponsesToolRunner")(browser=guarded)
        return await kit.take(runner.run(kit.client, {"model": "m", "input": "x"}))

    first = [
        asked("click") | {"call_id": "a", "id": "fc_a"},
        asked("navigate", {"url": "https://a.test/", "tab_id": None}) | {"call_id": "b", "id": "b"},
    ]
    last = response([message(text("Done"), item_id="m")], "completed")
    same(scenario, [response(first, "completed"), last])

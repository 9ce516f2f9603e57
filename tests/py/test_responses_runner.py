"""The Responses tool runner: requests, tool calls, callbacks and results are the official ones."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import pydantic
import pytest

from both_packages import described
from response_events import REASONING, USAGE, call, item, message, response, text, whole
from runner_kit import Answer, Kit, same

ALL = ("wire", "sync wire", "async", "sync")
ASYNC = ("async",)
ASK: Any = {"model": "gpt-4o", "input": "Weather?"}
ANSWER = message(text("Sunny"), item_id="msg_9")
TOOL: Any = {
    "type": "function",
    "name": "weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}


class Weather(pydantic.BaseModel):
    city: str
    days: int = 1


def done(*output: dict[str, Any], **more: Any) -> dict[str, Any]:
    return response(output, "completed", **more)


def asked(number: int, arguments: str = '{"city": "Bern"}', **more: Any) -> dict[str, Any]:
    return call(arguments, f"fc_{number}", status="completed", **{"call_id": f"c{number}", **more})


FINAL = done(ANSWER, usage=USAGE)


def runner(kit: Kit, execute: Any = "sunny", tool: Any = TOOL, **more: Any) -> Any:
    early = more.pop("early_execution", None)
    function = kit.lib("responses_tool_runner", "RegisteredFunction")(
        tool, kit.says(execute, "execute"), **more
    )
    other: Any = {**TOOL, "name": "other"}
    second = kit.lib("responses_tool_runner", "RegisteredFunction")(other, kit.says("x", "other"))
    return kit.lib("responses_tool_runner", "ResponsesToolRunner")(
        functions=[function, second], early_execution=early
    )


async def run(kit: Kit, made: Any = None, params: Any = ASK, **options: Any) -> Any:
    made = runner(kit) if made is None else made
    options.setdefault("on_diagnostic", kit.diagnostic)
    return await kit.take(made.run(kit.client, params, **options))


SEARCH = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {"type": "search", "query": "q", "queries": ["q"], "sources": []},
}

ROUNDS: dict[str, tuple[list[Answer], dict[str, Any]]] = {
    "an answer at once": ([FINAL], {}),
    "one call": ([done(asked(1)), FINAL], {}),
    "several rounds": (
        [done(REASONING, asked(1)), done(asked(2), asked(3, name="other")), FINAL],
        {},
    ),
    "no id": ([done(asked(1) | {"id": None}), FINAL], {}),
    "limit": ([done(asked(1)), done(asked(2))], {"max_steps": 2}),
    "limit of one": ([done(asked(1))], {"max_steps": 1}),
    "failed": ([response([], "failed")], {}),
    "incomplete call": ([done(asked(1) | {"status": "incomplete"})], {}),
    "unknown function": ([done(asked(1, name="nobody"))], {}),
    "no answer": ([done(REASONING)], {}),
    "only commentary": ([done(message(text("Hm"), phase="commentary"))], {}),
    "refusal": ([done(message({"type": "refusal", "refusal": "No."}))], {}),
    "arguments that are no JSON": ([done(asked(1, "{"))], {}),
    "arguments that are no object": ([done(asked(1, "[1]"))], {}),
    "NaN in arguments": ([done(asked(1, '{"city": NaN}'))], {}),
    "call repeated": ([done(asked(1), asked(2, call_id="c1"))], {}),
    "call of an earlier turn": ([done(asked(1)), done(asked(2, call_id="c1"))], {}),
    "item id repeated": ([done(asked(1)), done(asked(2) | {"id": "fc_1"})], {}),
    "tool that cannot run here": ([done({"type": "custom_tool_call", "id": "x", "name": "y"})], {}),
    "server tool that was not declared": ([done(SEARCH)], {}),
    "of another namespace": ([done(asked(1, namespace="n"))], {}),
    "of its own namespace": ([done(asked(1, namespace="weather")), FINAL], {}),
    "API error": ([done(asked(1)), ValueError("no")], {}),
    "malformed message": ([done(message(text("a") | {"annotations": None}))], {}),
    "compaction": (
        [done({"type": "compaction", "id": "cm", "encrypted_content": "x"}, asked(1)), FINAL],
        {},
    ),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_rounds(name: str) -> None:
    answers, options = ROUNDS[name]
    account = same(lambda kit: run(kit, **options), answers, ALL)
    if answers[-1] is FINAL:
        assert account["result"]["class"] == "Response"


def fails(_: Any) -> Any:
    raise ZeroDivisionError("secret")


RESULTS: dict[str, Any] = {
    "blocks": [
        {"type": "input_text", "text": "a"},
        {"type": "input_image", "image_url": "u", "detail": None},
        {"type": "input_file", "file_id": "f", "prompt_cache_breakpoint": {"mode": "explicit"}},
    ],
    "number": 3,
    "unknown block": [{"type": "x"}],
    "unknown member": [{"type": "input_text", "text": "a", "b": 1}],
    "no source": [{"type": "input_image", "detail": "low"}],
    "bad detail": [{"type": "input_file", "file_id": "f", "detail": None}],
    "failure": fails,
    "empty": [],
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_of_functions(name: str) -> None:
    value = RESULTS[name]
    answers: list[Answer] = [done(asked(1), asked(2)), FINAL]
    same(lambda kit: run(kit, runner(kit, value)), answers)


@pytest.mark.parametrize("arguments", ['{"city": "Bern"}', '{"days": "x"}', "{}"])
def test_typed_functions(arguments: str) -> None:
    async def scenario(kit: Kit) -> Any:
        tool = kit.package.pydantic_responses_function_tool(Weather, name="weather")
        function = kit.lib("responses_tool_runner", "RegisteredFunction").from_tool(
            tool, execute=kit.says(lambda weather: f"{weather.city} {weather.days}", "typed")
        )
        made = kit.lib("responses_tool_runner", "ResponsesToolRunner")(functions=[function])
        return await run(kit, made)

    same(scenario, [done(asked(1, arguments)), FINAL])


def test_cancelled_keyword() -> None:
    async def scenario(kit: Kit) -> Any:
        def execute(arguments: Any, cancelled: Any = 1) -> str:
            kit.seen.append(cancelled())
            return "x"

        function = kit.lib("responses_tool_runner", "RegisteredFunction")(
            TOOL, kit.flavored(execute)
        )
        made = kit.lib("responses_tool_runner", "ResponsesToolRunner")(functions=[function])
        return await run(kit, made, cancelled=lambda: False)

    same(scenario, [done(asked(1)), FINAL])


def test_cancelled() -> None:
    async def scenario(kit: Kit, after: int) -> Any:
        left = iter(range(after))
        return await run(kit, cancelled=lambda: next(left, None) is None)

    for after in range(14):
        same(partial(scenario, after=after), [done(asked(1), asked(2)), FINAL])


PARAMS: dict[str, Any] = {
    "history": {
        "input": ({"role": "user", "content": x} for x in "ab"),
        "include": ["web_search_call.action.sources"],
    },
    "no input": {"model": "gpt-4o"},
    "everything": {**ASK, "metadata": {"a": "b"}, "store": False, "extra_headers": {"X": "y"}},
    "stream": {**ASK, "stream": True},
    "background": {**ASK, "background": True},
    "conversation": {**ASK, "conversation": "c"},
    "previous": {**ASK, "previous_response_id": "r"},
    "function declared": {**ASK, "tools": [TOOL]},
    "computer declared": {**ASK, "tools": [{"type": "computer"}]},
    "same labels": {**ASK, "tools": [{"type": "mcp", "server_label": "a"}] * 2},
    "image without storing": {**ASK, "store": False, "tools": [{"type": "image_generation"}]},
    "forced": {**ASK, "tool_choice": "required"},
    "forced function": {**ASK, "tool_choice": {"type": "function", "name": "weather"}},
    "forced subset": {
        **ASK,
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "required",
            "tools": [{"type": "function", "name": "weather"}],
        },
    },
    "subset": {
        **ASK,
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "auto",
            "tools": [{"type": "function", "name": "other"}],
        },
    },
    "none": {**ASK, "tool_choice": "none"},
    "extra body": {**ASK, "extra_body": {"x": 1}},
    "owned extra body": {**ASK, "extra_body": {"tools": []}},
}


@pytest.mark.parametrize("name", PARAMS)
def test_params(name: str) -> None:
    params = PARAMS[name]
    if name == "history":
        given = list(params["input"]) or [{"role": "user", "content": x} for x in "ab"]

        async def fresh(kit: Kit) -> Any:
            return await run(kit, params={**params, "input": iter(given)})

        same(fresh, [done(asked(1)), FINAL])
        return
    same(lambda kit: run(kit, params=params), [done(asked(1)), FINAL])


@pytest.mark.parametrize(
    "options",
    [
        {"max_steps": 0},
        {"max_steps": True},
        {"eager": True},
        {"max_concurrent_calls": 0},
        {"ledger": "x"},
    ],
)
def test_bad_options(options: Any) -> None:
    same(lambda kit: run(kit, **options), [FINAL])


def test_turns() -> None:
    async def scenario(kit: Kit) -> Any:
        turns: list[Any] = []

        def visit(turn: Any) -> None:
            turns.append(turn)
            kit.seen.append([turn.step, turn.final, turn.tools_executed, turn.attempted_call_ids])
            kit.seen.append(described(turn.response))
            if not turn.final:
                turn.append_user_text("more")
                output = {"type": "function_call_output", "call_id": "c1", "output": "supplied"}
                for outputs in ([output, output], [{**output, "x": 1}], "x", [output]):
                    try:
                        turn.supply_outputs(outputs)
                    except ValueError:
                        kit.seen.append("refused")

        made = runner(kit, allow_output_override=True)
        await kit.each(made.iterate(kit.client, ASK), visit)
        with pytest.raises(ValueError):
            turns[0].append_user_text("late")
        return [repr(turn).replace("openai_native", "openai") for turn in turns[1:]]

    account = same(scenario, [done(asked(1), asked(2)), FINAL])
    outputs = [each["output"] for each in _inputs(account, 1) if "output" in each]
    assert outputs == ["supplied", "sunny"]


def _inputs(account: Any, number: int) -> Any:
    request = account["requests"][number]
    body = next(part for part in request if isinstance(part, dict))
    return body["input"]


def test_closed_and_busy() -> None:
    async def scenario(kit: Kit) -> Any:
        made = runner(kit)

        def visit(_: Any) -> None:
            kit.seen.append(made.close())

        await kit.each(made.iterate(kit.client, ASK), visit)
        kit.seen.append(made.close())
        return await run(kit, made)

    same(scenario, [FINAL])


# --- streams


def streamed(*output: dict[str, Any], final: Any = None) -> list[str]:
    done_items = [item("done", each, index) for index, each in enumerate(output)]
    return whole(*done_items, output=list(output) if final is None else final)


STREAMS: dict[str, list[Answer]] = {
    "calls": [streamed(asked(1), asked(2), asked(3)), streamed(ANSWER)],
    "two kinds": [streamed(REASONING, asked(1), asked(2, name="other")), streamed(ANSWER)],
    "out of order": [
        whole(item("done", asked(2), 1), item("done", asked(1), 0), output=[asked(1), asked(2)]),
        streamed(ANSWER),
    ],
    "index twice": [whole(item("done", asked(1), 0), item("done", asked(2), 0), output=[])],
    "another at the end": [streamed(asked(1), final=[asked(1, '{"city": "Rom"}')])],
    "one more at the end": [streamed(asked(1), final=[asked(1), asked(2)]), streamed(ANSWER)],
    "encrypted anew": [
        streamed(
            {**REASONING, "encrypted_content": "a"},
            asked(1),
            final=[{**REASONING, "encrypted_content": "b"}, asked(1)],
        ),
        streamed(ANSWER),
    ],
    "no end": [streamed(asked(1), asked(2))[:-1]],
    "arguments that are no JSON": [streamed(asked(1), asked(2, "{"))],
}
STREAMING: dict[str, dict[str, Any]] = {
    "streaming": {},
    "eager": {"eager": True},
    "eager alone": {"eager": True, "max_concurrent_calls": 1},
}


@pytest.mark.parametrize("how", STREAMING)
@pytest.mark.parametrize("name", STREAMS)
def test_streams(name: str, how: str) -> None:
    async def scenario(kit: Kit) -> Any:
        observer = kit.flavored(lambda event: kit.seen.append(event.type))
        return await run(kit, stream=True, on_event=observer, **STREAMING[how])

    same(scenario, STREAMS[name], ALL)


@pytest.mark.parametrize("early", [None, {"functions": ["weather"]}, {}, {"computer": True}, "x"])
def test_early_execution(early: Any) -> None:
    async def scenario(kit: Kit, decisions: list[Any]) -> Any:
        left = iter(decisions)
        policy = kit.says(lambda _: next(left, "defer"), "early") if decisions else None
        made = runner(kit, early_execution=early)
        return await run(kit, made, stream=True, eager=True, before_early_call=policy)

    turns: list[Answer] = [
        streamed(asked(1), asked(2, name="other"), asked(3)),
        streamed(ANSWER),
    ]
    for decisions in ([], ["execute"] * 9, ["execute", "defer"], [1]):
        same(partial(scenario, decisions=decisions), turns)


def test_independent_functions_run_beside_each_other() -> None:
    async def scenario(kit: Kit) -> Any:
        both = asyncio.Event()
        started: list[str] = []

        async def execute(arguments: Any) -> str:
            started.append(arguments["city"])
            if len(started) == 2:
                both.set()
            await asyncio.wait_for(both.wait(), 5)
            return str(arguments["city"])

        function = kit.lib("responses_tool_runner", "RegisteredFunction")(
            TOOL, execute, independent=True
        )
        made = kit.lib("responses_tool_runner", "ResponsesToolRunner")(functions=[function])
        return await run(kit, made, stream=True, eager=True)

    turn = streamed(asked(1, '{"city": "A"}'), asked(2, '{"city": "B"}'))
    same(scenario, [turn, streamed(ANSWER)], ASYNC)


@pytest.mark.parametrize("execute", ["sunny", fails])
def test_independent_functions(execute: Any) -> None:
    async def scenario(kit: Kit) -> Any:
        options: Any = {"stream": True, "eager": True, "on_diagnostic": None}
        made = runner(kit, execute, independent=True)
        result = await run(kit, made, **options)
        kit.seen.sort(key=str)
        return result

    turn = streamed(asked(1), asked(2), asked(3))
    same(scenario, [turn, streamed(ANSWER)])


def test_a_cancelled_task_waits_for_what_runs() -> None:
    async def scenario(kit: Kit) -> Any:
        started = asyncio.Event()

        async def execute(_: Any) -> str:
            started.set()
            await asyncio.sleep(0.05)
            kit.seen.append("finished")
            return "x"

        function = kit.lib("responses_tool_runner", "RegisteredFunction")(
            TOOL, execute, independent=True
        )
        made = kit.lib("responses_tool_runner", "ResponsesToolRunner")(functions=[function])
        task = asyncio.create_task(run(kit, made, stream=True, eager=True, on_diagnostic=None))
        await started.wait()
        task.cancel()
        return await task

    account = same(scenario, [streamed(asked(1)), streamed(ANSWER)], ASYNC)
    assert account["result"][1] == "ToolRunnerCancelledError"
    assert account["seen"] == ["finished"]


# --- server tools and MCP

MCP: Any = {
    "type": "mcp",
    "server_label": "s",
    "server_url": "https://u:p@mcp.test/x?token=1&a=b#f",
    "authorization": "secret",
}
REQUEST = {
    "type": "mcp_approval_request",
    "id": "ar_1",
    "server_label": "s",
    "name": "t",
    "arguments": "{}",
}
CALLED = {
    "type": "mcp_call",
    "id": "mc_1",
    "server_label": "s",
    "name": "t",
    "arguments": "{}",
    "output": "o",
    "status": "completed",
    "approval_request_id": "ar_1",
}
LISTED = {
    "type": "mcp_list_tools",
    "id": "ml_1",
    "server_label": "s",
    "tools": [{"name": "t", "input_schema": {}, "description": None}],
}

SERVER: dict[str, tuple[list[dict[str, Any]], list[Answer]]] = {
    "search": ([{"type": "web_search"}], [done(SEARCH, ANSWER)]),
    "only a search": ([{"type": "web_search"}], [done(SEARCH)]),
    "search and call": ([{"type": "web_search"}], [done(SEARCH, asked(1)), FINAL]),
    "failed search": ([{"type": "web_search"}], [done({**SEARCH, "status": "failed"}, asked(1))]),
    "malformed search": (
        [{"type": "web_search"}],
        [done({**SEARCH, "action": {"type": "open_page", "url": 1}})],
    ),
    "files": (
        [{"type": "file_search", "vector_store_ids": ["v"]}],
        [
            done(
                {
                    "type": "file_search_call",
                    "id": "fs",
                    "status": "completed",
                    "queries": ["q"],
                    "results": [{"file_id": "f", "score": 0.5, "attributes": {"a": 1}}],
                },
                ANSWER,
            )
        ],
    ),
    "code": (
        [{"type": "code_interpreter", "container": {"type": "auto"}}],
        [
            done(
                {
                    "type": "code_interpreter_call",
                    "id": "ci",
                    "status": "completed",
                    "container_id": "c",
                    "code": None,
                    "outputs": [{"type": "logs", "logs": "l"}],
                },
                ANSWER,
            )
        ],
    ),
    "image": (
        [{"type": "image_generation"}],
        [
            done(
                {
                    "type": "image_generation_call",
                    "id": "ig",
                    "status": "completed",
                    "result": "b64",
                },
                ANSWER,
            )
        ],
    ),
    "approval": ([MCP], [done(LISTED, REQUEST), done(CALLED, ANSWER)]),
    "call without approval": ([MCP], [done({**CALLED, "approval_request_id": None})]),
    "call of something else": ([MCP], [done(REQUEST), done({**CALLED, "arguments": "[]"})]),
    "approval used twice": (
        [MCP],
        [done(REQUEST), done(CALLED, {**CALLED, "id": "mc_2"}, ANSWER)],
    ),
    "never needed": (
        [{**MCP, "require_approval": "never"}],
        [done({**CALLED, "approval_request_id": None}, ANSWER)],
    ),
    "never needed, but asked": ([{**MCP, "require_approval": "never"}], [done(REQUEST)]),
    "by name": (
        [{**MCP, "require_approval": {"never": {"tool_names": ["t"]}}}],
        [done({**CALLED, "approval_request_id": None}, ANSWER)],
    ),
    "not allowed": ([{**MCP, "allowed_tools": ["u"]}], [done(REQUEST)]),
    "allowed": (
        [{**MCP, "allowed_tools": {"tool_names": ["t"]}}],
        [done(REQUEST), done(CALLED, ANSWER)],
    ),
    "another label": ([MCP], [done({**REQUEST, "server_label": "x"})]),
}


@pytest.mark.parametrize("name", SERVER)
def test_server_tools(name: str) -> None:
    tools, answers = SERVER[name]

    async def scenario(kit: Kit, approve: Any) -> Any:
        policy = kit.says(approve, "approve")
        return await run(kit, params={**ASK, "tools": tools}, approve_mcp=policy)

    for approve in (True, False, "yes"):
        same(partial(scenario, approve=approve), answers)


def test_approvals_of_a_history_are_asked_for_again() -> None:
    granted = {"type": "mcp_approval_response", "approval_request_id": "ar_1", "approve": True}
    history = [{"role": "user", "content": "x"}, REQUEST, granted]

    async def scenario(kit: Kit) -> Any:
        params = {"model": "m", "input": history, "tools": [MCP]}
        return await run(kit, params=params, approve_mcp=kit.says(True, "approve"))

    same(scenario, [done(CALLED, ANSWER)])


# --- budgets and ledgers

BUDGETS: dict[str, dict[str, Any]] = {
    "enough": {"max_input_bytes": 10_000, "max_input_images": 0},
    "too much": {"max_input_bytes": 300, "max_input_images": 0},
    "unknown": {"max_input_bytes": 300, "max_input_images": 0, "x": 1},
    "invalid": {"max_input_bytes": 0, "max_input_images": 0},
}
DECISIONS: dict[str, Any] = {
    "all": lambda snapshot: {"drop_call_ids": snapshot["eligible_call_ids"], "summary": "s"},
    "none": {"drop_call_ids": []},
    "invalid": {"drop_call_ids": ["x"]},
}


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("decision", [None, *DECISIONS])
def test_context_budget(budget: str, decision: str | None) -> None:
    async def scenario(kit: Kit) -> Any:
        compact = {} if decision is None else {"compact": kit.says(DECISIONS[decision], "compact")}
        made = runner(kit, "sunny " * 60)
        return await run(kit, made, context_budget={**BUDGETS[budget], **compact})

    same(scenario, [done(asked(1)), done(asked(2)), FINAL])


def ledger(kit: Kit, **more: Any) -> Any:
    def save(checkpoint: Any) -> None:
        kit.seen.append(json.loads(json.dumps(checkpoint)))

    return kit.lib("responses_tool_runner", "ResponsesToolLedger")(
        "run", kit.flavored(save), **more
    )


SECRET_CODE = {
    "type": "code_interpreter",
    "container": {
        "type": "auto",
        "network_policy": {
            "type": "allowlist",
            "allowed_domains": ["a"],
            "domain_secrets": [{"domain": "a", "name": "n", "value": "secret"}],
        },
    },
}


@pytest.mark.parametrize("tools", [[], [MCP], [SECRET_CODE]])
def test_checkpoints(tools: Any) -> None:
    async def scenario(kit: Kit) -> Any:
        params = {**ASK, "tools": tools} if tools else ASK
        return await run(kit, params=params, ledger=ledger(kit))

    same(scenario, [done(asked(1)), done(asked(2)), FINAL])


def test_eager_checkpoints() -> None:
    turns: list[Answer] = [streamed(asked(1), asked(2)), streamed(ANSWER)]
    same(lambda kit: run(kit, ledger=ledger(kit), stream=True, eager=True), turns)


CHANGES: dict[str, Any] = {
    "nothing": {},
    "run": {"run_id": "other"},
    "tools": {"tools": []},
    "phase": {"phase": "pending"},
    "revision": {"revision": 0},
    "receipts": {"returned_call_ids": []},
    "unknown": {"x": 1},
    "history": {"history": [{"role": "user", "content": "a"}, {"type": "function_call"}]},
    "steps": {"max_steps": 3},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("observation", ["Go on", " "])
def test_resuming(change: str, observation: str) -> None:
    async def scenario(kit: Kit) -> Any:
        saved: list[Any] = []
        recorder = kit.lib("responses_tool_runner", "ResponsesToolLedger")
        first = recorder("run", kit.flavored(saved.append))
        with pytest.raises(Exception, match="stopped"):
            await run(kit, ledger=first)  # the second request fails
        boundary = [each for each in saved if each["phase"] == "boundary"][-1]
        resumed = ledger(kit, resume_from={**boundary, **CHANGES[change]})
        return await run(kit, params={**ASK, "input": observation}, ledger=resumed)

    same(scenario, [done(asked(1)), ValueError("x"), done(asked(2)), FINAL])


def test_no_copies_of_the_callers_objects_are_shared() -> None:
    async def scenario(kit: Kit) -> Any:
        def visit(turn: Any) -> None:
            for each in turn.response.output:
                each.type = "gone"

        await kit.each(runner(kit).iterate(kit.client, ASK), visit)

    same(scenario, [done(asked(1)), FINAL])

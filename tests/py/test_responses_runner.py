"""The Responses tool runner: requests, tool calls, callbacks and results are the official ones."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from both_packages import described
from response_events import REASONING, message, response, text
from responses_runs import (
    ALL,
    ASK,
    FINAL,
    SEARCH,
    TOOL,
    Weather,
    asked,
    done,
    fails,
    run,
    runner,
)
from runner_kit import Answer, Kit, ScriptedClient, same

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


async def test_a_synchronous_run_says_where_awaitables_belong() -> None:
    kit = Kit("openai_native", asynchronous=False)
    kit.client = ScriptedClient(kit, [done(asked(1))])
    result = asyncio.get_running_loop().create_future()
    with pytest.raises(RuntimeError, match="an AsyncRegisteredFunction"):
        runner(kit, result).run(kit.client, ASK)


@pytest.mark.parametrize("given", [["tool"], [TOOL]])
def test_functions_have_executors(given: Any) -> None:
    kit = Kit("openai_native", asynchronous=False)
    with pytest.raises(ValueError, match="executor"):
        kit.lib("responses_tool_runner", "ResponsesToolRunner")(functions=given)


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


def test_no_copies_of_the_callers_objects_are_shared() -> None:
    async def scenario(kit: Kit) -> Any:
        def visit(turn: Any) -> None:
            for each in turn.response.output:
                each.type = "gone"

        await kit.each(runner(kit).iterate(kit.client, ASK), visit)

    same(scenario, [done(asked(1)), FINAL])

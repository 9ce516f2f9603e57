"""The Responses tool runner over streams: what runs early, and what runs at once."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import Any

import pytest

from response_events import REASONING, item, whole
from responses_runs import (
    ALL,
    ANSWER,
    ASYNC,
    TOOL,
    asked,
    fails,
    run,
    runner,
    streamed,
)
from runner_kit import Answer, Kit, same

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
    # Tasks know of their cancellation since Python 3.11.
    told = "ToolRunnerCancelledError" if sys.version_info >= (3, 11) else "CancelledError"
    assert account["result"][1] == told
    assert account["seen"] == ["finished"]

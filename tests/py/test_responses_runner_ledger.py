"""The Responses tool runner with a budget for its input, and with a ledger."""

from __future__ import annotations

import json
from typing import Any

import pytest

from responses_runs import (
    ANSWER,
    ASK,
    FINAL,
    MCP,
    asked,
    done,
    run,
    runner,
    streamed,
)
from runner_kit import Answer, Kit, same

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

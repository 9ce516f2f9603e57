"""The Decisions tool runner: requests, callbacks and results are the official ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from runner_kit import Answer, Kit, same

ASK: Any = {"model": "decider", "input": "Log in"}
USAGE = {
    "input_tokens": 1,
    "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
    "output_tokens": 1,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 2,
}


def decision(choice: str, **more: Any) -> dict[str, Any]:
    answer = {
        "name": "next_action",
        "type": "choice",
        "choice": choice,
        "confidence": 0.5,
        "probabilities": [{"value": choice, "probability": 1}],
        **more,
    }
    return {"id": "d", "object": "decision", "model": "m", "usage": USAGE, "answers": [answer]}


REFUSAL = decision("")
REFUSAL["answers"] = [{"name": "next_action", "type": "refusal", "refusal": "No."}]
DONE = {"id": "stop", "description": "Done", "done": True}


def act(kit: Kit, name: str = "click", execute: Any = None) -> dict[str, Any]:
    execute = kit.says(name, f"execute {name}") if execute is None else execute
    return {"id": name, "description": f"Does {name}", "execute": execute}


async def run(kit: Kit, params: Any = ASK, verify: Any = None, **options: Any) -> Any:
    observe = options.pop("observe", "A page")
    candidates = options.pop("candidates", lambda _: [act(kit), act(kit, "type"), DONE])
    made = kit.lib("decisions_tool_runner", "DecisionsToolRunner")(
        observe=kit.says(observe, "observe"),
        candidates=kit.flavored(lambda seen: candidates(seen)),
        verify=None if verify is None else kit.says(verify, "verify"),
    )
    options.setdefault("on_diagnostic", kit.diagnostic)
    return await kit.take(made.run(kit.client, params, **options))


RUNS: dict[str, tuple[list[Answer], dict[str, Any]]] = {
    "done": ([decision("stop")], {}),
    "an action": ([decision("click"), decision("type"), decision("stop")], {}),
    "verified": ([decision("click"), decision("stop")], {"verify": True}),
    "not verified": ([decision("stop"), decision("stop")], {"verify": False, "max_steps": 2}),
    "verification of no kind": ([decision("stop")], {"verify": 1}),
    "refused": ([decision("click"), REFUSAL], {}),
    "limit": ([decision("click"), decision("click")], {"max_steps": 2}),
    "unknown choice": ([decision("x")], {}),
    "another question": ([decision("stop", name="x")], {}),
    "no confidence": ([decision("stop", confidence=True)], {}),
    "malformed chance": ([decision("stop", probabilities=[{"value": 1, "probability": 1}])], {}),
    "no usage": ([{**decision("stop"), "usage": None}], {}),
    "two answers": ([{**decision("stop"), "answers": decision("stop")["answers"] * 2}], {}),
    "API error": ([decision("click"), ValueError("x")], {}),
    "parts": (
        [decision("stop")],
        {"observe": lambda: iter([{"type": "input_text", "text": "a"}])},
    ),
    "malformed parts": ([], {"observe": lambda: [{"type": "input_image", "image_url": 1}]}),
    "no steps": ([], {"max_steps": 0}),
    "only done": ([], {"candidates": lambda _: [DONE]}),
    "only done, not verified": ([], {"candidates": lambda _: [DONE], "verify": False}),
    "no candidates": ([], {"candidates": lambda _: []}),
    "two done": ([], {"candidates": lambda _: [DONE, {**DONE, "id": "x"}]}),
    "same ids": ([], {"candidates": lambda _: [DONE, DONE]}),
    "blank": ([], {"candidates": lambda _: [{**DONE, "id": " "}]}),
    "unknown member": ([], {"candidates": lambda _: [{**DONE, "x": 1}]}),
    "done with an executor": ([], {"candidates": lambda _: [{**DONE, "execute": print}]}),
    "no executor": ([], {"candidates": lambda _: [DONE, {"id": "a", "description": "b"}]}),
    "params": ([], {"params": {**ASK, "x": 1}}),
    "identified": ([decision("stop")], {"params": {**ASK, "safety_identifier": "me"}}),
}


@pytest.mark.parametrize("name", RUNS)
def test_runs(name: str) -> None:
    answers, options = RUNS[name]
    same(lambda kit: run(kit, **options), answers, ("wire", "sync wire", "async", "sync"))


def test_executor_that_fails() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def scenario(kit: Kit) -> Any:
        return await run(kit, candidates=lambda _: [act(kit, execute=kit.flavored(fail)), DONE])

    same(scenario, [decision("click")])


def test_executor_of_the_other_kind() -> None:
    async def execute() -> None: ...

    async def scenario(kit: Kit) -> Any:
        return await run(kit, candidates=lambda _: [act(kit, execute=execute), DONE])

    account = same(scenario, [decision("click"), decision("stop")])
    assert account["result"][2]["reason"] == "async_executor"


def test_cancelled() -> None:
    async def scenario(kit: Kit, after: int) -> Any:
        left = iter(range(after))
        return await run(kit, cancelled=lambda: next(left, None) is None, verify=True)

    for after in range(14):
        same(partial(scenario, after=after), [decision("click"), decision("stop")])

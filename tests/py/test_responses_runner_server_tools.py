"""The Responses tool runner beside server tools: shapes, approvals, what is not let through."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from responses_runs import (
    ANSWER,
    ASK,
    FINAL,
    MCP,
    SEARCH,
    asked,
    done,
    run,
)
from runner_kit import Answer, Kit, same

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

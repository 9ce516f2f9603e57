"""What a model says in the tests of the Responses tool runner, and how the runner is called."""

from __future__ import annotations

from typing import Any

import pydantic

from response_events import USAGE, call, item, message, response, text, whole
from runner_kit import Kit

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


def fails(_: Any) -> Any:
    raise ZeroDivisionError("secret")


def streamed(*output: dict[str, Any], final: Any = None) -> list[str]:
    done_items = [item("done", each, index) for index, each in enumerate(output)]
    return whole(*done_items, output=list(output) if final is None else final)


MCP: Any = {
    "type": "mcp",
    "server_label": "s",
    "server_url": "https://u:p@mcp.test/x?token=1&a=b#f",
    "authorization": "secret",
}

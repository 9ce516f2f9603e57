"""Events for the accumulator of a lane: what a server sends, and what none should."""

from __future__ import annotations

from random import Random
from typing import Any

from response_events import CUSTOM, MISSING, REASONING, call, item, life, message, response, text

CITATION = {"type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 1}
LOGPROB = {"token": "x", "logprob": -0.5, "top_logprobs": []}
SHELL = {
    "type": "shell_call",
    "id": "sh",
    "call_id": "call_sh",
    "status": "in_progress",
    "action": {"commands": ["ls"], "max_output_length": None, "timeout_ms": None},
}
PRINTED = {"type": "shell_call_output", "id": "so", "call_id": "call_sh", "output": []}
CONTENT = {"stdout": "o", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
CODE = {"type": "code_interpreter_call", "id": "ci", "container_id": "c", "status": "in_progress"}
THOUGHT = {"type": "reasoning_text", "text": "Hm"}
SUMMARY = {"type": "summary_text", "text": "S"}
MCP = {"type": "mcp_call", "id": "mcp", "name": "n", "server_label": "s", "arguments": "{"}
SEARCH = {"type": "web_search_call", "id": "ws", "status": "in_progress", "action": None}
REFUSAL = {"type": "refusal", "refusal": "N"}


def on(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    known = {**event, "type": f"response.{event['type']}", "sequence_number": 0, **more}
    return {name: value for name, value in known.items() if value is not MISSING}


def at(kind: str, item_id: Any = "msg_1", index: Any = 0, **more: Any) -> dict[str, Any]:
    """An event about an item; `content_index` is 0 where it is not given."""
    return on({"type": kind, "output_index": index, "item_id": item_id, "content_index": 0, **more})


BEGUN = on(life("created", response()))
DONE = on(life("completed", response([message(text("Hi"))], "completed")))
ERROR = {"type": "error", "code": "c", "message": "no", "param": None, "sequence_number": 1}

SEQUENCES: dict[str, list[Any]] = {
    "refusal that continues its part": [
        BEGUN,
        on(item("added", message(REFUSAL))),
        at("refusal.delta", delta="o."),
        at("refusal.delta", delta="."),
        at("refusal.done", refusal="No."),
        at("refusal.delta", index=0, content_index=3, delta="later"),
        at("content_part.done", part=REFUSAL),
    ],
    "refusal in a text": [
        on(item("added", message(text("Hi")))),
        at("refusal.delta", delta="No."),
        at("refusal.delta", item_id="other", delta="No."),
    ],
    "several outputs at once": [
        BEGUN,
        on(item("added", message(), 2)),
        on(item("added", call(), 0)),
        at("output_text.delta", index=2, delta="b", content_index=1),
        at("function_call_arguments.delta", "fc_1", 0, delta='{"a"'),
        at("output_text.delta", index=2, delta="a", logprobs=[LOGPROB]),
        at("custom_tool_call_input.delta", "ct", 10**30, delta="x"),
        at("mcp_call_arguments.delta", "mcp", 7, delta="{"),
        at("function_call_arguments.done", "fc_1", 0, arguments='{"a": 1}', name="weather"),
        at("mcp_call_arguments.done", "mcp", 7, arguments="{}"),
        at("custom_tool_call_input.done", "ct", 10**30, input="xy"),
        at("output_text.done", index=2, text="ab", logprobs=[]),
    ],
    "reasoning": [
        on(item("added", REASONING)),
        at("reasoning_summary_part.added", "rs_1", summary_index=0, part={**SUMMARY, "text": ""}),
        at("reasoning_summary_text.delta", "rs_1", summary_index=0, delta="So"),
        at("reasoning_summary_text.delta", "rs_1", summary_index=0, delta="!"),
        at("reasoning_summary_text.delta", "rs_1", summary_index=1, delta="too far"),
        at("reasoning_summary_text.done", "rs_1", summary_index=0, text="So."),
        at("reasoning_summary_part.done", "rs_1", summary_index=0, part=SUMMARY),
        at("reasoning_summary_part.done", "rs_1", summary_index=1, part=SUMMARY),
        at("reasoning_summary_part.added", "rs_1", summary_index=1, part=THOUGHT),
        at("reasoning_text.delta", "rs_1", delta="no part yet"),
        at("content_part.added", "rs_1", part=THOUGHT),
        at("content_part.added", "rs_1", content_index=2, part=THOUGHT),
        at("reasoning_text.delta", "rs_1", delta="..."),
        at("reasoning_text.delta", "rs_2", delta="of another"),
        at("reasoning_text.done", "rs_1", text="Hm."),
        at("output_text.annotation.added", "rs_1", annotation_index=1, annotation=CITATION),
        on(item("done", {**REASONING, "content": [THOUGHT, None], "summary": [SUMMARY]})),
        at("reasoning_summary_text.delta", "rs_1", summary_index=0, delta="+"),
        at("output_text.annotation.added", "rs_1", annotation_index=1, annotation=CITATION),
    ],
    "annotations and logprobs": [
        BEGUN,
        at("output_text.annotation.added", annotation_index=0, annotation=CITATION),
        on(item("added", message(text("x", annotations=[CITATION])))),
        at("output_text.annotation.added", annotation_index=3, annotation=CITATION),
        at("output_text.annotation.added", "other", annotation_index=4, annotation=CITATION),
        at("output_text.annotation.added", annotation_index=-1, annotation=CITATION),
        at("output_text.annotation.added", annotation_index=1, content_index=5),
        at("output_text.annotation.added", annotation_index=1, annotation={}, stream_id="b"),
        at("output_text.delta", delta="y", logprobs=[LOGPROB]),
        at("output_text.delta", delta="z", logprobs=[LOGPROB, LOGPROB]),
        at("output_text.done", text="xyz", logprobs=None),
        DONE,
    ],
    "shell": [
        on(item("added", PRINTED, 1)),
        at("shell_call_output_content.delta", "so", 1, command_index=8, delta={"stdout": "a"}),
        on(item("added", SHELL)),
        at("shell_call_command.added", MISSING, command_index=1, command="cat"),
        at("shell_call_command.added", MISSING, command_index=3, command="far"),
        at("shell_call_command.delta", MISSING, command_index=1, delta=" f"),
        at("shell_call_command.delta", "other", command_index=0, delta=" -l"),
        at("shell_call_command.done", MISSING, command_index=1, command="cat g"),
        at("shell_call_command.done", MISSING, command_index=2, command="none"),
        at("shell_call_output_content.delta", "so", 1, command_index=1, delta={"stderr": "e"}),
        at("shell_call_output_content.delta", "so", 1, command_index=1, delta={"stdout": 1}),
        at("shell_call_output_content.delta", "so", 1, command_index=0, delta={}),
        at("shell_call_output_content.done", "so", 1, command_index=1, output=[CONTENT]),
        at("shell_call_output_content.done", "so", 1, command_index=0, output=[{"stdout": "x"}]),
        at("shell_call_output_content.done", "so", 1, command_index=0, output=[None]),
        at("shell_call_output_content.delta", "so", 1, command_index=1, delta={"stdout": "+"}),
        at("shell_call_output_content.delta", "so", 1, command_index=2, delta={"stdout": "+"}),
        on(item("done", {**SHELL, "id": "sh2", "action": None})),
        at("shell_call_command.added", MISSING, command_index=0, command="none"),
        at("shell_call_output_content.delta", "so", 1, command_index=9, delta={"stdout": "+"}),
    ],
    "code and statuses": [
        on(item("added", CODE)),
        at("code_interpreter_call_code.delta", "ci", delta="1 "),
        at("code_interpreter_call_code.delta", "ci", delta="+ 1"),
        at("code_interpreter_call.interpreting", "ci"),
        at("code_interpreter_call.completed", "other"),
        at("code_interpreter_call_code.done", "ci", code="1 + 2"),
        on(item("added", SEARCH, 1)),
        at("web_search_call.searching", "ws", 1),
        at("file_search_call.searching", "ws", 1),
        at("image_generation_call.generating", "ws", 9),
        on(item("added", MCP, 2)),
        at("mcp_call.failed", "mcp", 2),
    ],
    "ids that change": [
        at("output_text.delta", "", delta="a"),
        at("output_text.delta", "m1", delta="b"),
        at("output_text.delta", "m2", delta="c"),
        at("output_text.delta", "m1", delta="of one replaced"),
        on(item("done", message(text("late"), item_id="m1"))),
        on(item("done", message(text("m3"), item_id="m3"))),
        at("refusal.done", "m2", refusal="late"),
        on(item("added", call(item_id=MISSING), 1)),
        at("output_text.delta", "fc", 1, delta="not a call's"),
        at("function_call_arguments.delta", "fc", 1, delta="x"),
        at("function_call_arguments.delta", "fc2", 1, delta="y"),
        on(item("added", {**CUSTOM, "id": None}, 2)),
        at("custom_tool_call_input.delta", "c1", 2, delta="y"),
    ],
    "not for us": [
        {"type": "response.something_new", "stream_id": 5},
        on({"type": "audio.delta", "delta": "x"}, stream_id="z"),
        at("mcp_call.completed", stream_id="z"),
        {"type": None},
        {},
    ],
    "lanes": [
        {**BEGUN, "stream_id": "a"},
        {**BEGUN, "stream_id": "b"},
        {**BEGUN, "stream_id": 1},
        BEGUN,
        {**ERROR, "stream_id": "b"},
        {**DONE, "stream_id": "a"},
        {**DONE, "stream_id": "b"},
        {**DONE, "stream_id": "a"},
        "reset",
        BEGUN,
    ],
    "errors": [BEGUN, ERROR, at("output_text.delta", delta="x"), ERROR, "reset", DONE, ERROR],
    "after the end": [
        BEGUN,
        on(life("incomplete", response(None, "incomplete"))),
        at("output_text.delta", delta="x"),
        at("output_text.annotation.added", annotation_index=0, annotation=CITATION),
        on(life("failed", response())),
        "reset",
        on(life("failed", response([message(REFUSAL)], "failed"))),
    ],
    "another response": [
        BEGUN,
        on(life("completed", {**response(id="resp_2"), "output": 7})),
        on(life("in_progress", response(None, id=None))),
        on(life("in_progress", response([call(), None]))),
        on(life("in_progress", response(None, id=""))),
        on(life("completed", response([]))),
    ],
    "responses that are none": [
        on(life("created", None)),
        on(life("created", {**response(), "output": 5})),
        on(life("created", response(id=5))),
        on(life("created", response([{"id": "x"}]))),
        on(life("completed", response([{"type": "message", "content": 1}]))),
        DONE,
        "reset",
        on(life("failed", response(id=5))),
        DONE,
        "reset",
        on({"type": "completed"}),
        at("output_text.delta", delta="x"),
    ],
    "items that are none": [
        on(item("added", None)),
        on(item("added", {"id": "x"})),
        on(item("added", message(), -1)),
        on(item("added", message(), True)),
        on(item("added", message(content=None))),
        on(item("added", message(content=MISSING))),
        on(item("added", message(None, {"type": "output_text", "text": None}))),
        on(item("added", message({"text": "no type"}))),
        on(item("added", call(5))),
        on(item("added", {"type": "new_kind", "id": "n", "x": {"y": [1]}})),
        on(item("added", {**REASONING, "summary": None, "content": 5}, 1)),
        at("reasoning_summary_text.delta", "rs_1", 1, summary_index=0, delta="x"),
        on(item("added", {**REASONING, "summary": [5, {"text": None}]}, 1)),
        at("reasoning_summary_text.delta", "rs_1", 1, summary_index=0, delta="x"),
        at("reasoning_summary_text.delta", "rs_1", 1, summary_index=1, delta="x"),
        at("reasoning_summary_text.done", "rs_1", 1, summary_index=1, text="x"),
        at("reasoning_summary_text.delta", "rs_1", 1, summary_index=1, delta="x"),
    ],
    "values that are none": [
        at("output_text.delta", delta=None),
        at("output_text.delta", None, delta="x"),
        at("output_text.done", text=3),
        at("refusal.delta", content_index="0", delta="x"),
        at("content_part.added", part=None),
        at("content_part.added", part={"type": "output_text"}),
        at("content_part.added", part={"type": "refusal", "refusal": None}),
        at("refusal.delta", delta="x"),
        at("refusal.done", refusal="x"),
        at("refusal.delta", delta="y"),
        at("function_call_arguments.done", arguments=None),
        at("custom_tool_call_input.done", index=None, input="x"),
    ],
}

_ITEMS = (message(text("t")), message(REFUSAL), call("{"), CUSTOM, MCP, SHELL, PRINTED, CODE)
_TEXT_EVENTS = {
    "output_text.delta": "delta",
    "output_text.done": "text",
    "refusal.delta": "delta",
    "refusal.done": "refusal",
    "function_call_arguments.delta": "delta",
    "function_call_arguments.done": "arguments",
    "mcp_call_arguments.delta": "delta",
    "custom_tool_call_input.delta": "delta",
    "custom_tool_call_input.done": "input",
    "reasoning_summary_text.delta": "delta",
    "reasoning_summary_text.done": "text",
    "reasoning_text.delta": "delta",
    "reasoning_text.done": "text",
    "code_interpreter_call_code.delta": "delta",
    "code_interpreter_call_code.done": "code",
    "shell_call_command.added": "command",
    "shell_call_command.delta": "delta",
    "shell_call_command.done": "command",
}


def random_event(random: Random) -> Any:
    """Of few items, so that events meet; seldom one that ends the response."""
    index = random.choice((0, 0, 1, 2))
    name = random.choice(("a", "a", "b", ""))
    position = random.choice((0, 0, 1))
    where: dict[str, Any] = {"content_index": position, "output_index": index, "item_id": name}
    where |= {"summary_index": position, "command_index": position}
    choice = random.random()
    if choice < 0.5:
        kind, value = random.choice(tuple(_TEXT_EVENTS.items()))
        return on({"type": kind, value: random.choice(("x", "y", "", 1)), **where})
    if choice < 0.7:
        thinking = {**REASONING, "content": [THOUGHT], "summary": [SUMMARY]}
        given = {**random.choice((*_ITEMS, thinking)), "id": name}
        return on(item(random.choice(("added", "done")), given, index))
    if choice < 0.8:
        part = random.choice((text("p"), REFUSAL, THOUGHT))
        return on({"type": "content_part.added", "part": part, **where})
    if choice < 0.85:
        added = {"annotation_index": position, "annotation": CITATION}
        return on({"type": "output_text.annotation.added", **added, **where})
    if choice < 0.9:
        delta = random.choice(({"stdout": "o"}, {"stderr": "e"}))
        return on({"type": "shell_call_output_content.delta", "delta": delta, **where})
    if choice < 0.94:
        return on({"type": "shell_call_output_content.done", "output": [CONTENT], **where})
    if choice < 0.98:
        return on(life("in_progress", response(random.choice((None, None, [call("{")])))))
    return random.choice((DONE, ERROR, "reset", "reset", "reset"))

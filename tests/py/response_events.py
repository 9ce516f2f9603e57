"""Streams of response events, as JSON texts."""

from __future__ import annotations

import itertools
import json
from typing import Any

WEATHER = '{"city": "Zürich", "units": "c"}'
MISSING: Any = object()


def response(output: Any = (), status: str = "in_progress", **more: Any) -> dict[str, Any]:
    whole = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "model": "gpt-4o",
        "status": status,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "output": output if output is None else list(output),
        **more,
    }
    return {name: value for name, value in whole.items() if value is not MISSING}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": value, "annotations": [], **more}


def message(*content: dict[str, Any], item_id: str = "msg_1", **more: Any) -> dict[str, Any]:
    status = "completed" if content else "in_progress"
    return {
        "type": "message",
        "id": item_id,
        "role": "assistant",
        "status": status,
        "content": list(content),
        **more,
    }


def call(arguments: str = "", item_id: Any = "fc_1", **more: Any) -> dict[str, Any]:
    item = {
        "type": "function_call",
        "id": item_id,
        "call_id": "call_1",
        "name": "weather",
        "arguments": arguments,
        **more,
    }
    return {name: value for name, value in item.items() if value is not MISSING}


def stream(*events: dict[str, Any]) -> list[str]:
    """The events with their numbers; `type` without its `response.`."""
    numbers = itertools.count()
    return [
        json.dumps({**e, "type": f"response.{e['type']}", "sequence_number": next(numbers)})
        for e in events
    ]


def life(kind: str, whole: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "response": whole}


def item(kind: str, value: Any, index: int = 0) -> dict[str, Any]:
    event = {"type": f"output_item.{kind}", "output_index": index, "item": value}
    return {name: value for name, value in event.items() if value is not MISSING}


def part(kind: str, index: int = 0, **more: Any) -> dict[str, Any]:
    event = {"type": kind, "output_index": index, "content_index": 0, "item_id": "msg_1", **more}
    return {name: value for name, value in event.items() if value is not MISSING}


def said(*texts: str, index: int = 0, **more: Any) -> list[dict[str, Any]]:
    """A message with one text, piece by piece."""
    whole = "".join(texts)
    return [
        item("added", message(**more), index),
        part("content_part.added", index, part=text("")),
        *(part("output_text.delta", index, delta=each, logprobs=[]) for each in texts),
        part("output_text.done", index, text=whole, logprobs=[]),
        part("content_part.done", index, part=text(whole)),
        item("done", message(text(whole), **more), index),
    ]


def called(*fragments: str, index: int = 0, **more: Any) -> list[dict[str, Any]]:
    whole = "".join(fragments)
    known = {"output_index": index, "item_id": "fc_1"}
    return [
        item("added", call(**more), index),
        *({"type": "function_call_arguments.delta", "delta": f, **known} for f in fragments),
        {"type": "function_call_arguments.done", "arguments": whole, "name": "weather", **known},
        item("done", call(whole, **more), index),
    ]


def whole(*middle: dict[str, Any], output: Any, **more: Any) -> list[str]:
    return stream(
        life("created", response()),
        life("in_progress", response()),
        *middle,
        life("completed", response(output, "completed", **more)),
    )


PIECES = (WEATHER[:3], WEATHER[3:9], WEATHER[9:])
USAGE = {
    "input_tokens": 1,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 2,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 3,
}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": []}
REFUSED = {"type": "refusal", "refusal": "No."}
CUSTOM = {"type": "custom_tool_call", "id": "ct_1", "call_id": "c", "name": "x", "input": ""}

STREAMS: dict[str, list[str]] = {
    "text": whole(*said("Hel", "lo"), output=[message(text("Hello"))], usage=USAGE),
    "json": whole(*said(*PIECES), output=[message(text(WEATHER))]),
    "no JSON": whole(*said("a"), output=[message(text("a"))]),
    "only thinking aloud": whole(
        *said("Hm", phase="commentary"), output=[message(text("Hm"), phase="commentary")]
    ),
    "final answer": whole(
        *said(*PIECES, phase="final_answer"), output=[message(text(WEATHER), phase="final_answer")]
    ),
    "call": whole(*called(*PIECES), output=[call(WEATHER)]),
    "call in a namespace": whole(
        *called(*PIECES, namespace="weather"), output=[call(WEATHER, namespace="weather")]
    ),
    "call elsewhere": whole(
        *called(*PIECES, namespace="other"), output=[call(WEATHER, namespace="other")]
    ),
    "call that gets its id at the end": whole(
        item("added", call(item_id=MISSING)), item("done", call(WEATHER)), output=[call(WEATHER)]
    ),
    "call under another id": whole(
        item("added", call()), item("done", call(WEATHER, "fc_2")), output=[call(WEATHER)]
    ),
    "refusal": whole(
        item("added", message()),
        part("content_part.added", part={"type": "refusal", "refusal": ""}),
        part("refusal.delta", delta="No."),
        part("refusal.done", refusal="No."),
        item("done", message(REFUSED)),
        output=[message(REFUSED)],
    ),
    "reasoning, a text, a call": whole(
        item("added", REASONING),
        item("done", REASONING),
        *said(*PIECES, index=1),
        *called(*PIECES, index=2),
        item("added", CUSTOM, 3),
        {"type": "custom_tool_call_input.delta", "output_index": 3, "item_id": "c", "delta": "x"},
        item("done", CUSTOM, 3),
        output=[REASONING, message(text(WEATHER)), call(WEATHER), CUSTOM],
    ),
    "output left out at the end": whole(*said(*PIECES), output=None),
    "gap in the indexes": whole(
        item("added", MISSING), *said("Hi", index=1), *called(*PIECES, index=4), output=None
    ),
    "item that is null": whole(
        item("added", None), *said("Hi", index=1), output=[message(text("Hi"))]
    ),
    "output already there": stream(
        life("created", response([message()])),
        part("content_part.added", part=text("")),
        part("output_text.delta", delta="Hi", logprobs=[]),
        item("done", message(text("Hi"))),
        life("in_progress", response([message(text("Hi!"))])),
        life("completed", response(None, "completed")),
    ),
    "output left out everywhere": stream(
        life("created", response(None)),
        life("queued", response(None, "queued")),
        *said("Hi"),
        *called(PIECES[0], index=1)[:2],
        life("incomplete", response(None, "incomplete")),
    ),
    "failed": stream(
        life("created", response()),
        *said("Hi")[:3],
        life("failed", response(None, "failed", error={"code": "server_error", "message": "m"})),
    ),
    "incomplete": stream(
        life("created", response()),
        *said("Hi")[:3],
        life("incomplete", response([message(text("Hi"))], "incomplete")),
    ),
    "unknown members": whole(
        item("added", message(x=1)),
        part("content_part.added", part=text("", y=2)),
        part("output_text.delta", delta="a", logprobs=[], obfuscation="abc"),
        item("done", message(text("a", y=2), x=1)),
        output=[message(text("a", y=2), x=1)],
        z=3,
    ),
    "logprobs": whole(
        item("added", message()),
        part("content_part.added", part=text("")),
        part("output_text.delta", delta="a", logprobs=[{"token": "a", "logprob": -1}]),
        part("output_text.done", text="a", logprobs=[{"token": "a", "logprob": -1}]),
        part("output_text.delta", delta="b", logprobs=MISSING),
        output=[message(text("a"))],
    ),
    "nothing at first": stream(*said("Hi")),
    "another response": stream(
        life("created", response()), life("in_progress", response(id="resp_2"))
    ),
    "index twice": whole(*said("a"), *said("b"), output=None),
    "item twice": whole(*said("a"), *said("b", index=1), output=None),
    "item that changes": whole(
        item("added", message()), item("done", message(item_id="msg_2")), output=None
    ),
    "unfinished item": whole(*said("a")[:3], output=None),
    "text before its item": whole(*said("a")[1:], output=None),
    "listed twice": stream(
        life("created", response()), life("in_progress", response([message(), message()]))
    ),
    "no end": stream(life("created", response()), *said("Hi")),
    "events of unknown kinds": whole(
        {"type": "something.new", "output_index": 0}, *said("Hi"), output=[message(text("Hi"))]
    ),
}

"""What events of a lane add up to: after every one of them, the same as officially."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import FrozenInstanceError, asdict
from random import Random
from typing import Any

import pytest

from accumulator_events import SEQUENCES, random_event
from both_packages import described
from openai_native.lib.responses_websocket import (
    ResponsesWebSocketAccumulator,
    ResponsesWebSocketError,
)
from response_events import STREAMS

Events = Sequence[dict[str, Any]]


def typed(package: str, event: dict[str, Any]) -> Any:
    module = importlib.import_module(f"{package}.types.responses.responses_server_event")
    models = importlib.import_module(f"{package}._models")
    return models.construct_type(type_=module.ResponsesServerEvent, value=event)


def attempt(action: Any, *arguments: Any) -> Any:
    try:
        return described(action(*arguments))
    except Exception as error:
        return ["raised", type(error).__name__, described(getattr(error, "event", None))]


def visible(accumulator: Any) -> dict[str, Any]:
    snapshot = accumulator.snapshot()
    return {
        "snapshot": asdict(snapshot),
        "text": snapshot.output_text,
        "details": accumulator.detailed_snapshot(),
        "final": attempt(accumulator.get_final_response),
    }


def steps(package: str, events: Iterable[Any]) -> list[Any]:
    """What every event did, and what was to be seen then."""
    library = importlib.import_module(f"{package}.lib.responses_websocket")
    accumulator = library.ResponsesWebSocketAccumulator()
    seen = [visible(accumulator)]
    for event in events:
        before = described(event)
        if event == "reset":
            accumulator.reset()
            seen.append(visible(accumulator))
            continue
        seen.append([attempt(accumulator.add_event, event), visible(accumulator)])
        assert described(event) == before
    return seen


def same(events: Events, *, models: bool = True) -> list[Any]:
    """Ours, after a comparison with the official steps."""

    def given(package: str) -> list[Any]:
        return [typed(package, e) if models and isinstance(e, dict) else e for e in events]

    ours = steps("openai_native", given("openai_native"))
    official = steps("openai", given("openai"))
    for number, (mine, theirs) in enumerate(zip(ours, official, strict=True)):
        assert mine == theirs, f"after {number} of {events}"
    return ours


def test_streams() -> None:
    last = {name: same([json.loads(each) for each in STREAMS[name]])[-1][1] for name in STREAMS}
    assert last["text"]["text"] == "Hello"
    assert last["text"]["snapshot"]["terminal_type"] == "response.completed"


def test_sequences() -> None:
    for events in SEQUENCES.values():
        same(events)


def test_events_without_models() -> None:
    """Events may be dictionaries; then a response is no response."""
    for events in SEQUENCES.values():
        same(events, models=False)


def test_any_order() -> None:
    random = Random(1)
    for _ in range(20):
        same([random_event(random) for _ in range(60)])


def test_what_is_handed_out_is_the_callers_own() -> None:
    events = [typed("openai_native", e) for e in SEQUENCES["annotations and logprobs"]]
    accumulator = ResponsesWebSocketAccumulator()
    for event in events[:-1]:
        accumulator.add_event(event)
    before = visible(accumulator)
    snapshot = accumulator.snapshot()
    assert hash(snapshot) == hash(accumulator.snapshot())
    with pytest.raises(FrozenInstanceError):
        snapshot.stream_id = "other"
    wreck(accumulator.detailed_snapshot())
    assert visible(accumulator) == before
    accumulator.add_event(events[-1])
    accumulator.get_final_response().output.clear()
    assert accumulator.get_final_response().output
    accumulator.reset()
    assert asdict(snapshot) == before["snapshot"]


def wreck(value: Any) -> None:
    if isinstance(value, (dict, list)):
        for child in list(value.values() if isinstance(value, dict) else value):
            wreck(child)
        value.clear()


def test_errors_name_what_is_wrong() -> None:
    accumulator = ResponsesWebSocketAccumulator()
    delta = {"type": "response.output_text.delta", "output_index": 0, "content_index": 0}
    bad: list[tuple[dict[str, Any], str]] = [
        ({"delta": 1, "item_id": "i"}, "delta must be a string, not int"),
        ({"delta": "x", "item_id": None}, "item_id must be a string, not NoneType"),
        ({"delta": "x", "item_id": "i", "content_index": -1}, "content_index must be a non-neg"),
        ({"delta": "x", "item_id": "i", "stream_id": 1}, "stream_id must be a string, not int"),
    ]
    for more, message in bad:
        with pytest.raises(ValueError, match=message):
            accumulator.add_event({**delta, **more})
    with pytest.raises(RuntimeError, match="No terminal event"):
        accumulator.get_final_response()
    error: Any = {"type": "error", "code": "c", "message": "no"}
    for action, *arguments in (accumulator.add_event, error), (accumulator.get_final_response,):
        with pytest.raises(ResponsesWebSocketError) as caught:
            action(*arguments)
        assert caught.value.event is error

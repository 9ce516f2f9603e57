"""The native builder itself: that it does the usual work alone, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import threading
from typing import Any

import pytest

from openai_native._core import build
from openai_native._models import BaseModel
from payloads import odd_json
from payloads.api_types import SAMPLES

_ROUNDS = 300


def _our(place: str) -> Any:
    module, name = place.split(":")
    return getattr(importlib.import_module(f"openai_native.{module}"), name)


def _python_calls(annotation: Any, text: bytes) -> list[str]:
    """The Python functions that run while `text` is built."""
    called: list[str] = []

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            called.append(frame.f_code.co_name)

    build(annotation, text)
    sys.setprofile(watch)
    try:
        build(annotation, text)
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("place", SAMPLES)
def test_usual_answers_need_no_python(place: str) -> None:
    # Invented tags and missing members are among them.
    for value in SAMPLES[place]:
        assert _python_calls(_our(place), odd_json.text(value)) == [], value


def test_what_python_decides_is_noticed() -> None:
    class Timed(BaseModel):
        limit: int | None = None

    assert _python_calls(Timed, b'{"limit": 1}') == []
    assert "construct_type" in _python_calls(Timed, b'{"limit": "1"}')


@pytest.mark.parametrize("place", SAMPLES)
def test_nothing_is_left_behind(place: str) -> None:
    annotation = _our(place)
    texts = [odd_json.text(value) for value in SAMPLES[place]]
    texts += [odd_json.text({**v, "zz": [v]}) for v in SAMPLES[place] if isinstance(v, dict)]

    def many() -> None:
        for _ in range(_ROUNDS):
            for text in texts:
                build(annotation, text)

    many()
    gc.collect()
    before = sys.getallocatedblocks()
    none_before = sys.getrefcount(None)
    many()
    gc.collect()
    assert abs(sys.getallocatedblocks() - before) < _ROUNDS
    assert abs(sys.getrefcount(None) - none_before) < _ROUNDS


def test_failures_leave_nothing_behind() -> None:
    annotation = _our("types.chat:ChatCompletion")
    text = b'{"choices": [{"message": {"content": "x"}}], "_fields_set": 3}'

    def many() -> None:
        for _ in range(_ROUNDS):
            with pytest.raises(AttributeError):
                build(annotation, text)

    many()
    gc.collect()
    before = sys.getallocatedblocks()
    many()
    gc.collect()
    assert abs(sys.getallocatedblocks() - before) < _ROUNDS


def test_objects_are_known_to_the_collector() -> None:
    place = "types.chat:ChatCompletion"
    made = build(_our(place), odd_json.text(SAMPLES[place][0]))
    for each in (made, made.__dict__, made.choices, made.choices[0], made.usage):
        assert gc.is_tracked(each)
    made.choices[0].cycle = made
    gc.collect()
    del made, each
    assert gc.collect() > 0


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_stays_as_it_was(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        for text in (b"{}", b'{"choices": "x", "usage": 7}', b'{"_fields_set": {"a": 1}}'):
            with contextlib.suppress(AttributeError):
                build(_our("types.chat:ChatCompletion"), text)
            assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_mutable_defaults_are_not_shared() -> None:
    class Holder(BaseModel):
        items: list[int] = []  # noqa: RUF012
        table: dict[str, list[int]] = {"a": [1]}  # noqa: RUF012

    first, second = build(Holder, b"{}"), build(Holder, b"{}")
    first.items.append(1)
    first.table["a"].append(2)
    first.model_fields_set.add("items")
    assert (second.items, second.table, second.model_fields_set) == ([], {"a": [1]}, set())
    assert build(Holder, b"{}").model_fields_set == set()


def test_first_use_from_many_threads() -> None:
    classes = [
        type(f"Fresh{i}", (BaseModel,), {"__annotations__": {"x": int | None, "y": list[str]}})
        for i in range(20)
    ]
    failed: list[BaseException] = []

    def use() -> None:
        try:
            for cls in classes:
                made = build(cls, b'{"x": 1, "y": ["a"]}')
                assert type(made) is cls and (made.x, made.y) == (1, ["a"])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []

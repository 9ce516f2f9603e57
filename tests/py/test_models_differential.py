"""The same JSON through the official package, our `construct_type` and our native builder: nothing
that a program can see of the objects may differ.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import openai._models as official
import openai._utils
import pydantic
import pytest

from openai_native import _models as ours
from openai_native._core import build
from openai_native._utils import PropertyInfo
from payloads import odd_json, odd_models
from payloads.api_types import PAGES, SAMPLES, TYPES
from payloads.compare import attempt, snapshot, uses
from payloads.from_types import Maker, model_classes
from payloads.mutations import ODD_VALUES, extended, places, removed, replaced, spoiled
from payloads.random_json import random_value, torn

# Raise it to search further: more payloads for each type, from other seeds.
EFFORT = int(os.environ.get("DIFFERENTIAL_EFFORT", "1"))

_counts: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _print_total(request: pytest.FixtureRequest) -> Iterator[None]:
    _counts.clear()
    yield
    plugins = request.config.pluginmanager
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        total = f"{_counts['same']} of {_counts['all']} payloads give the same"
        plugins.getplugin("terminalreporter").write_line(f"\n{total}")


def _find(package: str, place: str) -> Any:
    module, name = place.split(":")
    return getattr(importlib.import_module(f"{package}.{module}"), name)


def _compare(official_type: Any, our_type: Any, text: bytes) -> None:
    _counts["all"] += 1
    expected = attempt(lambda: official.construct_type(value=json.loads(text), type_=official_type))
    slow = attempt(lambda: ours.construct_type(value=json.loads(text), type_=our_type))
    fast = attempt(lambda: build(our_type, text))
    shown = f"{our_type} from {text[:2000]!r}"
    if expected[0] == "raised":
        assert (slow, fast) == (expected, expected), shown
    else:
        for actual in (slow[0], fast[0]):
            assert snapshot(actual) == snapshot(expected[0]), shown
            assert uses(actual) == uses(expected[0]), shown
        assert fast[0] == slow[0] or slow[0] != slow[0] or b"NaN" in text, shown
    _counts["same"] += 1


def _values(annotation: Any, samples: list[Any], seed: str) -> Iterator[Any]:
    """Good values and spoiled ones for one type."""
    random = Random(seed)
    good = list(samples)
    for full in (True, False) * (2 * EFFORT):
        good.append(Maker(random, full=full).value(annotation))
    for value in good:
        yield value
        yield from spoiled(value, random, 4 * EFFORT)
    yield from random.sample(ODD_VALUES, 4)


@pytest.mark.parametrize("place", TYPES)
def test_api_type(place: str) -> None:
    theirs, mine = _find("openai", place), _find("openai_native", place)
    for value in _values(theirs, SAMPLES.get(place, []), place):
        _compare(theirs, mine, odd_json.text(value))


def _page(package: str, page: str, item: str) -> Any:
    """The page class of an item's type, where pickle finds it.

    pydantic leaves it there only if nobody has made it inside a function before.
    """
    made = _find(package, page)[_find(package, item)]
    setattr(sys.modules[made.__module__], made.__name__, made)
    return made


@pytest.mark.parametrize("page, item", PAGES)
def test_page(page: str, item: str) -> None:
    theirs, mine = _page("openai", page, item), _page("openai_native", page, item)
    for value in _values(theirs, [{"data": SAMPLES.get(item, []), "has_more": True}], page + item):
        _compare(theirs, mine, odd_json.text(value))


@pytest.mark.parametrize("place", TYPES)
def test_every_class_that_a_type_reaches(place: str) -> None:
    random = Random(place)
    for theirs in model_classes(_find("openai", place)):
        module = theirs.__module__.replace("openai.", "openai_native.", 1)
        mine = getattr(importlib.import_module(module), theirs.__name__)
        value = Maker(random, full=True, depth=2).value(theirs)
        _compare(theirs, mine, odd_json.text(value))
        for spoiled_value in spoiled(value, random, EFFORT):
            _compare(theirs, mine, odd_json.text(spoiled_value))


@pytest.mark.parametrize("place", TYPES)
def test_any_json(place: str) -> None:
    """Values that have nothing to do with the type, and text that may not be JSON at all."""
    theirs, mine = _find("openai", place), _find("openai_native", place)
    random = Random(place)
    good = odd_json.text(Maker(random, full=True, depth=2).value(theirs))
    for _ in range(6 * EFFORT):
        _compare(theirs, mine, odd_json.text(random_value(random)))
        _compare(theirs, mine, torn(good, random))


def _refusal(action: Any) -> Any:
    """What a validation gives: the object, or all that pydantic says is wrong."""
    try:
        return snapshot(action())
    except pydantic.ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("place", TYPES)
def test_strict_validation(place: str) -> None:
    """What the core decoded and pydantic judges: the same objects, and the same errors."""
    theirs, mine = _find("openai", place), _find("openai_native", place)
    for value in _values(theirs, SAMPLES.get(place, []), "strict " + place):
        text = odd_json.text(value)
        expected = _refusal(lambda: official.validate_type(value=json.loads(text), type_=theirs))  # noqa: B023
        got = _refusal(lambda: ours.validate_type(value=build(object, text), type_=mine))  # noqa: B023
        _counts["all"] += 1
        assert got == expected, f"{mine} from {text[:2000]!r}"
        _counts["same"] += 1


@pytest.mark.parametrize("place", ["types.chat:ChatCompletion", "types.responses:Response"])
def test_places_spoiled(place: str) -> None:
    theirs, mine = _find("openai", place), _find("openai_native", place)
    random = Random(place)
    for value in SAMPLES[place]:
        every = list(places(value))
        for at in random.sample(every, min(len(every), 40 * EFFORT)):
            _compare(theirs, mine, odd_json.text(removed(value, at)))
            for odd in (None, *random.sample(ODD_VALUES, EFFORT)):
                _compare(theirs, mine, odd_json.text(replaced(value, at, odd)))
        _compare(theirs, mine, odd_json.text(extended(value, ())))


_their_models = odd_models.define(
    SimpleNamespace(
        BaseModel=official.BaseModel,
        GenericModel=official.GenericModel,
        PropertyInfo=openai._utils.PropertyInfo,
    )
)
_our_models = odd_models.define(
    SimpleNamespace(
        BaseModel=ours.BaseModel, GenericModel=ours.GenericModel, PropertyInfo=PropertyInfo
    )
)


@pytest.mark.parametrize("name", _our_models)
def test_odd_model(name: str) -> None:
    theirs, mine = _their_models[name], _our_models[name]
    random = Random(name)
    texts = list(odd_json.ODD_TEXTS)
    for value in [*odd_json.samples(name), *ODD_VALUES]:
        texts.append(odd_json.text(value))
        texts += map(odd_json.text, spoiled(value, random, 2 * EFFORT))
        if isinstance(value, dict):
            texts.append(odd_json.text(extended(value, ())))
    for text in texts:
        _compare(theirs, mine, text)


def test_the_request_id_is_set_as_an_attribute() -> None:
    text = odd_json.text(SAMPLES["types.chat:ChatCompletion"][0])
    theirs = official.construct_type(
        value=json.loads(text), type_=_find("openai", "types.chat:ChatCompletion")
    )
    mine = build(_find("openai_native", "types.chat:ChatCompletion"), text)
    official.add_request_id(theirs, "req_1")
    ours.add_request_id(mine, "req_1")
    assert mine._request_id == "req_1"
    assert (snapshot(mine), uses(mine)) == (snapshot(theirs), uses(theirs))


@pytest.mark.parametrize("depth", [100, 511, 513, 900])
def test_deep_nesting_is_kept(depth: int) -> None:
    text = b"[" * depth + b"]" * depth
    assert build(object, text) == json.loads(text)
    nested = build(_our_models["Parent"], b'{"deep": ' + text + b"}")
    assert nested.deep == json.loads(text)

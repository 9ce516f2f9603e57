"""JSON texts for `odd_models`: by the name of the annotation, then what all of them are given."""

from __future__ import annotations

import json
from typing import Any

_scalars = {
    "s": "text",
    "i": 3,
    "f": 2,
    "b": True,
    "any": {"a": 1},
    "anything": [1],
    "li": [1, 2],
    "bare_list": [1, "a"],
    "bare_dict": {"a": {}},
    "by_number": {"1": "one"},
    "table": {"pi": 3.14, "three": 3},
}
_exotic = {
    "when": "2024-03-22T18:11:19.117000Z",
    "day": "2024-03-22",
    "color": "red",
    "options": {"size": 3},
    "foreign": {"x": 2},
    "foreign_plain": {"x": 2},
    "point": {"x": 1},
    "pair": [1, "a"],
    "unique": [1, 2],
    "choice": "one",
    "json_": {"a": [1, {"b": "c"}]},
    "numbers": [1, 2],
    "raw": "raw",
}
_cat = {"type": "cat", "lives": 9, "name": "Tom"}
_dog = {"type": "puppy", "tricks": ["sit"]}
_fox = {"type": "fox", "sly": 1}
_zoo = {"star": _fox, "all": [_cat, _dog], "by_name": {"x": _dog}, "strict": "5", "bounded": 7}
_pets: list[Any] = [_cat, _dog, _fox, {**_cat, "claws": 5}, {"type": "loose", "x": 1}]
_tree = {"value": 1, "children": [{"next": {"value": 2}}, {"children": []}]}

SAMPLES: dict[str, list[Any]] = {
    "Aliased": [{"from": "a", "plain": 1, "schema": {"x": 1}}, {"from_": "a", "schema_": {}}],
    "Swapped": [{"first": 1, "second": 2}, {"second": 3}],
    "Defaults": [{"items": [1]}, {"number": None, "table": None, "fresh": None, "nothing": 3}],
    "Scalars": [_scalars],
    "Exotic": [_exotic, {**_exotic, "when": 1711131079, "day": 1.5, "color": "green"}],
    "Node": [_tree],
    "Box": [{"item": {"from": "a"}, "items": [1, {"from": "b"}], "maybe": "x"}],
    "Parent": [{"aliased": {"from": "x", "y": 1}, "defaults": {}, "exotic": _exotic}],
    "list": [[_tree, {}, 3]],
    "dict": [{"a": _tree, "b": {}, "c": None}],
    "Json": [{"a": ["b", 1, {"c": [[]]}]}, 1.5, "x"],
    "datetime": ["2024-03-22T18:11:19Z", 1e12, "soon"],
    "Wide": [{"f0": 1, "f69": "2"}],
    "Union": [*_pets, _zoo, {"a": 1, "b": "x"}, {"a": 1.5, "c": True}, [[1]], [_cat, {"a": 1}]],
    "": [{"x": 3}, {"x": " 3 ", "y": "4"}, {"x": -3, "z": {"x": 1}}],
}

# Texts, not values: what dict literals cannot say, and what is not JSON for everybody.
ODD_TEXTS = [
    b'{"x": 1, "x": "2"}',
    b'{"type": "cat", "type": "dog", "lives": 1}',
    b'{"from": "a", "zz": 1, "from": "b", "zz": 2}',
    b'{"a": "nope", "a": 1, "one": [], "one": 3}',
    b'{"_fields_set": null, "x": 1}',
    b'{"_fields_set": ["x"], "x": 1}',
    b'{"_fields_set": {"a": 1}, "x": 1, "type": "cat"}',
    b'{"x": 12345678901234567890123, "f": 12345678901234567890123, "value": 1e5}',
    b'{"x": -9223372036854775808, "f": 9223372036854775807, "i": 9223372036854775808}',
    b'{"f": 1' + b"0" * 400 + b"}",
    b'{"x": NaN, "f": Infinity, "a": -Infinity}',
    b'{"x": 1e400, "f": -1e400}',
    b'{"x": "\\ud800", "s": "\\udc00"}',
    b'\xef\xbb\xbf{"x": 1}',
    b'{"x": -0, "f": -0.0, "value": 1.0}',
    b' \n\t{"x" : [ ] }\r\n',
    b"",
    b"{",
    b"nonsense",
    b'{"x": 1}, ',
    b'{"x": "\xff"}',
    b"null",
    b"[]",
    b'"text"',
]


def samples(name: str) -> list[Any]:
    """Values that suit the annotation called `name`."""
    for start in SAMPLES:
        if start and name.replace("Optional[", "").startswith(start):
            return SAMPLES[start]
    return SAMPLES[""]


def text(value: Any) -> bytes:
    return json.dumps(value).encode()

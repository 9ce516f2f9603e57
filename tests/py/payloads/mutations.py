"""Every way to spoil a JSON value at one place."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

Path = tuple[Any, ...]

# What may stand where something else is expected. The strings include those that pydantic converts.
ODD_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    5,
    -1,
    1.0,
    1.5,
    1e300,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**64),
    10**40,
    "",
    "5",
    "1_000",
    " 7 ",
    "1.5",
    "yes",
    "true",
    "null",
    "nobody-knows-this-value",
    'ünïcödé \u0000 \U0001f600 \\ "',
    [],
    [None],
    [1, "a", None],
    [[]],
    [{}],
    [{"type": "text", "text": "in a list"}],
    {},
    {"type": "nobody-knows-this-type"},
    {"type": None},
    {"type": ""},
    {"nested": {"junk": [1, [2, {"deep": None}]]}},
]

EXTRA_MEMBERS: dict[str, Any] = {
    "a_new_field": "value",
    "aNewObject": {"type": "object", "list": [1, 2.5, None, {"x": True}]},
    "id_": 7,
    "": "empty key",
    "self": 1,
    "cls": 2,
    "model_fields": "shadowed",
    "_underscore": [],
    "größe": 10**30,
}


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of all values inside `value`."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in members:
        yield (*at, key)
        if isinstance(member, (dict, list)):
            yield from places(member, (*at, key))


def replaced(value: Any, at: Path, by: Any) -> Any:
    return _edited(value, at, lambda owner, key: owner.__setitem__(key, by))


def removed(value: Any, at: Path) -> Any:
    return _edited(value, at, lambda owner, key: owner.__delitem__(key))


def extended(value: Any, at: Path) -> Any:
    """With unknown members in the object at `at`, before and after its own."""
    changed = copy.deepcopy(value)
    target = changed
    for key in at:
        target = target[key]
    own = dict(target)
    target.clear()
    target.update({"zz_first": 1, **own, **EXTRA_MEMBERS})
    return changed


def _edited(value: Any, at: Path, edit: Any) -> Any:
    changed = copy.deepcopy(value)
    owner = changed
    for key in at[:-1]:
        owner = owner[key]
    edit(owner, at[-1])
    return changed


def spoiled(value: Any, random: Random, count: int) -> Iterator[Any]:
    """`count` spoiled copies of `value`: one or several things wrong with each."""
    for _ in range(count):
        changed = value
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            changed = _spoil_once(changed, random)
        yield changed


def _spoil_once(value: Any, random: Random) -> Any:
    if not isinstance(value, (dict, list)) or not value:
        return random.choice(ODD_VALUES)
    at = random.choice(list(places(value)))
    way = random.randrange(5)
    if way == 0:
        return removed(value, at)
    if way == 1:
        return replaced(value, at, None)
    if way == 2:
        owners = [(), *(p for p in places(value) if isinstance(_get(value, p), dict))]
        owners = [owner for owner in owners if isinstance(_get(value, owner), dict)]
        return extended(value, random.choice(owners)) if owners else value
    return replaced(value, at, random.choice(ODD_VALUES))


def _get(value: Any, at: Path) -> Any:
    for key in at:
        value = value[key]
    return value

"""Which members a toolset offers: what the caller chose of what its driver can do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._tool_lifecycle import Answer, AsyncAnswer, callable_flavor
from ._members import EXPLICIT, MEMBERS, NAVIGATES, PREFIX, READ_ONLY

_Answer = type[Answer] | type[AsyncAnswer]
Handlers = dict[str, Callable[..., object]]


@dataclass(frozen=True)
class Offered:
    names: frozenset[str]
    handlers: Handlers
    explicit: bool  # the caller named all of them
    confirmed_reads: frozenset[str]

    def is_disabled(self, name: str) -> bool:
        """Whether a known tool is one that the caller left out on purpose."""
        member = name.removeprefix(PREFIX)
        known = name.startswith(PREFIX) and member in MEMBERS and name not in self.names
        return known and (self.explicit or member in EXPLICIT)


def offered(
    driver: object,
    members: object,
    additional_members: object,
    confirm_reads: Any,
    answer: _Answer,
    *,
    has_confirm: bool,
    has_url_policy: bool,
) -> Offered:
    if members is not None and additional_members is not None:
        raise ValueError("Give either members or additional_members.")
    chosen, additional = _member_names(members), _member_names(additional_members)
    _check_flavor(inspect.getattr_static(driver, "state", None), "state", answer)
    wanted = chosen if chosen is not None else frozenset(MEMBERS) - EXPLICIT | (additional or set())
    required = chosen if chosen is not None else additional or frozenset()
    handlers = _handlers(driver, wanted, required, answer)
    listed = [PREFIX + "list_tabs"] if chosen is None or "list_tabs" in chosen else []
    names = frozenset([*handlers, *listed])
    reads = _confirmed_reads(confirm_reads, names)
    changing = any(name.removeprefix(PREFIX) not in READ_ONLY for name in handlers)
    if not has_confirm and (reads or changing):
        raise ValueError("Members that change something, or ask before reads, require confirm.")
    if not has_url_policy and any(PREFIX + member in names for member in NAVIGATES):
        raise ValueError("url_policy is needed for members that navigate.")
    return Offered(names, handlers, chosen is not None, reads)


def _member_names(given: object) -> frozenset[str] | None:
    if given is None:
        return None
    if not isinstance(given, Sequence) or isinstance(given, (str, bytes)):
        raise ValueError("members must be a sequence of unique fixed names: BROWSER_MEMBERS.")
    names = tuple(given)
    if any(not isinstance(n, str) or n not in MEMBERS for n in names) or len(set(names)) != len(
        names
    ):
        raise ValueError("members must be unique fixed names: BROWSER_MEMBERS.")
    return frozenset(names)


def _handlers(
    driver: object, wanted: frozenset[str], required: frozenset[str], answer: _Answer
) -> Handlers:
    handlers: Handlers = {}
    for member in MEMBERS:
        if member not in wanted or member == "list_tabs":
            continue
        method = getattr(driver, member, None)
        if callable(method):
            _check_flavor(method, member, answer)
            handlers[PREFIX + member] = method
        elif member in required:
            raise ValueError(
                f"Browser member {member!r} was chosen, and is not implemented by the driver."
            )
    return handlers


def _confirmed_reads(given: Any, names: frozenset[str]) -> frozenset[str]:
    reads = tuple(given or ())
    if (
        isinstance(given, (str, bytes))
        or len(set(reads)) != len(reads)
        or any(read not in READ_ONLY or PREFIX + read not in names for read in reads)
    ):
        raise ValueError("confirm_reads must be unique names of offered members that only read.")
    return frozenset(reads)


def _check_flavor(method: object, member: str, answer: _Answer) -> None:
    if isinstance(method, (classmethod, staticmethod)):
        method = method.__func__
    flavor = callable_flavor(method) if callable(method) else None
    if flavor is not None and flavor != answer.awaited:
        right = "AsyncBrowserToolset" if flavor else "BrowserToolset"
        raise ValueError(f"Browser member {member!r}: this method flavor needs {right}.")

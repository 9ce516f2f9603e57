from __future__ import annotations

from collections.abc import Callable

from .._tool_lifecycle import Answer, AsyncAnswer, callable_flavor

_MEMBERS = (
    "click",
    "double_click",
    "drag",
    "keypress",
    "move",
    "screenshot",
    "scroll",
    "type",
    "wait",
)


def computer_handlers(
    driver: object, answer: type[Answer] | type[AsyncAnswer]
) -> dict[str, Callable[..., object]]:
    """The driver's methods by action, refused where they are known to be of the other kind."""
    handlers: dict[str, Callable[..., object]] = {}
    for member in _MEMBERS:
        handler = getattr(driver, member, None)
        if not callable(handler):
            raise ValueError(f"driver must have a method {member!r}.")
        flavor = callable_flavor(handler)
        if flavor is not None and flavor != answer.awaited:
            right = "AsyncComputerToolset" if flavor else "ComputerToolset"
            raise ValueError(f"Computer member {member!r}: this method flavor needs {right}.")
        handlers[member] = handler
    return handlers

# Synchronous twin: _drivers_sync.py (derived)
from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ...types.responses import computer_action as modern
    from ...types.responses import response_computer_tool_call as legacy
    from ._types import Screenshot


class AsyncComputerDriver(Protocol):
    """A browser or desktop that belongs to the caller, who also checks bounds and cleans up.

    Screenshots are in native pixels. A method that cannot do what it is asked must raise. An
    approval is for the arguments of an action, not for a screen: a driver that needs consent for
    one target has to refuse when the screen has changed.
    """

    @abstractmethod
    async def click(self, action: modern.Click | legacy.ActionClick) -> None: ...
    @abstractmethod
    async def double_click(self, action: modern.DoubleClick | legacy.ActionDoubleClick) -> None: ...
    @abstractmethod
    async def drag(self, action: modern.Drag | legacy.ActionDrag) -> None: ...
    @abstractmethod
    async def keypress(self, action: modern.Keypress | legacy.ActionKeypress) -> None: ...
    @abstractmethod
    async def move(self, action: modern.Move | legacy.ActionMove) -> None: ...
    @abstractmethod
    async def scroll(self, action: modern.Scroll | legacy.ActionScroll) -> None: ...
    @abstractmethod
    async def type(self, action: modern.Type | legacy.ActionType) -> None: ...
    @abstractmethod
    async def wait(self, action: modern.Wait | legacy.ActionWait) -> None: ...
    @abstractmethod
    async def screenshot(self) -> Screenshot: ...

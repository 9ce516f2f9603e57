# Synchronous twin: _drivers_sync.py (derived)
"""A driver has `state`, and of the members of `BROWSER_MEMBERS` those that it can do."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ...types.responses.response_input_image_content_param import (
        ResponseInputImageContentParam,
    )
    from ._inputs import ClickInput, NavigateInput, ReadPageInput, TabInput
    from ._types import BrowserReadV1, BrowserState


class AsyncBrowserDriver(Protocol):
    async def state(self) -> BrowserState: ...


class AsyncBrowserReadDriver(AsyncBrowserDriver, Protocol):
    @abstractmethod
    async def read_page(self, action: ReadPageInput) -> str | BrowserReadV1 | None: ...


class AsyncBrowserNavigationDriver(AsyncBrowserDriver, Protocol):
    @abstractmethod
    async def navigate(self, action: NavigateInput) -> None: ...


class AsyncBrowserClickDriver(AsyncBrowserDriver, Protocol):
    @abstractmethod
    async def click(self, action: ClickInput) -> None: ...


class AsyncBrowserScreenshotDriver(AsyncBrowserDriver, Protocol):
    @abstractmethod
    async def screenshot(self, action: TabInput) -> ResponseInputImageContentParam: ...

"""Clients with a link of their own, in the place of the usual ones: their calls take the inner
chain. A module that imports these fixtures and another module's tests runs those once more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

from openai_native import AsyncOpenAI

if TYPE_CHECKING:
    from openai_native.mock import MockServer
    from scripted import ScriptedServer


class _Chained(AsyncOpenAI):
    async def request(self, cast_to: Any, options: Any, **how: Any) -> Any:
        return await super().request(cast_to, options, **how)


_Chained.__name__ = _Chained.__qualname__ = "AsyncOpenAI"  # which the user agent shows


@pytest.fixture
async def client(server: MockServer) -> AsyncIterator[AsyncOpenAI]:
    async with _Chained(base_url=server.base_url, api_key="test-key", max_retries=0) as made:
        yield made


@pytest.fixture
async def scripted_client(scripted: ScriptedServer) -> AsyncIterator[AsyncOpenAI]:
    async with _Chained(base_url=scripted.url, api_key="test-key", max_retries=0) as made:
        yield made

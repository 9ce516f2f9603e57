"""Base of the generated resource classes."""

# Synchronous twin: _resource_sync.py (derived)

from __future__ import annotations

from typing import TYPE_CHECKING

from ._lazy import sync_names

if TYPE_CHECKING:
    from ._client import AsyncOpenAI


class AsyncAPIResource:
    _client: AsyncOpenAI

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client
        self._get = client.get
        self._post = client.post
        self._patch = client.patch
        self._put = client.put
        self._delete = client.delete
        self._get_api_list = client.get_api_list

    async def _sleep(self, seconds: float) -> None:
        from ._face import sleep

        await sleep(seconds)


if TYPE_CHECKING:
    from ._resource_sync import SyncAPIResource as SyncAPIResource
else:
    __getattr__ = sync_names(__name__, "openai_native._resource_sync")

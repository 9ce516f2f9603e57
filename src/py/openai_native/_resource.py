"""Base of the generated resource classes."""

# Synchronous twin: _resource_sync.py (derived)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._lazy import sync_names
from ._links import RESOURCE_LINKS, ResourceLink, lane_of

if TYPE_CHECKING:
    from ._client import AsyncOpenAI


class AsyncAPIResource:
    _client: AsyncOpenAI
    _lane: Any  # what its calls are made with: the client, as a rule

    _get: Any = ResourceLink()
    _post: Any = ResourceLink()
    _patch: Any = ResourceLink()
    _put: Any = ResourceLink()
    _delete: Any = ResourceLink()
    _get_api_list: Any = ResourceLink()

    def __init__(self, client: AsyncOpenAI) -> None:
        vars(self).update(_client=client, _lane=client)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "_client" or name in RESOURCE_LINKS:
            object.__setattr__(self, "_lane", lane_of(self))

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if name in RESOURCE_LINKS:
            object.__setattr__(self, "_lane", lane_of(self))

    async def _sleep(self, seconds: float) -> None:
        from ._face import sleep

        await sleep(seconds)


if TYPE_CHECKING:
    from ._resource_sync import SyncAPIResource as SyncAPIResource
else:
    __getattr__ = sync_names(__name__, "openai_native._resource_sync")

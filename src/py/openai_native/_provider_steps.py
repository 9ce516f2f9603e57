"""What a provider does with one attempt of a call; it may have steps for one face or for both."""

# Synchronous twin: _provider_steps_sync.py (by hand)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

    from ._provider import _ProviderRuntime


async def transformed(runtime: _ProviderRuntime, options: Any) -> Any:
    if runtime.transform_async_request is not None:
        return await runtime.transform_async_request(options)
    return options if runtime.transform_request is None else runtime.transform_request(options)


async def prepare(runtime: _ProviderRuntime, request: httpx2.Request) -> None:
    if runtime.prepare_async_request is not None:
        await runtime.prepare_async_request(request)
    elif runtime.prepare_request is not None:
        runtime.prepare_request(request)


async def normalized(runtime: _ProviderRuntime, response: httpx2.Response) -> httpx2.Response:
    if runtime.normalize_async_response is not None:
        return await runtime.normalize_async_response(response)
    normalize = runtime.normalize_response
    return response if normalize is None else normalize(response)

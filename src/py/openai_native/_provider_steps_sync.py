"""What a provider does with one attempt of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

    from ._provider import _ProviderRuntime


def transformed(runtime: _ProviderRuntime, options: Any) -> Any:
    return options if runtime.transform_request is None else runtime.transform_request(options)


def prepare(runtime: _ProviderRuntime, request: httpx2.Request) -> None:
    if runtime.prepare_request is not None:
        runtime.prepare_request(request)


def normalized(runtime: _ProviderRuntime, response: httpx2.Response) -> httpx2.Response:
    normalize = runtime.normalize_response
    return response if normalize is None else normalize(response)

"""Which lane a client's calls take: native, or Python's HTTP client, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._carrier import carrier_of
from ._links import overridden_hook
from ._mocks import replaced_method

if TYPE_CHECKING:
    from ._transport_info import TransportInfo


def python_lane_reason(client: Any) -> str | None:
    """Why Python's HTTP client sends this client's calls; None: native connections do."""
    if (hook := overridden_hook(client)) is not None:
        return f"{type(client).__name__} has a {hook} of its own"
    if client._provider_runtime is not None:
        return f"its provider, {client._provider_runtime.name}, signs requests"
    if any(hook is not None for hook in (client.on_request, client.on_response, client.on_retry)):
        return "hooks are told of its calls"
    given = client._client
    if client._uses_x509:
        return "the client certificate is that of http_client"
    if (reason := carrier_of(given).reason) is not None:
        return reason
    if (method := replaced_method()) is not None:
        return f"{method} has been replaced"
    return None


def transport_info(client: Any) -> TransportInfo:
    from ._transport_info import TransportInfo

    if (reason := python_lane_reason(client)) is not None:
        return TransportInfo("python", reason)
    carried = carrier_of(client._client).settings()
    if client._chained:
        return TransportInfo("chain", "links of the inner chain were replaced", carried)
    if client._takes_detours():
        return TransportInfo("chain", "requests are rewritten for another service", carried)
    return TransportInfo("native", "nothing needs Python", carried)

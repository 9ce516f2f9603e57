"""Which lane a client's calls take: native, or Python's HTTP client, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _settings
from ._carrier import Facade, carrier_of
from ._mocks import replaced_method
from ._request_hooks import HOOKS

if TYPE_CHECKING:
    from ._transport_info import TransportInfo

def python_lane_reason(client: Any) -> str | None:
    """Why Python's HTTP client sends this client's calls; None: native connections do."""
    if (hook := overridden_hook(client)) is not None:
        return f"{type(client).__name__} has a {hook} of its own"
    given = client._client
    if (reason := carrier_of(given).reason) is not None:
        return reason
    if (method := replaced_method()) is not None:
        return f"{method} has been replaced"
    # Another client's proxies were settled when it was made.
    if isinstance(given, Facade) and given.trust_env:
        return _settings.proxy_reason(client._address)
    return None


def overridden_hook(client: Any) -> str | None:
    """The first hook that is not the client's own: in a subclass, on the object, or on our class."""
    kind, own, attributes = type(client), client._own_hooks, vars(client)
    for name in HOOKS:
        if name in attributes or getattr(kind, name) is not own[name]:
            return name
    return None


def transport_info(client: Any) -> TransportInfo:
    from ._transport_info import TransportInfo

    if (reason := python_lane_reason(client)) is not None:
        return TransportInfo("python", reason)
    return TransportInfo("native", "", carrier_of(client._client).settings())

"""What `client.stats()` tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rate_limits import PacingStats


@dataclass(frozen=True)
class ClientStats:
    """A snapshot of native connections. Totals count since they were set up, in this process."""

    open: int = 0
    """Connections, with those that are idle."""
    idle: int = 0
    waiting: int = 0
    """Calls that wait for a connection."""
    in_flight: int = 0
    """Calls, with those that wait, pause or stream."""
    calls: int = 0
    retries: int = 0
    resends: int = 0
    """Requests sent again because their connection had died before it could serve them."""
    redirects: int = 0
    connections: int = 0
    """Opened so far."""
    handshakes: int = 0
    """Of TLS; `resumed` ones of them used a session from before."""
    resumed: int = 0
    h2_connections: int = 0
    """Of the connections opened, those that speak HTTP/2."""
    h1_fallbacks: int = 0
    """Servers that are spoken to in HTTP/1.1 because their HTTP/2 proved broken."""
    bytes_sent: int = 0
    """Above TLS; counted when a response is complete."""
    bytes_received: int = 0
    pacing: PacingStats | None = None
    """Of the client's `limits=`."""


def stats_of(client: Any) -> ClientStats:
    from ._carrier import carrier_of, connections_of

    limits = client._rate_limits
    pacing = None if limits is None else PacingStats(**limits._pacer.stats())
    if client.is_closed() or carrier_of(client._client).reason is not None:
        return ClientStats(pacing=pacing)
    return ClientStats(**connections_of(client._client).stats(), pacing=pacing)

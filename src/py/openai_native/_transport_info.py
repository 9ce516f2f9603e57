"""What `client.transport_info()` tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class TransportInfo:
    """Who carries a client's calls, and why."""

    # "native": C++ from end to end; "chain": C++, by way of methods that somebody replaced;
    # "python": the HTTP client in `client._client` sends what Python built.
    lane: Literal["native", "chain", "python"]
    reason: str
    # Settings of the given HTTP client that the native connections took over.
    settings: Mapping[str, object] = field(default_factory=dict)

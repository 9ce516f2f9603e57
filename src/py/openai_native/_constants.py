"""Defaults of the official client. The two httpx2 objects are made when somebody touches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

RAW_RESPONSE_HEADER = "X-Stainless-Raw-Response"
OVERRIDE_CAST_TO_HEADER = "____stainless_override_cast_to"

# What DEFAULT_TIMEOUT and DEFAULT_CONNECTION_LIMITS are made of: the native core needs only these.
TIMEOUT_SECONDS = 600
CONNECT_SECONDS = 5.0
HTTPX_SECONDS = 5.0  # the default of an `httpx2` client
MAX_CONNECTIONS = 1000
MAX_KEEPALIVE_CONNECTIONS = 100
KEEPALIVE_EXPIRY_SECONDS = 5.0

# In the place of an API key: a token that is fetched right before a request is sent.
WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER = "workload-identity-auth"

DEFAULT_MAX_RETRIES = 2
DEFAULT_LIVE_SEND_QUEUE_MAX_BYTES = 2 * 1024 * 1024
INITIAL_RETRY_DELAY = 0.5
MAX_RETRY_DELAY = 8.0
MAX_RETRY_AFTER_DELAY = 120

if TYPE_CHECKING:
    import httpx2

    DEFAULT_TIMEOUT: httpx2.Timeout
    HTTPX_DEFAULT_TIMEOUT: httpx2.Timeout
    DEFAULT_CONNECTION_LIMITS: httpx2.Limits
else:

    def __getattr__(name: str) -> Any:
        if name not in ("DEFAULT_TIMEOUT", "HTTPX_DEFAULT_TIMEOUT", "DEFAULT_CONNECTION_LIMITS"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import httpx2

        if name == "DEFAULT_TIMEOUT":
            value = httpx2.Timeout(timeout=TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
        elif name == "HTTPX_DEFAULT_TIMEOUT":
            value = httpx2.Timeout(HTTPX_SECONDS)
        else:
            value = httpx2.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_KEEPALIVE_CONNECTIONS,
            )
        globals()[name] = value
        return value

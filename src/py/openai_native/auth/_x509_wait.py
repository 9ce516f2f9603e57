"""How an exchange waits: on whatever loop the HTTP client runs."""

# Synchronous twin: _x509_wait_sync.py (by hand)

from __future__ import annotations

import anyio


async def pause(seconds: float) -> None:
    await anyio.sleep(seconds)

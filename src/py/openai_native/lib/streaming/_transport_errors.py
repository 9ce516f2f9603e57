"""Errors of a run's stream: handlers get the HTTP library's own, as they always have."""

from __future__ import annotations

import asyncio


def transport_error(error: BaseException) -> BaseException | None:
    """The HTTP library's error behind a connection error of ours."""
    import httpx2

    cause = error.__cause__
    return cause if isinstance(cause, httpx2.RequestError) else None


def is_timeout(error: BaseException) -> bool:
    import httpx2

    return isinstance(error, (httpx2.TimeoutException, asyncio.TimeoutError))

"""What `client.on_request`, `on_response` and `on_retry` are told. Nothing in it is secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestEvent:
    """An attempt begins."""

    method: str
    url: str
    attempt: int
    """From 1."""


@dataclass(frozen=True)
class ResponseEvent:
    """The head of a response is there, whatever its status."""

    method: str
    url: str
    attempt: int
    status_code: int
    request_id: str | None
    seconds: float
    """Since the attempt began."""


@dataclass(frozen=True)
class RetryEvent:
    """An attempt failed, and another one is to follow: unless the hook returns False."""

    method: str
    url: str
    attempt: int
    """The one that failed."""
    status_code: int | None
    error: Exception | None
    """Without a response: what came instead."""
    retries_left: int

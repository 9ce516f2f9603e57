"""Tokens as a caller's function gives them, and the hook that keeps Azure's keys on their host."""

# Synchronous twin: _given_tokens_sync.py (by hand)

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .._carrier import DONE_BY_CORE
from ._azure_base import strip_key_on_redirect

if TYPE_CHECKING:
    import httpx2


async def token_of(provider: Callable[[], str | Awaitable[str]], argument: str) -> str:
    token = provider()
    if inspect.isawaitable(token):
        token = await token
    return checked(token, argument)


def checked(token: object, argument: str) -> str:
    # A subclass of str may say one thing when it is checked and another when it is sent.
    text = str.__str__(token) if isinstance(token, str) else ""
    if not text:
        raise ValueError(f"Expected `{argument}` argument to return a non-empty string.")
    return text


async def request_hook(request: httpx2.Request) -> None:
    strip_key_on_redirect(request)


setattr(request_hook, DONE_BY_CORE, True)

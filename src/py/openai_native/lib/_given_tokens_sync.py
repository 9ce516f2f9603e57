"""Tokens as a caller's function gives them, and the hook that keeps Azure's keys on their host."""

from __future__ import annotations

from collections.abc import Callable

from ._azure_base import strip_key_on_redirect as request_hook
from ._given_tokens import checked

__all__ = ["request_hook", "token_of"]


def token_of(provider: Callable[[], str], argument: str) -> str:
    return checked(provider(), argument)

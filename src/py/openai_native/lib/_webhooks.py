"""The signature of a webhook (standardwebhooks.com): HMAC-SHA256 over its id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._exceptions import InvalidWebhookSignatureError

if TYPE_CHECKING:
    from .._types import HeadersLike


def webhook_signature_matches(
    payload: str | bytes, headers: HeadersLike, *, secret: str, tolerance: int
) -> bool:
    """A missing header is a `ValueError`, a time more than `tolerance` seconds from now an
    `InvalidWebhookSignatureError`.
    """
    signatures = _required(headers, "webhook-signature")
    timestamp = _required(headers, "webhook-timestamp")
    webhook_id = _required(headers, "webhook-id")
    _check_age(timestamp, tolerance)
    signed = f"{webhook_id}.{timestamp}.{text_of(payload)}".encode()
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    expected = base64.b64encode(digest).decode()
    given = (each.removeprefix("v1,") for each in signatures.split())
    # No text outside ASCII can match, and `compare_digest` refuses it.
    return any(each.isascii() and hmac.compare_digest(expected, each) for each in given)


def text_of(payload: str | bytes) -> str:
    return payload.decode() if isinstance(payload, bytes) else payload


def _required(headers: Any, name: str) -> str:
    """`headers` may be a plain dictionary in any spelling, or any object with a `get`."""
    if isinstance(headers, Mapping):
        for key, value in headers.items():
            if key.lower() == name and isinstance(value, str):
                return value
    for spelling in (name, name.upper(), name.title()):
        found = headers.get(spelling)
        if found:
            return str(found)
    raise ValueError(f"Could not find {name} header")


def _check_age(timestamp: str, tolerance: int) -> None:
    """Against replays."""
    try:
        sent = int(timestamp)
    except ValueError:
        raise InvalidWebhookSignatureError("Invalid webhook timestamp format") from None
    now = int(time.time())
    if now - sent > tolerance:
        raise InvalidWebhookSignatureError("Webhook timestamp is too old") from None
    if sent - now > tolerance:
        raise InvalidWebhookSignatureError("Webhook timestamp is too new") from None


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"))
    return secret.encode()

"""Webhooks are checked and read here: nothing is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..._exceptions import InvalidWebhookSignatureError
from ..._models import construct_type

if TYPE_CHECKING:
    from ..._types import HeadersLike
    from ...types.webhooks import UnwrapWebhookEvent


def unwrap(
    resource: Any, *, payload: str | bytes, headers: HeadersLike, secret: str | None
) -> UnwrapWebhookEvent:
    from ...types.webhooks import UnwrapWebhookEvent

    if secret is None:
        secret = resource._client.webhook_secret
    resource.verify_signature(payload=payload, headers=headers, secret=secret)
    event = construct_type(type_=UnwrapWebhookEvent, value=json.loads(_text(payload)))
    return cast(UnwrapWebhookEvent, event)


def verify_signature(
    resource: Any,
    *,
    payload: str | bytes,
    headers: HeadersLike,
    secret: str | None,
    tolerance: int,
) -> None:
    if secret is None:
        secret = resource._client.webhook_secret
    if secret is None:
        raise ValueError(
            "The webhook secret must either be set using the env var, OPENAI_WEBHOOK_SECRET, on "
            "the client class, OpenAI(webhook_secret='123'), or passed to this function"
        )
    signatures = _required(headers, "webhook-signature")
    timestamp = _required(headers, "webhook-timestamp")
    webhook_id = _required(headers, "webhook-id")
    _check_age(timestamp, tolerance)
    signed = f"{webhook_id}.{timestamp}.{_text(payload)}".encode()
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    expected = base64.b64encode(digest)
    given = (each.removeprefix("v1,").encode() for each in signatures.split())
    if not any(hmac.compare_digest(expected, each) for each in given):
        raise InvalidWebhookSignatureError(
            "The given webhook signature does not match the expected signature"
        )


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
        raise InvalidWebhookSignatureError("Webhook timestamp is too old")
    if sent - now > tolerance:
        raise InvalidWebhookSignatureError("Webhook timestamp is too new")


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"))
    return secret.encode()


def _text(payload: str | bytes) -> str:
    return payload.decode() if isinstance(payload, bytes) else payload

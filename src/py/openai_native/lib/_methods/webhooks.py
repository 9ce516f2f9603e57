"""Webhooks are checked and read here: nothing is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from ..._exceptions import InvalidWebhookSignatureError
from ..._models import construct_type
from .._webhooks import text_of, webhook_signature_matches

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
    event = construct_type(type_=UnwrapWebhookEvent, value=json.loads(text_of(payload)))
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
    if not webhook_signature_matches(payload, headers, secret=secret, tolerance=tolerance):
        raise InvalidWebhookSignatureError(
            "The given webhook signature does not match the expected signature"
        )

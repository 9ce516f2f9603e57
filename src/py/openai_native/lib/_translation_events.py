"""What the server of a Realtime Translation says."""

from __future__ import annotations

import json
from typing import Any

from .._models import construct_type_unchecked, validate_type
from ..types.realtime import RealtimeTranslationServerEvent, RealtimeTranslationSessionClosedEvent


def parsed(data: str | bytes) -> RealtimeTranslationServerEvent:
    value = json.loads(data)
    # Only a complete event may end the session; others are taken as they come.
    if isinstance(value, dict) and value.get("type") == "session.closed":
        return validate_type(type_=RealtimeTranslationSessionClosedEvent, value=value)
    kind: Any = RealtimeTranslationServerEvent
    event: RealtimeTranslationServerEvent = construct_type_unchecked(value=value, type_=kind)
    return event


def is_last(event: RealtimeTranslationServerEvent) -> bool:
    return isinstance(event, RealtimeTranslationSessionClosedEvent)

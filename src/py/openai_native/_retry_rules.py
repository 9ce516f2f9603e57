"""When a request is sent again and after which pause, as the core decides it (api/retry_policy)."""

from __future__ import annotations

import email.utils
import math
import random
import time
from typing import Any

from ._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER_DELAY, MAX_RETRY_DELAY

_INFINITE = ("inf", "+inf", "infinity", "+infinity")
_MOST_DOUBLINGS = 1000  # beyond, 2.0 ** n overflows


def retry_after(headers: Any) -> float | None:
    """The pause the server asks for, in seconds; None if it asks for none that can be read."""
    if headers is None:
        return None
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        text = headers.get(name)
        if text is None:
            continue
        try:
            pause = float(text)
        except ValueError:
            continue
        # A number too large for a float is a long pause, not an infinite one.
        if pause == math.inf and text.strip().lower() not in _INFINITE:
            return MAX_RETRY_AFTER_DELAY + 1
        return pause / unit
    return _seconds_until(headers.get("retry-after"))


def _seconds_until(date: str | None) -> float | None:
    try:
        parsed = email.utils.parsedate_tz(date)
        return None if parsed is None else email.utils.mktime_tz(parsed) - time.time()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def should_retry(status_code: int, headers: Any) -> bool:
    asked = retry_after(headers)
    if asked is not None and math.isfinite(asked) and asked > MAX_RETRY_AFTER_DELAY:
        return False
    told = headers.get("x-should-retry")
    if told in ("true", "false"):
        return bool(told == "true")
    return status_code in (408, 409, 429) or status_code >= 500


def pause_before(retry: int, headers: Any) -> float:
    """`retry` counts from 0."""
    asked = retry_after(headers)
    if asked is not None and 0 < asked <= MAX_RETRY_AFTER_DELAY:
        return asked
    longest = min(INITIAL_RETRY_DELAY * 2.0 ** min(retry, _MOST_DOUBLINGS), MAX_RETRY_DELAY)
    return longest * (1 - 0.25 * random.random())

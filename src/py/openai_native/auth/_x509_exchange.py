"""The request that exchanges a certificate for a token, and what to make of its answer."""

from __future__ import annotations

import email.utils
import math
import re
import sys
import time
from contextvars import ContextVar
from typing import Any, NoReturn

import httpx2

from .._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER_DELAY, MAX_RETRY_DELAY
from .._exceptions import APIConnectionError, APITimeoutError, OpenAIError
from ._identities import X509WorkloadIdentity
from ._workload import TOKEN_EXCHANGE_GRANT_TYPE
from ._x509_rules import TOKEN_EXCHANGE_URL

BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
REFUSALS = (400, 401, 403)
_LONGEST = 10.0
_SUBJECT_TOKEN_TYPE = "urn:openai:params:oauth:token-type:x509"

# The timeout of the API request that an exchange is made for.
request_timeout: ContextVar[dict[str, float | None] | None] = ContextVar("request_timeout")


class TransientTokenExchangeError(Exception):
    """An answer that another try may better; `error` is what to raise if none does."""

    def __init__(self, error: OpenAIError) -> None:
        super().__init__(str(error))
        self.error = error


def exchange_request(identity: X509WorkloadIdentity, http_client: Any) -> httpx2.Request:
    payload = {
        "grant_type": TOKEN_EXCHANGE_GRANT_TYPE,
        "subject_token_type": _SUBJECT_TOKEN_TYPE,
        "identity_provider_id": identity["identity_provider_id"],
        "service_account_id": identity["service_account_id"],
    }
    given = request_timeout.get(None) or dict.fromkeys(("connect", "read", "write", "pool"))
    timeout = {
        phase: _LONGEST if seconds is None else min(seconds, _LONGEST)
        for phase, seconds in given.items()
    }
    library: Any = library_of(http_client)
    request: httpx2.Request = library.Request(
        "POST", TOKEN_EXCHANGE_URL, json=payload, extensions={"timeout": timeout}
    )
    return request


def library_of(http_client: Any) -> Any:
    """httpx2, or the legacy httpx where a program has loaded that and made its client of it."""
    legacy = sys.modules.get("httpx")
    if legacy is not None and isinstance(http_client, (legacy.Client, legacy.AsyncClient)):
        return legacy
    return httpx2


def transport_errors() -> tuple[type[Exception], ...]:
    legacy = sys.modules.get("httpx")
    own: type[Exception] = httpx2.TransportError
    return (own,) if legacy is None else (own, getattr(legacy, "TransportError", own))


def raise_connection_error(error: Exception, request: httpx2.Request) -> NoReturn:
    names = {each.__name__ for each in type(error).__mro__}
    if "TimeoutException" in names:
        raise APITimeoutError(request=request) from error
    raise APIConnectionError(request=request) from error


def is_transient(response: httpx2.Response) -> bool:
    status = response.status_code
    asked = status not in REFUSALS and response.headers.get("x-should-retry") == "true"
    return status in (408, 409, 429) or status >= 500 or asked


def retry_delay(response: httpx2.Response | None, attempt: int) -> float | None:
    """Seconds until the next try; None: there is none."""
    if response is not None:
        wanted = response.headers.get("x-should-retry")
        if wanted == "false" or not is_transient(response):
            return None
        told = _told_delay(response)
        if told is not None:
            return told if told <= MAX_RETRY_AFTER_DELAY else None
    return float(min(INITIAL_RETRY_DELAY * 2**attempt, MAX_RETRY_DELAY))


def _told_delay(response: httpx2.Response) -> float | None:
    """What Retry-After says, if it says something usable."""
    milliseconds = _number(response.headers.get("retry-after-ms"))
    if milliseconds is not None and milliseconds >= 0:
        return milliseconds / 1000
    text = response.headers.get("retry-after")
    seconds = _number(text)
    if seconds is None and text is not None:
        seconds = _until(text)
    return seconds if seconds is not None and seconds >= 0 else None


def _number(text: str | None) -> float | None:
    try:
        number = math.nan if text is None else float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until(date: str) -> float | None:
    parsed = email.utils.parsedate_tz(date)
    try:
        return None if parsed is None else email.utils.mktime_tz(parsed) - time.time()
    except (OverflowError, OSError, ValueError):
        return None

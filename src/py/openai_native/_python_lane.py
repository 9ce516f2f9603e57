"""Calls over an HTTP client of Python, step by step: what the native core does by itself, for
clients with a hook of their own, or with an `http_client` that native connections cannot stand in
for. Every step is a method of the client (see `_request_hooks`).
"""

# Synchronous twin: _python_lane_sync.py (derived)

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from . import _http_errors, _settings
from ._body_replay import BodyReplay
from ._call_clock import EXTENSION, CallClock
from ._call_events import RequestEvent, ResponseEvent, RetryEvent
from ._carrier import Facade
from ._exceptions import APIConnectionError, OpenAIError
from ._face import sleep, told, within
from ._logs import log_attempt, log_building, log_retry, log_sending
from ._network import LIMITS
from ._types import NotGiven

if TYPE_CHECKING:
    from ._client import AsyncOpenAI


async def python_request(
    client: AsyncOpenAI, cast_to: Any, options: Any, *, stream: bool, stream_cls: Any
) -> Any:
    cast_to = client._maybe_override_cast_to(cast_to, options)
    given = copy.copy(options)
    if given.idempotency_key is None and given.method.lower() != "get":
        given.idempotency_key = client._idempotency_key()
    own = given.max_retries
    most = _settings.check_max_retries(client.max_retries if isinstance(own, NotGiven) else own)
    clock = CallClock(client)
    taken = 0
    while True:
        attempt = _Attempt(client, given, taken, most, clock)
        response = await attempt.run(stream)
        if response is not None:
            break
        taken += 1
    return await client._process_response(
        cast_to=cast_to,
        options=attempt.options,
        response=response,
        stream=stream,
        stream_cls=stream_cls,
        retries_taken=taken,
    )


class _Attempt:
    def __init__(
        self, client: AsyncOpenAI, given: Any, taken: int, most: int, clock: CallClock
    ) -> None:
        self._client = client
        self._given = given
        self._taken = taken
        self._left = most - taken
        self._clock = clock
        self._note: str | None = None  # why it is not made again
        self._seconds: float
        self.options: Any
        self._request: Any
        self._began: float

    async def run(self, stream: bool) -> Any:
        """The response, or None: rested, and to be made again."""
        client = self._client
        self.options = options = await client._prepare_options(copy.copy(self._given))
        self._body = BodyReplay(options)
        log_building(options.method, self._taken)
        request = client._build_request(options, retries_taken=self._taken)
        await client._prepare_request(request)
        self._pace(request)
        streamed = stream or client._should_stream_response_body(request=request)
        log_sending(request.method)
        self._request, self._began = request, time.monotonic()
        await told(client.on_request, RequestEvent(*self._named()))
        self._clock.begin_attempt(request, stream)
        response = await self._response_to(request, streamed)
        if response is None:
            return None
        self._clock.waited(time.monotonic() - self._began)
        response.extensions[EXTENSION] = self._clock
        request_id = response.headers.get("x-request-id")
        log_attempt(request.method, response.status_code, request_id, None)
        seconds = time.monotonic() - self._began
        event = ResponseEvent(*self._named(), response.status_code, request_id, seconds)
        await told(client.on_response, event)
        return await self._judge(response)

    def _pace(self, request: Any) -> None:
        """Native connections do it, also below Python's HTTP library."""
        limits = self._client._rate_limits
        if limits is None:
            return
        given = self._client._client
        if not (isinstance(given, Facade) and given.sends_natively()):
            raise ValueError(
                "`limits` hold over native connections, but this client's http_client sends its "
                f"calls: {self._client._python_lane_reason()}"
            )
        request.extensions[LIMITS] = limits

    async def _response_to(self, request: Any, streamed: bool) -> Any:
        client, args = self._client, self._send_args()
        try:
            sending = client._send_request(request, stream=streamed, **args)
            return await within(self._clock.next_wait(), sending)
        except OpenAIError:
            raise
        except _http_errors.late() as error:
            self._clock.waited(time.monotonic() - self._began)
            overdue = self._clock.overdue()
            if isinstance(error, TimeoutError) and overdue is None:  # somebody else's
                raise
            if overdue != "deadline_timeout" and await self._rest(error):
                return None
            raise self._noted(self._clock.timeout_error(request, error)) from error
        except _http_errors.failures() as error:
            if await self._rest(error):
                return None
            raise self._noted(APIConnectionError(request=request)) from error

    def _send_args(self) -> dict[str, Any]:
        from ._request_builder import auth_for

        args: dict[str, Any] = {}
        if (auth := self._client._custom_auth(self.options.security)) is not None:
            args["auth"] = auth_for(self._client._client, auth)
        if self.options.follow_redirects is not None:
            args["follow_redirects"] = self.options.follow_redirects
        return args

    async def _judge(self, response: Any) -> Any:
        try:
            response.raise_for_status()
        except _http_errors.statuses():
            pass
        else:
            return response
        again = self._left > 0 and self._client._should_retry(response) and self._body.rewind()
        again = again and self._has_time(response.headers)
        if again and await self._may_retry(response.status_code, None):
            await response.aclose()
            await self._pause()
            return None
        if not response.is_closed:
            await response.aread()
        raise self._noted(self._client._make_status_error_from_response(response)) from None

    async def _rest(self, error: Exception) -> bool:
        """False: this was the last attempt."""
        log_attempt(self._request.method, 0, None, type(error).__name__)
        again = self._left > 0 and self._body.rewind() and self._has_time(None)
        again = again and await self._may_retry(None, error)
        if again:
            await self._pause()
        return again

    def _has_time(self, headers: Any) -> bool:
        self._seconds = self._client._calculate_retry_timeout(self._left, self._given, headers)
        self._note = self._clock.misses(self._seconds)
        return self._note is None

    def _noted(self, error: Any) -> Any:
        if self._note is not None:
            error.__notes__ = [self._note]
        return error

    async def _may_retry(self, status: int | None, error: Exception | None) -> bool:
        event = RetryEvent(*self._named(), status, error, self._left)
        return await told(self._client.on_retry, event) is not False

    def _named(self) -> tuple[str, str, int]:
        """The query may hold a secret."""
        url = str(self._request.url.copy_with(query=None))
        return self._request.method, url, self._taken + 1

    async def _pause(self) -> None:
        log_retry(self._seconds, self._taken + 1, self._taken + self._left)
        await sleep(self._seconds)

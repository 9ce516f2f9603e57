"""Exceptions with the official names, attributes and messages.

`response` and `request` are real httpx2 objects, made from the native response when first read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from ._advice import CLOCKS, connection_message, missed_retry_note, timeout_message
from ._error_base import CauseMadeLater, MadeLater
from ._error_base import OpenAIError as OpenAIError
from ._websocket_errors import WebSocketConnectionClosedError, WebSocketQueueFullError

if TYPE_CHECKING:
    import httpx2
    from typing_extensions import Self

    from ._core import RawResponse
    from .types.chat import ChatCompletion

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "ContentFilterFinishReasonError",
    "InternalServerError",
    "InvalidWebhookSignatureError",
    "LengthFinishReasonError",
    "NotFoundError",
    "OAuthError",
    "PermissionDeniedError",
    "RateLimitError",
    "SubjectTokenProviderError",
    "UnprocessableEntityError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
]


class SubjectTokenProviderError(OpenAIError):
    response: httpx2.Response | None

    def __init__(self, message: str, *, response: httpx2.Response | None = None) -> None:
        super().__init__(message)
        self.response = response


class APIError(OpenAIError):
    message: str
    # The decoded JSON of the answer (its `error` object if it has one), else its text, else None.
    body: object | None
    code: str | None = None
    param: str | None = None
    type: str | None
    __notes__: list[str]  # a retry that the deadline left no time for
    _raw: RawResponse
    if TYPE_CHECKING:
        request: httpx2.Request
    else:
        request = MadeLater()

    def __init__(self, message: str, request: httpx2.Request, *, body: object | None) -> None:
        super().__init__(message)
        self.request = request
        self._describe(message, body)

    @classmethod
    def _from_raw(cls, raw: RawResponse, message: str, body: object | None) -> Self:
        """Without calling `__init__`, which wants httpx2 objects."""
        error = cls.__new__(cls, message)
        error._raw = raw
        error._describe(message, body)
        return error

    def _describe(self, message: str, body: object | None) -> None:
        self.message = message
        self.body = body
        details = body if isinstance(body, dict) else {}
        code = details.get("code")
        self.code = None if code is None else str(code)
        self.param = details.get("param")
        self.type = details.get("type")


INVALID_ANSWER = "Data returned by API invalid for expected schema."


class APIResponseValidationError(APIError):
    status_code: int
    if TYPE_CHECKING:
        response: httpx2.Response
    else:
        response = MadeLater()

    def __init__(
        self, response: httpx2.Response, body: object | None, *, message: str | None = None
    ) -> None:
        text = message or INVALID_ANSWER
        super().__init__(text, response.request, body=body)
        self.response = response
        self.status_code = response.status_code


class _NotJSON(json.JSONDecodeError):
    def __init__(self, message: str) -> None:
        ValueError.__init__(self, message)


class APIResponseDecodeError(APIResponseValidationError, _NotJSON):
    """The answer says it is JSON and is not. Also a ValueError, as in the official client."""

    def __init__(
        self,
        response: httpx2.Response,
        body: object | None,
        *,
        message: str | None = None,
        pos: int = 0,
    ) -> None:
        APIResponseValidationError.__init__(self, response, body, message=message)
        self._locate(pos)

    def _locate(self, pos: int) -> None:
        self.msg = self.message
        self.doc = self.body if isinstance(self.body, str) else ""
        self.pos = pos
        self.lineno = self.doc.count("\n", 0, pos) + 1
        self.colno = pos - self.doc.rfind("\n", 0, pos)


class APIStatusError(APIError):
    """The API answered with a status of 400 or above."""

    status_code: int
    if TYPE_CHECKING:
        response: httpx2.Response
    else:
        response = MadeLater()
    request_id: str | None

    def __init__(self, message: str, *, response: httpx2.Response, body: object | None) -> None:
        super().__init__(message, response.request, body=body)
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")


class APIConnectionError(APIError):
    # What the core told of it, until the cause is made.
    _told: tuple[str, str]
    if not TYPE_CHECKING:
        __cause__ = CauseMadeLater()

    def __init__(self, *, message: str = "Connection error.", request: httpx2.Request) -> None:
        super().__init__(message, request, body=None)


class APITimeoutError(APIConnectionError):
    # "connect", "read", "write", "pool", "deadline", "first_event_timeout", "stream_idle_timeout".
    clock: str | None = None
    seconds: float | None = None  # how long that clock was
    phase: str | None = None  # what the call was doing

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__(message="Request timed out.", request=request)

    @classmethod
    def _of_clock(
        cls, request: httpx2.Request, code: str, seconds: float | None, phase: str
    ) -> APITimeoutError:
        error = cls(request)
        error._name_clock(code, seconds, phase, request.url.host)
        return error

    def _name_clock(self, code: str, seconds: float | None, phase: str, where: str) -> None:
        clock = CLOCKS[code]
        self.clock, self.seconds, self.phase = clock.name, seconds, phase
        self.message = timeout_message(clock, seconds, phase, where)
        self.args = (self.message,)


class BadRequestError(APIStatusError):
    status_code: Literal[400] = 400


class AuthenticationError(APIStatusError):
    status_code: Literal[401] = 401


class OAuthError(AuthenticationError):
    error: str | None
    _shows_request = False  # it holds the token that was to be exchanged

    def __init__(self, *, response: httpx2.Response, body: object | None) -> None:
        details = body if isinstance(body, dict) else {}
        description = details.get("error_description")
        if not isinstance(description, str) or not description:
            description = "OAuth authentication error."
        super().__init__(description, response=response, body=body)
        self.error = details.get("error")


class PermissionDeniedError(APIStatusError):
    status_code: Literal[403] = 403


class NotFoundError(APIStatusError):
    status_code: Literal[404] = 404


class ConflictError(APIStatusError):
    status_code: Literal[409] = 409


class UnprocessableEntityError(APIStatusError):
    status_code: Literal[422] = 422


class RateLimitError(APIStatusError):
    status_code: Literal[429] = 429


class InternalServerError(APIStatusError):
    pass


class LengthFinishReasonError(OpenAIError):
    # As far as it came; without `usage` when it was streamed.
    completion: ChatCompletion

    def __init__(self, *, completion: ChatCompletion) -> None:
        message = "Could not parse response content as the length limit was reached"
        if completion.usage:
            message += f" - {completion.usage}"
        super().__init__(message)
        self.completion = completion


class ContentFilterFinishReasonError(OpenAIError):
    completion: ChatCompletion | None

    def __init__(self, *, completion: ChatCompletion | None = None) -> None:
        super().__init__(
            "Could not parse response content as the request was rejected by the content filter",
        )
        self.completion = completion


class InvalidWebhookSignatureError(ValueError):
    """The signature of a webhook does not match its payload and secret."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def _text_of(raw: RawResponse) -> str:
    content_type = raw.get("content-type") or ""
    if "charset" in content_type.lower():
        from . import _httpx2

        return _httpx2.make_response(raw).text
    return raw.content.decode("utf-8", "replace")


def status_error_details(status_code: int, text: str | None) -> tuple[str, Any]:
    """What an error with this body (None: not read) says, and the body as JSON if it is that."""
    message = f"Error code: {status_code}"
    if text is None:
        return message, None
    try:
        body = json.loads(text)
    except ValueError:
        return message, text
    details = body.get("error", body) if isinstance(body, dict) else None
    told = details.get("message") if isinstance(details, dict) else None
    return f"{message} - {told}" if isinstance(told, str) and told else message, body


def status_error_class(status_code: int) -> type[APIStatusError]:
    default = InternalServerError if status_code >= 500 else APIStatusError
    return _BY_STATUS.get(status_code, default)


def make_status_error(
    raw: RawResponse, missed: tuple[float, float] | None = None
) -> APIStatusError:
    """The exception for a final answer with status 400 or above. Called by the core."""
    message, body = status_error_details(raw.status_code, _text_of(raw).strip())
    if isinstance(body, dict):
        body = body.get("error", body)
    error = status_error_class(raw.status_code)._from_raw(raw, message, body)
    error.status_code = raw.status_code
    error.request_id = raw.get("x-request-id")
    _note(error, missed)
    return error


def make_connection_error(
    raw: RawResponse,
    code: str,
    phase: str,
    detail: str,
    seconds: float | None = None,
    missed: tuple[float, float] | None = None,
) -> APIConnectionError:
    """The exception for a call without a usable response. Called by the core."""
    error: APIConnectionError
    if code in CLOCKS:
        error = timed_out = APITimeoutError._from_raw(raw, "", None)
        timed_out._name_clock(code, seconds, phase, detail)
    else:
        error = APIConnectionError._from_raw(raw, connection_message(code, phase, detail), None)
    error._told = (code, detail or code)
    _note(error, missed)
    return error


def _note(error: APIError, missed: tuple[float, float] | None) -> None:
    """Tracebacks show notes from Python 3.11 on; before, the attribute is there all the same."""
    if missed is not None:
        error.__notes__ = [missed_retry_note(*missed)]


def make_stream_error(raw: RawResponse, data: Any) -> APIError:
    """The exception for an error object inside an event stream. Called by the core."""
    body = data.get("error") if isinstance(data, dict) else data
    told = body.get("message") if isinstance(body, dict) else None
    if not isinstance(told, str) or not told:
        told = "An error occurred during streaming"
    return APIError._from_raw(raw, told, body)


def make_decode_error(raw: RawResponse, cause: BaseException | None) -> APIResponseDecodeError:
    """The exception for an answer that claims to be JSON. Called by the core."""
    body = _text_of(raw)
    message = f"The API's answer is not valid JSON: {cause or 'cannot be parsed'}"
    error = APIResponseDecodeError._from_raw(raw, message, body)
    error.status_code = raw.status_code
    error._locate(getattr(cause, "pos", 0))
    error.__cause__ = cause
    return error


for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, (OpenAIError, InvalidWebhookSignatureError)):
        _error.__module__ = "openai_native"

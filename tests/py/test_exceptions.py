"""The exception hierarchy: made by hand as in the official package, made from native responses."""

from __future__ import annotations

import copy
import json
import pickle
import sys
from typing import Any

import httpx
import httpx2
import openai
import pytest

import openai_native
from openai_native import _advice
from openai_native import _exceptions as ours
from openai_native._timing import _RECORD

NAMES = sorted(
    name
    for name in dir(openai)
    if not name.startswith("_")
    and isinstance(getattr(openai, name), type)
    and issubclass(getattr(openai, name), Exception)
)


class Raw:
    """A native response, as far as the exceptions look at it."""

    http_version = "HTTP/1.1"
    reason_phrase = "Reason"
    method = "POST"
    url = "https://api.example.com/v1/chat/completions"
    request_content = b'{"model": "m"}'
    retries_taken = 2

    def __init__(self, status: int, content: bytes, **headers: str) -> None:
        self.status_code = status
        self.content = content
        self.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.request_headers = [("Authorization", "Bearer k"), ("X-A", "1")]
        self.timing = _RECORD.pack(*[0.0] * 7, 0.25, 0, False)

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def official_error(raw: Raw) -> Any:
    client = openai.AsyncOpenAI(api_key="k")
    request = httpx2.Request(raw.method, raw.url, content=raw.request_content)
    response = httpx2.Response(
        raw.status_code, content=raw.content, headers=raw.headers, request=request
    )
    return client._make_status_error_from_response(response)


@pytest.mark.parametrize("name", NAMES)
def test_same_bases_as_the_official_class(name: str) -> None:
    def names(cls: type) -> list[str]:
        return [base.__name__ for base in cls.__mro__]

    assert names(getattr(openai_native, name)) == names(getattr(openai, name))
    assert getattr(openai_native, name).__module__ == "openai_native"


BODIES = [
    b'{"error": {"message": "Too fast.", "code": "rate", "param": "p", "type": "t"}}',
    b'{"error": {"message": "Too fast.", "code": 17, "param": null}}',
    b'{"error": {"message": 7}}',
    b'{"error": "just text"}',
    b'{"error": null, "message": "m"}',
    b'{"message": "flat", "code": "c"}',
    b'["a", "list"]',
    b'"text"',
    b"null",
    b"<html>gateway</html> \n",
    b"\xff\xfe not utf-8",
    b"",
]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 418, 422, 429, 500, 503])
@pytest.mark.parametrize("body", BODIES)
def test_status_error_equals_the_official_one(status: int, body: bytes) -> None:
    raw = Raw(status, body, content_type="application/json", x_request_id="req_1")
    mine, official = ours.make_status_error(raw), official_error(raw)  # type: ignore[arg-type]
    assert type(mine).__name__ == type(official).__name__
    for attribute in ("message", "body", "code", "param", "type", "status_code", "request_id"):
        assert getattr(mine, attribute) == getattr(official, attribute), attribute
    assert str(mine) == str(official)
    assert mine.args == official.args


def test_error_text_follows_the_charset() -> None:
    raw = Raw(500, "häßlich".encode("latin-1"), content_type="text/plain; charset=latin-1")
    assert ours.make_status_error(raw).body == "häßlich"  # type: ignore[arg-type]


def test_response_and_request_are_httpx2_objects() -> None:
    body = b'{"error": {"message": "no"}}'
    raw = Raw(429, body, content_type="application/json", content_encoding="gzip")
    error = ours.make_status_error(raw)  # type: ignore[arg-type]
    response = error.response
    assert isinstance(response, httpx2.Response)
    assert response is error.response
    assert (response.status_code, response.reason_phrase) == (429, "Reason")
    assert response.text == body.decode()
    assert response.json() == json.loads(body)
    assert response.headers["content-encoding"] == "gzip"
    assert response.elapsed.total_seconds() == 0.25
    assert error.request is response.request
    assert error.request.url.host == "api.example.com"
    assert error.request.headers["x-a"] == "1"
    assert error.request.content == b'{"model": "m"}'
    with pytest.raises(httpx2.HTTPStatusError):
        response.raise_for_status()


def test_attributes_can_be_replaced() -> None:
    error = ours.make_status_error(Raw(429, b"{}"))  # type: ignore[arg-type]
    other = httpx2.Response(500)
    error.response = other
    error.message += " and more"
    assert error.response is other
    assert error.message.endswith("and more")


def test_subclass_may_set_attributes_first() -> None:
    class Wrapped(openai_native.RateLimitError, ValueError):
        def __init__(self, message: str) -> None:
            self.status_code = 429  # type: ignore[assignment]
            self.message = message
            request = httpx2.Request("POST", "https://x.y")
            super().__init__(message, response=httpx2.Response(429, request=request), body=None)

    error = Wrapped("slow down")
    assert isinstance(error, ValueError)
    assert error.request.url == "https://x.y"


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_made_by_hand_over_either_http_library(library: Any) -> None:
    request = library.Request("POST", "https://x.y/z")
    response = library.Response(
        429, json={"error": 1}, headers={"x-request-id": "r"}, request=request
    )
    error = openai_native.RateLimitError("slow", response=response, body={"code": 7, "param": "p"})
    assert (error.request_id, error.code, error.param) == ("r", "7", "p")
    assert error.response is response
    assert error.request is request
    assert openai_native.APIConnectionError(request=request).request is request
    # As litellm and crewai have it.
    both = type("Both", (openai_native.APIResponseValidationError, LookupError), {})
    assert both(response=response, body=None, message="odd").status_code == 429


CONNECTION = [
    ("connect_failed", "Connection error.", openai_native.APIConnectionError, "ConnectError"),
    ("host_not_found", "Connection error.", openai_native.APIConnectionError, "ConnectError"),
    ("tls_failed", "Connection error.", openai_native.APIConnectionError, "ConnectError"),
    ("connection_closed", "Connection error.", openai_native.APIConnectionError, "RemoteProtocol"),
    ("system_error", "Connection error.", openai_native.APIConnectionError, "ReadError"),
    ("connect_timeout", "Request timed out.", openai_native.APITimeoutError, "ConnectTimeout"),
    ("read_timeout", "Request timed out.", openai_native.APITimeoutError, "ReadTimeout"),
    ("write_timeout", "Request timed out.", openai_native.APITimeoutError, "WriteTimeout"),
    ("pool_timeout", "Request timed out.", openai_native.APITimeoutError, "PoolTimeout"),
]


@pytest.mark.parametrize(("code", "start", "cls", "cause"), CONNECTION)
def test_connection_error(code: str, start: str, cls: type, cause: str) -> None:
    raw = Raw(0, b"")
    error = ours.make_connection_error(raw, code, "connect", "127.0.0.1:1: refused")  # type: ignore[arg-type]
    assert type(error) is cls
    assert str(error) == error.message
    assert error.message.startswith(f"{start} ")
    assert "127.0.0.1:1: refused" in error.message
    assert error.body is None
    assert error.request.method == "POST"
    assert type(error.__cause__).__name__.startswith(cause)
    assert not hasattr(error, "response")


def test_every_native_failure_has_advice() -> None:
    clocks = {code: clock.advice for code, clock in _advice.CLOCKS.items()}
    for code, advice in (_advice._ADVICE | clocks).items():
        error = ours.make_connection_error(Raw(0, b""), code, "connect", "")  # type: ignore[arg-type]
        assert advice in str(error)
    unknown = ours.make_connection_error(Raw(0, b""), "new_code", "body", "")  # type: ignore[arg-type]
    assert "new_code" in str(unknown)


def test_cause_imports_httpx2_only_when_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read_timeout = httpx2.ReadTimeout
    monkeypatch.delitem(sys.modules, "httpx2")
    error = ours.make_connection_error(Raw(0, b""), "read_timeout", "head", "")  # type: ignore[arg-type]
    assert "httpx2" not in sys.modules
    cause = error.__cause__
    assert type(cause) is read_timeout
    assert cause.request is error.request
    assert error.__cause__ is cause


def test_cause_can_be_replaced() -> None:
    def made() -> Any:
        return ours.make_connection_error(Raw(0, b""), "read_timeout", "head", "")  # type: ignore[arg-type]

    other = KeyError("other")
    with pytest.raises(openai_native.APITimeoutError) as caught:
        raise made() from other
    assert caught.value.__cause__ is other
    with pytest.raises(openai_native.APITimeoutError) as caught:
        raise made() from None
    assert caught.value.__cause__ is None
    error = made()
    error.__cause__ = None
    assert error.__cause__ is None
    by_hand = openai_native.APIConnectionError(request=httpx2.Request("GET", "http://h"))
    assert by_hand.__cause__ is None


@pytest.mark.parametrize(
    ("data", "message", "code"),
    [
        ({"error": {"message": "broke", "code": 3, "type": "t"}}, "broke", "3"),
        ({"error": {"message": ""}}, "An error occurred during streaming", None),
        ({"error": "text"}, "An error occurred during streaming", None),
    ],
)
def test_stream_error(data: Any, message: str, code: str | None) -> None:
    error = ours.make_stream_error(Raw(200, b""), data)  # type: ignore[arg-type]
    assert type(error) is openai_native.APIError
    assert (error.message, error.body, error.code) == (message, data["error"], code)
    assert error.request.method == "POST"


def test_decode_error_is_an_sdk_error_and_a_json_error() -> None:
    try:
        json.loads('{"a":\n 1,,}')
    except ValueError as error:
        cause = error
    raw = Raw(200, b'{"a":\n 1,,}', content_type="application/json")
    error = ours.make_decode_error(raw, cause)  # type: ignore[arg-type]
    assert isinstance(error, openai_native.APIResponseValidationError)
    assert isinstance(error, json.JSONDecodeError)
    assert isinstance(error, ValueError)
    assert (error.status_code, error.body) == (200, '{"a":\n 1,,}')
    assert (error.lineno, error.colno) == (cause.lineno, cause.colno)  # type: ignore[attr-defined]
    assert error.response.text == '{"a":\n 1,,}'
    assert error.__cause__ is cause


def made_errors() -> list[Exception]:
    request = httpx2.Request("GET", "https://x.y/z")
    response = httpx2.Response(
        429, request=request, json={"error": 1}, headers={"x-request-id": "r"}
    )
    raw: Any = Raw(429, b'{"error": {"message": "m", "code": "c"}}', x_request_id="r2")
    return [
        openai_native.OpenAIError("plain"),
        openai_native.APIError("m", request, body={"code": 1}),
        openai_native.RateLimitError("m", response=response, body={"code": "c"}),
        openai_native.APIConnectionError(request=request),
        openai_native.APIConnectionError(message="other", request=request),
        openai_native.APITimeoutError(request),
        openai_native.APIResponseValidationError(response, {"a": 1}),
        openai_native.APIResponseDecodeError(response, "{", message="broken", pos=1),
        openai_native.OAuthError(response=response, body={"error": "x", "error_description": "d"}),
        openai_native.WebSocketConnectionClosedError("gone", unsent_messages=["a", b"\xff"]),
        openai_native.WebSocketQueueFullError("full"),
        ours.make_status_error(raw),
        ours.make_connection_error(raw, "connect_failed", "connect", "x"),
        ours.make_stream_error(raw, {"error": {"message": "m"}}),
        ours.make_decode_error(raw, None),
    ]


@pytest.mark.parametrize("index", range(len(made_errors())))
@pytest.mark.parametrize(
    "clone", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy, copy.copy]
)
def test_errors_can_be_pickled_and_copied(index: int, clone: Any) -> None:
    error = made_errors()[index]
    twin = clone(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert twin.args == error.args
    for attribute in (
        "message",
        "body",
        "code",
        "param",
        "type",
        "status_code",
        "request_id",
        "pos",
    ):
        assert hasattr(twin, attribute) == hasattr(error, attribute)
        assert getattr(twin, attribute, None) == getattr(error, attribute, None)
    if hasattr(error, "request"):
        assert twin.request.url == error.request.url
    if hasattr(error, "response"):
        assert twin.response.status_code == error.response.status_code
        assert twin.response.text == error.response.text
    if isinstance(error, openai_native.WebSocketConnectionClosedError):
        assert twin.unsent_messages == ["a"]
        assert twin.unsent_frames == ["a", b"\xff"]


def test_messages_made_by_hand() -> None:
    request = httpx2.Request("GET", "https://x.y")
    response = httpx2.Response(401, request=request)
    assert str(openai_native.APIConnectionError(request=request)) == "Connection error."
    assert str(openai_native.APITimeoutError(request=request)) == "Request timed out."
    assert str(openai_native.APIResponseValidationError(response, None)) == (
        "Data returned by API invalid for expected schema."
    )
    oauth = openai_native.OAuthError(response=response, body=None)
    assert (str(oauth), oauth.error) == ("OAuth authentication error.", None)


def test_finish_reason_errors() -> None:
    class Completion:
        usage = "usage=3"

    long: Any = openai_native.LengthFinishReasonError(completion=Completion())  # type: ignore[arg-type]
    official: Any = openai.LengthFinishReasonError(completion=Completion())  # type: ignore[arg-type]
    assert str(long) == str(official)
    assert isinstance(long.completion, Completion)
    assert str(openai_native.ContentFilterFinishReasonError()) == str(
        openai.ContentFilterFinishReasonError()
    )

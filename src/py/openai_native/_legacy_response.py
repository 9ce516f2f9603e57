"""What `with_raw_response` gives: the response itself, and the parsed object on demand."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    ParamSpec,
    TypeVar,
    Union,
    get_origin,
    overload,
)

from ._binary_response import HttpxBinaryResponseContent as HttpxBinaryResponseContent
from ._constants import RAW_RESPONSE_HEADER
from ._lazy import forwarded
from ._post_parser import post_parser_of
from ._streaming import (
    extract_stream_chunk_type,
    is_stream_class_type,
    stream_over,
    stream_over_response,
)
from ._timing import Timing, record_in, timing_of
from ._types import NoneType

if TYPE_CHECKING:
    import datetime

    import httpx2
    from typing_extensions import Self

    from ._core import EventIterator, RawResponse
    from ._exceptions import APIResponseValidationError

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


class LegacyAPIResponse(Generic[_R]):
    retries_taken: int
    _events: EventIterator | None = None
    _raw: RawResponse | None = None
    _post_parser: Callable[[Any], Any] | None = None
    _stream_cls: Any = None
    _given_stream = False  # events in a response of another HTTP client

    def __init__(
        self,
        *,
        raw: httpx2.Response,
        cast_to: Any,
        client: Any,
        stream: bool,
        stream_cls: Any,
        options: Any,
        retries_taken: int = 0,
    ) -> None:
        self.http_response = raw
        self._given_stream = stream
        self._stream_cls, self._options = stream_cls, options
        self._post_parser = post_parser_of(options, raw)
        self._set(client, cast_to, retries_taken)

    @classmethod
    def _from_native(
        cls,
        raw: RawResponse,
        client: Any,
        cast_to: Any,
        stream_cast_to: Any,
        iterator: EventIterator | None,
    ) -> Self:
        response = cls.__new__(cls)
        response._raw = raw
        response._events = iterator
        response._set(client, cast_to if iterator is None else stream_cast_to, raw.retries_taken)
        return response

    def _set(self, client: Any, cast_to: Any, retries_taken: int) -> None:
        self._client = client
        self._cast_to = cast_to
        self.retries_taken = retries_taken
        self._parsed_by_type: dict[Any, Any] = {}

    @functools.cached_property
    def http_response(self) -> httpx2.Response:
        from . import _httpx2

        assert self._raw is not None
        if self._events is not None:
            return _httpx2.make_streamed_response(self._raw, self._events)
        return _httpx2.make_response(self._raw)

    @property
    def timing(self) -> Timing | None:
        """What the call spent its time on; None if no native connection carried it."""
        record = self._timing_record()
        return None if record is None else timing_of(record, self._events)

    def _timing_record(self) -> bytes | None:
        if self._raw is not None:
            return self._raw.timing
        return record_in(self.http_response)

    @overload
    def parse(self, *, to: type[_T]) -> _T: ...

    @overload
    def parse(self) -> _R: ...

    def parse(self, *, to: Any = None) -> Any:
        """The object that the method would have returned, or the answer as the type `to`."""
        key = self._cast_to if to is None else to
        if (cached := self._parsed_by_type.get(key)) is not None:
            return cached
        streams = self._events is not None or self._given_stream
        parsed = self._parse_stream(to) if streams else self._parse_body(key)
        if self._post_parser is not None:
            parsed = self._post_parser(parsed)
        self._parsed_by_type[key] = parsed
        return parsed

    def _parse_stream(self, to: Any) -> Any:
        if to is not None and not is_stream_class_type(to):
            raise TypeError(f"the type for a stream must be a subclass of AsyncStream, not {to}")
        stream_cls, events = to or self._stream_cls, self._events
        if events is None:
            return stream_over_response(self, stream_cls)
        if stream_cls is None:
            return stream_over(events, self._cast_to, self._client)
        cast_to = extract_stream_chunk_type(stream_cls)
        return (get_origin(stream_cls) or stream_cls)._from_native(events, cast_to, self._client)

    def _parse_body(self, cast_to: Any) -> Any:
        from ._utils import extract_type_arg, is_annotated_type, is_type_alias_type

        if is_type_alias_type(cast_to):
            cast_to = cast_to.__value__
        if cast_to and is_annotated_type(cast_to):
            cast_to = extract_type_arg(cast_to, 0)
        if cast_to is None or cast_to is NoneType:
            return None
        if cast_to in (str, int, float):
            return cast_to(self.text)
        if cast_to is bool:
            return self.text.strip().lower() == "true"
        origin = get_origin(cast_to) or cast_to
        if inspect.isclass(origin) and issubclass(origin, HttpxBinaryResponseContent):
            return cast_to(self.http_response)
        if isinstance(origin, type) and origin.__module__.startswith("httpx"):
            return self.http_response
        _check_model(origin, cast_to)
        return self._parse_json(cast_to)

    def _parse_json(self, cast_to: Any) -> Any:
        from ._core import build
        from ._models import BaseModel, add_request_id, add_timing

        strict = getattr(self._client, "_strict_response_validation", False)
        content_type = self._header("content-type", "*").split(";")[0].strip()
        if not content_type.endswith("json"):
            wants_model = inspect.isclass(cast_to) and issubclass(cast_to, BaseModel)
            if not (wants_model and self._is_json()):
                if strict:
                    raise self._invalid(
                        self.text,
                        "Expected Content-Type response header to be `application/json` but "
                        f"received `{content_type}` instead.",
                    )
                return self.text
        try:
            parsed = build(object if strict else cast_to, self.content)
        except ValueError as error:
            from ._exceptions import APIResponseDecodeError, make_decode_error

            if self._raw is not None:
                raise make_decode_error(self._raw, error) from error
            raise APIResponseDecodeError(self.http_response, self.text) from error
        if strict:
            from ._strict import validated

            value = parsed
            parsed = validated(value, cast_to, lambda: self._invalid(value))
        if isinstance(parsed, BaseModel):
            add_request_id(parsed, self.request_id)
            add_timing(parsed, self._timing_record())
        return parsed

    def _invalid(self, body: Any, message: str | None = None) -> APIResponseValidationError:
        if self._raw is not None:
            from ._strict import invalid_answer

            return invalid_answer(self._raw, body, message)
        from ._exceptions import APIResponseValidationError

        return APIResponseValidationError(self.http_response, body, message=message)

    def _is_json(self) -> bool:
        import json

        from ._logs import log_no_json

        try:
            json.loads(self.content) if self._raw is not None else self.http_response.json()
        except Exception as error:
            log_no_json(error)
            return False
        return True

    def _header(self, name: str, default: str) -> str:
        value = self._raw.get(name) if self._raw is not None else self.headers.get(name)
        return default if value is None else value

    @property
    def request_id(self) -> str | None:
        return self._header("x-request-id", "") or None

    @property
    def headers(self) -> httpx2.Headers:
        return self.http_response.headers

    @property
    def http_request(self) -> httpx2.Request:
        return self.http_response.request

    @property
    def status_code(self) -> int:
        return (self._raw or self.http_response).status_code

    @property
    def url(self) -> httpx2.URL:
        return self.http_response.url

    @property
    def method(self) -> str:
        return self.http_request.method

    @property
    def content(self) -> bytes:
        if self._raw is not None and self._events is None:
            return self._raw.content
        return self.http_response.content

    @property
    def text(self) -> str:
        return self.http_response.text

    @property
    def http_version(self) -> str:
        return self.http_response.http_version

    @property
    def is_closed(self) -> bool:
        return self.http_response.is_closed if self._events is None else self._events.closed

    @property
    def elapsed(self) -> datetime.timedelta:
        return self.http_response.elapsed

    def __repr__(self) -> str:
        reason = self.http_response.reason_phrase
        return f"<APIResponse [{self.status_code} {reason}] type={self._cast_to}>"


def _check_model(origin: Any, cast_to: Any) -> None:
    import pydantic

    from ._models import BaseModel

    if not inspect.isclass(origin) or origin in (object, list, dict) or origin is Union:
        return
    if issubclass(origin, pydantic.BaseModel) and not issubclass(origin, BaseModel):
        raise TypeError(
            "Pydantic models must subclass our base model type, e.g. "
            "`from openai_native import BaseModel`"
        )
    if any(base.__module__.startswith("httpx") for base in origin.__mro__):
        raise ValueError(
            "Subclasses of HTTP response classes are not made: give `httpx2.Response` itself as "
            f"`cast_to`, not {cast_to}"
        )
    if not issubclass(origin, BaseModel) and origin.__module__ != "types":
        raise RuntimeError(f"An answer cannot be parsed as {cast_to}")


def async_to_raw_response_wrapper(
    func: Callable[_P, Awaitable[_R]],
) -> Callable[_P, Awaitable[LegacyAPIResponse[_R]]]:
    """The method `func`, giving the raw response."""

    @functools.wraps(func)
    async def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> LegacyAPIResponse[_R]:
        given: Any = kwargs.get("extra_headers") or {}
        kwargs["extra_headers"] = {**given, RAW_RESPONSE_HEADER: "true"}
        return await func(*args, **kwargs)  # type: ignore[return-value]

    return wrapped


def to_raw_response_wrapper(func: Callable[_P, _R]) -> Callable[_P, LegacyAPIResponse[_R]]:
    """The synchronous method `func`, giving the raw response."""

    @functools.wraps(func)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> LegacyAPIResponse[_R]:
        given: Any = kwargs.get("extra_headers") or {}
        kwargs["extra_headers"] = {**given, RAW_RESPONSE_HEADER: "true"}
        return func(*args, **kwargs)  # type: ignore[return-value]

    return wrapped


if not TYPE_CHECKING:
    __getattr__ = forwarded(
        __name__, {"._response": "MissingStreamClassError", "._streaming": "AsyncStream Stream"}
    )

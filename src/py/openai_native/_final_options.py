"""`FinalRequestOptions`: one request as `client.request` takes it. Interceptors read and change it.

Imports pydantic and httpx2, so it is imported when a call takes the inner chain.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, ClassVar, Literal, Optional, TypedDict, Union

import pydantic
from pydantic import ConfigDict
from typing_extensions import Required, Unpack, final

from ._constants import RAW_RESPONSE_HEADER
from ._types import (
    AnyMapping,
    Body,
    Headers,
    HttpxRequestFiles,
    NotGiven,
    Query,
    SecurityOptions,
    Timeout,
)

_Content = Union[bytes, bytearray, IO[bytes], Iterable[bytes], AsyncIterable[bytes], None]  # noqa: UP007


class FinalRequestOptionsInput(TypedDict, total=False):
    method: Required[str]
    url: Required[str]
    params: Query
    headers: Headers
    max_retries: int
    timeout: float | Timeout | None
    files: HttpxRequestFiles | None
    idempotency_key: str
    content: _Content
    json_data: Body
    extra_json: AnyMapping
    follow_redirects: bool
    security: SecurityOptions
    synthesize_event_and_data: bool
    stream_mode: Literal["legacy", "events"]


@final
class FinalRequestOptions(pydantic.BaseModel):
    method: str
    url: str
    params: Query = {}
    headers: Union[Headers, NotGiven] = NotGiven()  # noqa: UP007
    max_retries: Union[int, NotGiven] = NotGiven()  # noqa: UP007
    timeout: Union[float, Timeout, None, NotGiven] = NotGiven()  # noqa: UP007
    files: Union[HttpxRequestFiles, None] = None  # noqa: UP007
    idempotency_key: Union[str, None] = None  # noqa: UP007
    post_parser: Union[Callable[[Any], Any], NotGiven] = NotGiven()  # noqa: UP007
    follow_redirects: Union[bool, None] = None  # noqa: UP007
    # Of SecurityOptions: pydantic takes no TypedDict of typing's before Python 3.12.
    security: Mapping[str, Any] = {"bearer_auth": True, "admin_api_key_auth": True}
    synthesize_event_and_data: Optional[bool] = None  # noqa: UP045
    stream_mode: Literal["legacy", "events"] = "legacy"
    content: _Content = None
    json_data: Union[Body, None] = None  # noqa: UP007
    extra_json: Union[AnyMapping, None] = None  # noqa: UP007

    model_config: ClassVar[ConfigDict] = ConfigDict(arbitrary_types_allowed=True, defer_build=True)

    def get_max_retries(self, max_retries: int) -> int:
        return max_retries if isinstance(self.max_retries, NotGiven) else self.max_retries

    def _strip_raw_response_header(self) -> None:
        if not isinstance(self.headers, NotGiven) and self.headers.get(RAW_RESPONSE_HEADER):
            self.headers = {k: v for k, v in self.headers.items() if k != RAW_RESPONSE_HEADER}

    @classmethod
    def construct(  # type: ignore[override]
        cls, _fields_set: set[str] | None = None, **values: Unpack[FinalRequestOptionsInput]
    ) -> FinalRequestOptions:
        """Without validation, and without what was not given inside of mappings."""
        given: dict[str, Any] = {name: _given(value) for name, value in values.items()}
        return super().model_construct(_fields_set, **given)

    if not TYPE_CHECKING:
        model_construct = construct


def _given(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: each for key, each in value.items() if not isinstance(each, NotGiven)}

"""Names for `isinstance` checks: what `with_streaming_response` will give."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

_R = TypeVar("_R")


class BaseAPIResponse(Generic[_R]):
    def __init__(self, **_: Any) -> None:
        raise NotImplementedError("`with_streaming_response` is not supported yet")


class APIResponse(BaseAPIResponse[_R]):
    pass


class AsyncAPIResponse(BaseAPIResponse[_R]):
    pass

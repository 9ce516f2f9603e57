"""The names users and generated code annotate with. Imports neither pydantic nor httpx2."""
# ruff: noqa: UP007 (aliases stay `typing.Union`, as in the official package)

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import (
    IO,
    TYPE_CHECKING,
    Any,
    Literal,
    Protocol,
    SupportsIndex,
    TypedDict,
    TypeVar,
    Union,
    overload,
    runtime_checkable,
)

from ._surface_request_options import RequestOptions as RequestOptions

if TYPE_CHECKING:
    import httpx2
    from httpx2 import URL as URL
    from httpx2 import Proxy as Proxy
    from httpx2 import Response as Response
    from httpx2 import Timeout as Timeout

    from ._models import BaseModel as BaseModel

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

Query = Mapping[str, object]
Body = object
AnyMapping = Mapping[str, object]
ModelT = TypeVar("ModelT", bound="pydantic.BaseModel")  # type: ignore[name-defined]  # noqa: F821
ResponseT = TypeVar("ResponseT")

ArrayFormat = Literal["comma", "repeat", "indices", "brackets"]
NestedFormat = Literal["dots", "brackets"]

Base64FileInput = Union[IO[bytes], PathLike[str]]
FileContent = Union[IO[bytes], bytes, PathLike[str]]
BinaryTypes = Union[bytes, bytearray, IO[bytes], Iterable[bytes]]
AsyncBinaryTypes = Union[bytes, bytearray, IO[bytes], AsyncIterable[bytes]]

# A file is its content, or (name, content[, content type[, headers]]).
FileTypes = Union[
    FileContent,
    tuple[str | None, FileContent],
    tuple[str | None, FileContent, str | None],
    tuple[str | None, FileContent, str | None, Mapping[str, str]],
]
RequestFiles = Union[Mapping[str, FileTypes], Sequence[tuple[str, FileTypes]]]

HttpxFileContent = Union[IO[bytes], bytes]
HttpxFileTypes = Union[
    HttpxFileContent,
    tuple[str | None, HttpxFileContent],
    tuple[str | None, HttpxFileContent, str | None],
    tuple[str | None, HttpxFileContent, str | None, Mapping[str, str]],
]
HttpxRequestFiles = Union[Mapping[str, HttpxFileTypes], Sequence[tuple[str, HttpxFileTypes]]]

if TYPE_CHECKING:
    NoneType: type[None]
else:
    NoneType = type(None)


class NotGiven:
    """Stands for an argument left out, where None means something else (`timeout=None`)."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"


not_given = NotGiven()
NOT_GIVEN = NotGiven()


class Omit:
    """Keeps a parameter, or a default header, out of the request."""

    def __bool__(self) -> Literal[False]:
        return False


omit = Omit()

Omittable = Union[_T, Omit]
Headers = Mapping[str, str | Omit]


class HeadersLikeProtocol(Protocol):
    def get(self, __key: str) -> str | None: ...


HeadersLike = Union[Headers, HeadersLikeProtocol]


class SecurityOptions(TypedDict, total=False):
    bearer_auth: bool
    admin_api_key_auth: bool


class HttpxSendArgs(TypedDict, total=False):
    auth: httpx2.Auth
    follow_redirects: bool


@runtime_checkable
class ModelBuilderProtocol(Protocol):
    @classmethod
    def build(cls: type[_T], *, response: Response, data: object) -> _T: ...


@runtime_checkable
class InheritsGeneric(Protocol):
    __orig_bases__: tuple[_GenericAlias]


class _GenericAlias(Protocol):
    __origin__: type[object]


StrBytesIntFloat = Union[str, bytes, int, float]
PostParser = Callable[[Any], Any]
IncEx = Union[
    set[int], set[str], Mapping[int, Union["IncEx", bool]], Mapping[str, Union["IncEx", bool]]
]

if TYPE_CHECKING:
    from typing import TypeAlias

    Transport: TypeAlias = httpx2.BaseTransport
    AsyncTransport: TypeAlias = httpx2.AsyncBaseTransport
    ProxiesDict: TypeAlias = dict[str | URL, None | str | URL | Proxy]
    ProxiesTypes: TypeAlias = str | Proxy | ProxiesDict

    class SequenceNotStr(Protocol[_T_co]):
        """A sequence but not a str: str's `__contains__` takes no object, so it does not fit."""

        @overload
        def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
        @overload
        def __getitem__(self, index: slice, /) -> Sequence[_T_co]: ...
        def __contains__(self, value: object, /) -> bool: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[_T_co]: ...
        def __reversed__(self) -> Iterator[_T_co]: ...
else:
    SequenceNotStr = Sequence
    _HTTPX2_NAMES = {
        "Timeout": "Timeout",
        "Transport": "BaseTransport",
        "AsyncTransport": "AsyncBaseTransport",
        "Response": "Response",
        "URL": "URL",
        "Proxy": "Proxy",
    }

    def __getattr__(name: str) -> Any:
        if name in _HTTPX2_NAMES:
            import httpx2

            value = getattr(httpx2, _HTTPX2_NAMES[name])
        elif name in ("ProxiesDict", "ProxiesTypes"):
            from httpx2 import URL, Proxy

            value = dict[str | URL, None | str | URL | Proxy]
            if name == "ProxiesTypes":
                value = Union[str, Proxy, value]
        elif name == "BaseModel":
            from ._models import BaseModel as value
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

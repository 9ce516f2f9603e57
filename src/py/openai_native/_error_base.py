"""Root of the exceptions: pickling, and attributes that cost nothing until they are read."""

from __future__ import annotations

from copy import copy
from typing import Any

from ._secrets import REDACTED, is_secret


class MadeLater:
    """An attribute made from the native response when first read; assigning simply replaces it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, error: Any, owner: type) -> Any:
        if error is None:
            return self
        raw = error.__dict__.get("_raw")
        if raw is None:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self._name!r}")
        from . import _httpx2

        if self._name == "response":
            value: Any = _httpx2.make_response(raw)
            error.__dict__.setdefault("request", value.request)
        else:
            value = _httpx2.make_request(raw)
        return error.__dict__.setdefault(self._name, value)


_cause: Any = vars(BaseException)["__cause__"]


class CauseMadeLater:
    """`__cause__` of a connection error: one of httpx2's exceptions, made when first read.

    What is raised `from` something else keeps that.
    """

    def __get__(self, error: Any, owner: type) -> Any:
        if error is None:
            return self
        told = error.__dict__.get("_told")
        if _cause.__get__(error) is None and told and not error.__suppress_context__:
            from . import _httpx2

            code, detail = told
            self.__set__(error, _httpx2.make_cause(code, detail, error.request))
        return _cause.__get__(error)

    def __set__(self, error: Any, cause: BaseException | None) -> None:
        error.__dict__.pop("_told", None)
        _cause.__set__(error, cause)


def _restore(cls: type[OpenAIError], args: tuple[Any, ...]) -> OpenAIError:
    return cls.__new__(cls, *args)


def _showable(request: Any, with_body: bool) -> Any:
    """A request without its secrets: who knows where a pickled error ends up."""
    if not hasattr(request, "headers"):
        return request
    shown = copy(request)
    if not with_body:
        shown._content = b""
    pairs = request.headers.multi_items()
    shown.headers = type(request.headers)(
        [(name, REDACTED if is_secret(name) else value) for name, value in pairs]
    )
    return shown


class OpenAIError(Exception):
    _shows_request = True  # whether its body may be stored with it

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with `args`, which lack the keyword-only parameters.
        state = dict(self.__dict__)
        if state.pop("_raw", None) is not None:
            for name in ("response", "request"):
                if hasattr(self, name):
                    state[name] = getattr(self, name)
        if "request" in state:
            state["request"] = _showable(state["request"], self._shows_request)
        response: Any = state.get("response")
        if getattr(response, "_request", None) is not None:
            state["response"] = copy(response)
            state["response"]._request = _showable(response._request, self._shows_request)
        return _restore, (type(self), self.args), state

"""Root of the exceptions: pickling, and attributes that cost nothing until they are read."""

from __future__ import annotations

from typing import Any


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


class OpenAIError(Exception):
    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with `args`, which lack the keyword-only parameters.
        state = dict(self.__dict__)
        if state.pop("_raw", None) is not None:
            for name in ("response", "request"):
                if hasattr(self, name):
                    state[name] = getattr(self, name)
        return _restore, (type(self), self.args), state

"""Names of the API before version 1.0: they can be imported and looked at, calling them says why
they are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from .._exceptions import OpenAIError

# fmt: off
SYMBOLS = [
    "Audio", "ChatCompletion", "Completion", "Customer", "Deployment", "Edit", "Embedding",
    "Engine", "ErrorObject", "File", "FineTune", "FineTuningJob", "Image", "Model", "Moderation",
]
# fmt: on


class APIRemovedInV1(OpenAIError):
    def __init__(self, *, symbol: str) -> None:
        super().__init__(
            f"openai.{symbol} went away with version 1.0 of the API client: make a client and call "
            "its methods, for example `OpenAI().chat.completions.create(...)`"
        )


class APIRemovedInV1Proxy:
    """Every attribute is the proxy again: programs look at modules without meaning to call."""

    def __init__(self, *, symbol: str) -> None:
        self._symbol = symbol

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise APIRemovedInV1(symbol=self._symbol)


if not TYPE_CHECKING:
    __all__ = SYMBOLS

    def __getattr__(name: str) -> APIRemovedInV1Proxy:
        if name not in SYMBOLS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        proxy = APIRemovedInV1Proxy(symbol=name)
        globals()[name] = proxy
        return proxy

"""Official names whose machinery is not there yet. They can be imported and asked about with
isinstance; using them says so.
"""

from __future__ import annotations

from typing import Any, NoReturn

from ._exceptions import OpenAIError

# fmt: off
REMOVED = (
    "Audio", "ChatCompletion", "Completion", "Customer", "Deployment", "Edit", "Embedding",
    "Engine", "ErrorObject", "File", "FineTune", "FineTuningJob", "Image", "Model", "Moderation",
)
# fmt: on


def _refuse(name: str) -> NoReturn:
    raise NotImplementedError(
        f"openai_native.{name} is not supported yet: use OpenAI or AsyncOpenAI"
    )


class _Later:
    def __init__(self, *_: Any, **__: Any) -> None:
        _refuse(type(self).__name__)


class AzureOpenAI(_Later): ...


class AsyncAzureOpenAI(_Later): ...


class BedrockOpenAI(_Later): ...


class AsyncBedrockOpenAI(_Later): ...


class ComputerDriver(_Later): ...


class AsyncComputerDriver(_Later): ...


class ComputerToolset(_Later): ...


class AsyncComputerToolset(_Later): ...


class AssistantEventHandler(_Later): ...


class APIRemovedInV1(OpenAIError):
    def __init__(self, *, symbol: str) -> None:
        super().__init__(
            f"openai.{symbol} went away with version 1.0 of the API client: make a client and call "
            "its methods, for example `OpenAI().chat.completions.create(...)`"
        )


class RemovedName:
    """A name of the API before 1.0: it can be asked for, not called."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise APIRemovedInV1(symbol=self._name)

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise APIRemovedInV1(symbol=self._name)


for _value in list(globals().values()):
    if isinstance(_value, type) and issubclass(_value, _Later) and _value is not _Later:
        _value.__module__ = "openai_native"

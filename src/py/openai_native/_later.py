"""Official names whose machinery is not there yet. They can be imported and asked about with
isinstance; using them says so.
"""

from __future__ import annotations

from typing import Any, NoReturn


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


for _value in list(globals().values()):
    if isinstance(_value, type) and issubclass(_value, _Later) and _value is not _Later:
        _value.__module__ = "openai_native"

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .._lazy import forwarded
from ._utils import is_given

if not TYPE_CHECKING:
    __getattr__ = forwarded(
        __name__,
        {"._utils._params": "async_maybe_transform async_transform maybe_transform transform"},
    )

PropertyFormat = Literal["iso8601", "base64", "custom"]


class PropertyInfo:
    """What an `Annotated` type says about its wire form: another key, a format, a union's tag."""

    alias: str | None
    format: PropertyFormat | None
    format_template: str | None
    discriminator: str | None

    def __init__(
        self,
        *,
        alias: str | None = None,
        format: PropertyFormat | None = None,
        format_template: str | None = None,
        discriminator: str | None = None,
    ) -> None:
        self.alias = alias
        self.format = format
        self.format_template = format_template
        self.discriminator = discriminator

    def __repr__(self) -> str:
        # The official spelling, with its unquoted `format`.
        return (
            f"{type(self).__name__}(alias='{self.alias}', format={self.format}, "
            f"format_template='{self.format_template}', discriminator='{self.discriminator}')"
        )


def respelled(value: Any, names: Mapping[str, Any]) -> Any:
    """A copy of a request's dictionary with keys in their wire form; `names`: key -> wire name, or
    the same for the dictionary below that key. Anything else is handed back as it is.
    """
    if not isinstance(value, Mapping):
        return value
    made: dict[Any, Any] = {}
    for key, item in value.items():
        name = names.get(key, key)
        if not is_given(item):  # else it would take the place of the same key in wire form
            continue
        if isinstance(name, Mapping):
            made[key] = respelled(item, name)
        else:
            made[name] = item
    return made

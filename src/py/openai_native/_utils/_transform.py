from __future__ import annotations

from typing import Literal

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

"""Checks of `response_format`."""

from __future__ import annotations


def validate_response_format(response_format: object) -> None:
    """`create` takes JSON-like formats; classes belong to `parse`."""
    if isinstance(response_format, type):
        import pydantic

        if issubclass(response_format, pydantic.BaseModel):
            raise TypeError(
                "You tried to pass a `BaseModel` class as `response_format`, which"
                " `chat.completions.create()` cannot take; `chat.completions.parse()` does"
            )

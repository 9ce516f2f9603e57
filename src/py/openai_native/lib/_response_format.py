"""Checks of `response_format`."""

from __future__ import annotations


def validate_response_format(response_format: object) -> None:
    """`create` takes JSON-like formats; classes belong to `parse`."""
    if isinstance(response_format, type):
        import pydantic

        if issubclass(response_format, pydantic.BaseModel):
            raise TypeError(
                "`response_format` is a `BaseModel` class, which `chat.completions.create()`"
                " cannot take; `chat.completions.parse()` does"
            )

"""A response of another HTTP client, where the core's errors look for one of its own."""

from __future__ import annotations

from typing import Any


class GivenRaw:
    def __init__(self, response: Any) -> None:
        self.http_response = response
        self.status_code: int = response.status_code

    @property
    def content(self) -> bytes:
        """Of a stream: nothing that could be shown."""
        return bytes(getattr(self.http_response, "_content", b""))

    def get(self, name: str) -> str | None:
        value: str | None = self.http_response.headers.get(name)
        return value

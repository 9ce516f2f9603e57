"""Errors of WebSocket connections."""

from __future__ import annotations

from typing import Any

from ._error_base import OpenAIError


class _Unsent:
    """Keeps unsent frames out of tracebacks and attribute dumps."""

    __slots__ = ("frames", "messages")

    def __init__(self, frames: list[Any], messages: list[str]) -> None:
        self.frames = frames
        self.messages = messages

    def __repr__(self) -> str:
        return "<unsent WebSocket messages>"


def _as_text(frame: str | bytes) -> str | None:
    if isinstance(frame, str):
        return frame
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        return None


class WebSocketConnectionClosedError(OpenAIError):
    """A WebSocket closed with messages unsent: `unsent_frames` has all, in order."""

    def __init__(self, message: str, *, unsent_messages: list[str] | list[str | bytes]) -> None:
        super().__init__(message)
        if all(isinstance(frame, str) for frame in unsent_messages):
            texts: Any = unsent_messages
        else:
            texts = [text for text in map(_as_text, unsent_messages) if text is not None]
        self._unsent = _Unsent(unsent_messages, texts)

    @property
    def unsent_messages(self) -> list[str]:
        return self._unsent.messages

    @unsent_messages.setter
    def unsent_messages(self, messages: list[str]) -> None:
        if "_unsent" in self.__dict__:
            self._unsent.messages = messages
        else:
            self._unsent = _Unsent([], messages)

    @property
    def unsent_frames(self) -> list[str] | list[str | bytes]:
        return self._unsent.frames

    @unsent_frames.setter
    def unsent_frames(self, frames: list[str] | list[str | bytes]) -> None:
        self._unsent.frames = frames


class WebSocketQueueFullError(OpenAIError):
    """The outgoing WebSocket queue is over its size limit."""

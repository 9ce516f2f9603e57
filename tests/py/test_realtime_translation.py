"""A session of Realtime Translation closes its connection once, whoever asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from openai_native import OpenAI, OpenAIError
from openai_native.lib.realtime_translation import TranslationSession
from openai_native.resources.realtime.translations.translations import TranslationsConnection
from ws_server import WsServer

CLOSED = {"type": "session.closed", "event_id": "e"}
APPEND: Any = {"type": "session.input_audio_buffer.append", "audio": "AA=="}
close = TranslationsConnection.close


@pytest.fixture
def sockets() -> Iterator[WsServer]:
    with WsServer([("send", CLOSED)]) as running:
        yield running


@pytest.fixture
def client(sockets: WsServer) -> Iterator[OpenAI]:
    with OpenAI(base_url=sockets.url, api_key="test-key") as made:
        yield made


@pytest.mark.parametrize("timeout", [20, None])
def test_a_close_that_failed_is_not_tried_again(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch, timeout: float | None
) -> None:
    tried = []

    def failing(connection: TranslationsConnection) -> None:
        tried.append(1)  # not the connection: it would stay alive as long as the patch
        close(connection)
        raise ValueError("as it should be")

    monkeypatch.setattr(TranslationsConnection, "close", failing)
    session = TranslationSession(client.realtime.translations, model="m")
    with pytest.raises(ValueError, match="as it should be"), session as connection:
        assert connection.recv(timeout=timeout).type == "session.closed"
    assert tried == [1]


def test_a_timed_wait_does_not_wait_for_the_close(
    client: OpenAI, sockets: WsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, allowed = threading.Event(), threading.Event()

    def slow(connection: TranslationsConnection) -> None:
        begun.set()
        assert allowed.wait(20)
        close(connection)

    monkeypatch.setattr(TranslationsConnection, "close", slow)
    with TranslationSession(client.realtime.translations, model="m") as connection:
        assert connection.recv(timeout=20).type == "session.closed"
        assert begun.wait(20)
        with pytest.raises(OpenAIError, match="input is closed"):
            connection.send(APPEND)
        allowed.set()
    sockets.settle()
    assert sockets.closes == [(1000, "")]


def test_it_closes_without_a_thread(client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with TranslationSession(client.realtime.translations, model="m") as connection:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError, match="new thread"):
                connection.recv(timeout=20)
        with pytest.raises(OpenAIError, match="input is closed"):
            connection.send(APPEND)

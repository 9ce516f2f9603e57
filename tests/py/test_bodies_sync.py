"""Uploads, raw bodies and streamed responses of the synchronous client, beside the official one."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest

import openai_native
from openai_native import _core
from scripted import ScriptedServer, answer, events

JSON = b'{"id": "c", "object": "chat.completion", "choices": [], "extra": "\xc3\xb6"}\n'


async def both(program: Callable[[Any, Any], Any], *replies: bytes) -> list[Any]:
    """What `program(package, client)` returns and sends, or the class of its error."""
    seen: list[Any] = []
    async with ScriptedServer() as server:

        def run(package: Any) -> Any:
            with package.OpenAI(api_key="k", base_url=server.url, max_retries=0) as client:
                try:
                    return program(package, client)
                except Exception as error:
                    return type(error).__name__

        for package in (openai, openai_native):
            server.answers.extend(replies)
            result = await asyncio.to_thread(run, package)
            sent = [re.sub(b"[0-9a-f]{32}", b"B", request.body) for request in server.requests]
            seen.append((result, sent))
            server.requests.clear()
            server.answers.clear()
    return seen


def upload(content: Callable[[], Any]) -> Callable[[Any, Any], Any]:
    return lambda _, client: client.files.create(file=content(), purpose="batch").id


def raw(content: Callable[[], Any]) -> Callable[[Any, Any], Any]:
    return lambda _, client: client.post("/x", content=content(), cast_to=object)


async def async_pieces() -> Any:
    yield b"x"


PROGRAMS: dict[str, Callable[[Any, Any], Any]] = {
    "path": upload(lambda: Path(__file__)),
    "memory": upload(lambda: io.BytesIO(b"memory")),
    "missing": upload(lambda: Path("/nowhere/at all")),
    "text": upload(lambda: io.StringIO("text")),
    "raw bytes": raw(lambda: b"bytes"),
    "raw file": raw(lambda: io.BytesIO(b"memory")),
    "raw asynchronous iterator": raw(async_pieces),
    "raw mapping": raw(lambda: {"a": 1}),
    "transcription": lambda _, client: client.audio.transcriptions.create(
        file=b"x", model="m", response_format="text"
    ),
    "speech": lambda _, client: (
        client.audio.speech.create(input="i", model="m", voice="alloy").content
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_bodies(name: str) -> None:
    official, ours = await both(PROGRAMS[name])
    assert ours == official


async def test_raw_iterators_are_read_before_they_are_sent() -> None:
    async with ScriptedServer() as server:
        with openai_native.OpenAI(api_key="k", base_url=server.url) as client:
            program = raw(lambda: iter([b"a", b"b"]))
            await asyncio.to_thread(program, openai_native, client)
        assert server.last.body == b"ab"


def streamed(use: Callable[[Any, Any], Any], **arguments: Any) -> Callable[[Any, Any], Any]:
    def program(package: Any, client: Any) -> Any:
        completions = client.chat.completions.with_streaming_response
        with completions.create(messages=[], model="m", **arguments) as response:
            result = use(package, response)
        assert response.is_closed
        return type(response).__name__, result

    return program


def read_too_late(_: Any, response: Any) -> Any:
    next(response.iter_bytes(5))
    response.read()


USES: dict[str, Callable[[Any, Any], Any]] = {
    "read": lambda _, r: (r.read(), r.text(), r.json(), list(r.iter_bytes(9))),
    "parse": lambda p, r: (r.parse().id, r.parse(to=p.types.chat.ChatCompletion).id),
    "bytes": lambda _, r: list(r.iter_bytes(7)),
    "text": lambda _, r: list(r.iter_text(7)),
    "lines": lambda _, r: list(r.iter_lines()),
    "too late": read_too_late,
}


@pytest.mark.parametrize("name", USES)
async def test_streamed_responses(name: str) -> None:
    official, ours = await both(streamed(USES[name]), answer(200, JSON))
    assert ours[0] == official[0]


async def test_streamed_events() -> None:
    reply = events('{"id": "1", "choices": []}', '{"id": "2", "choices": []}')

    def ids(_: Any, response: Any) -> Any:
        stream = response.parse()
        return type(stream).__name__, [chunk.id for chunk in stream]

    official, ours = await both(streamed(ids, stream=True), reply)
    assert ours[0] == official[0]


async def test_files_are_written_as_they_come(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000

    def save(package: Any, client: Any) -> Any:
        speech = client.audio.speech.with_streaming_response
        with speech.create(input="i", model="m", voice="alloy") as response:
            response.stream_to_file(tmp_path / package.__name__)
        with client.with_streaming_response.files.content("f") as response:
            return type(response).__name__, (tmp_path / package.__name__).read_bytes() == content

    reply = answer(200, content, content_type="audio/mpeg")
    official, ours = await both(save, reply, reply)
    assert ours[0] == official[0] == ("StreamedBinaryAPIResponse", True)


async def test_what_is_left_early_is_let_go() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 3_000_000

    def leave(_: Any, client: Any) -> None:
        with client.files.with_streaming_response.content("f") as response:
            next(response.iter_bytes())

    _, (result, _) = await both(leave, endless)
    assert result is None
    for _ in range(1000):
        if not _core.live_objects()["calls"]:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(_core.live_objects())

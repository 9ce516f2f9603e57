"""Forms and raw bodies: the bytes of the official client up to the boundary, and its errors."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

import openai_native
from scripted import Request, ScriptedServer, answer

Make = Callable[[Path], Any]


def shown(request: Request) -> tuple[str, str, str | None, bytes]:
    kind = request.header("content-type") or ""
    found = re.match(b"--([0-9a-f]{32})\r\n", request.body)
    boundary = found[1].decode() if found else "none"
    return (
        request.target,
        kind.replace(boundary, "B"),
        request.header("content-length"),
        request.body.replace(boundary.encode(), b"B"),
    )


async def both(call: Callable[[Any], Any]) -> list[Any]:
    """What each package sends for `call(client)`, or the class of the error it raises."""
    seen: list[Any] = []
    async with ScriptedServer() as server:
        for package in (openai, openai_native):
            async with package.AsyncOpenAI(
                api_key="k", base_url=server.url, max_retries=0
            ) as client:
                try:
                    await call(client)
                except Exception as error:
                    seen.append(type(error).__name__)
                else:
                    seen.append(shown(server.last))
                assert len(server.requests) == (0 if isinstance(seen[-1], str) else 1)
                server.requests.clear()
    return seen


class Odd(io.BytesIO):
    """A file in memory with a name of its own."""

    name = '/tmp/wéird "quoted" \\ name\n.json'


class Named(os.PathLike[str]):
    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


def opened(folder: Path, mode: str = "rb") -> Any:
    return (folder / "sample.txt").open(mode)


FILES: dict[str, Make] = {
    "bytes": lambda _: b"bytes",
    "empty": lambda _: b"",
    "path": lambda folder: folder / "sample.txt",
    "path-like": lambda folder: Named(folder / "sample.txt"),
    "empty file": lambda folder: folder / "empty.bin",
    "open": opened,
    "unbuffered": lambda folder: (folder / "sample.txt").open("rb", buffering=0),
    "read and write": lambda folder: opened(folder, "r+b"),
    "memory": lambda _: io.BytesIO(b"memory"),
    "odd name": lambda _: Odd(b"{}"),
    "pair": lambda _: ("name.png", b"x"),
    "pair with path": lambda folder: ("other.wav", folder / "sample.txt"),
    "pair with file": lambda folder: ("other.wav", opened(folder)),
    "pair with text": lambda _: ("a", "téxt"),
    "no name": lambda _: (None, b"x"),
    "type": lambda _: ("name", b"x", "text/x-own"),
    "headers": lambda _: ("name", b"x", "text/x-own", {"X-Part": "1"}),
    "own type header": lambda _: ("name", b"x", None, {"content-type": "text/y"}),
    "missing": lambda folder: folder / "missing",
    "folder": lambda folder: folder,
    "text mode": lambda folder: opened(folder, "r"),
    "text in memory": lambda _: io.StringIO("x"),
    "name instead of path": lambda _: "sample.txt",
    "nothing": lambda _: None,
    "number": lambda _: 3,
    "bad header": lambda _: ("name", b"x", None, {"bad name": "1"}),
    "bad header value": lambda _: ("name", b"x", None, {"X-Part": "1\r\n"}),
    "written only": lambda folder: (folder / "new").open("wb"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sample.txt").write_bytes(b"from disk\r\n--B\r\n")
    (tmp_path / "empty.bin").touch()
    return tmp_path


@pytest.mark.parametrize("kind", FILES)
async def test_files_of_every_kind(kind: str, folder: Path) -> None:
    made: list[Any] = []

    async def create(client: Any) -> None:
        made.append(FILES[kind](folder))
        await client.files.create(
            file=made[-1],
            purpose="batch",
            expires_after={"anchor": "created_at", "seconds": 3600},
        )

    official, ours = await both(create)
    assert ours == official
    for file in made:
        for each in file if isinstance(file, tuple) else [file]:
            if hasattr(each, "close"):
                each.close()


async def test_closed_file(folder: Path) -> None:
    with opened(folder) as file:
        pass
    official, ours = await both(lambda client: client.files.create(file=file, purpose="batch"))
    assert ours == official == "ValueError"


CALLS: dict[str, Callable[[Any], Any]] = {
    "fields": lambda c: c.audio.transcriptions.create(
        file=b"x",
        model="m",
        include=["logprobs"],
        keywords=("a", "b", ""),
        languages=["", "de"],
        temperature=0.5,
        timestamp_granularities=["word", "segment"],
        chunking_strategy={"type": "server_vad", "threshold": 1e-7, "prefix_padding_ms": 3},
        extra_body={"temperature": 1, "more": [{"a": None, "b": True}], "file": openai.omit}
        if isinstance(c, openai.AsyncOpenAI)
        else {"temperature": 1, "more": [{"a": None, "b": True}], "file": openai_native.omit},
    ),
    "several files": lambda c: c.images.edit(image=[b"a", ("b.png", b"b")], prompt="p", mask=b"m"),
    "one in a list": lambda c: c.images.edit(image=[b"a"], prompt="p"),
    "bad one in a list": lambda c: c.images.edit(image=[b"a", "b"], prompt="p"),
    "own boundary": lambda c: c.files.create(
        file=b"x", purpose="p", extra_headers={"Content-Type": "multipart/form-data; boundary=own"}
    ),
    "own type": lambda c: c.files.create(
        file=b"x", purpose="p", extra_headers={"Content-Type": "text/plain"}
    ),
    "own form type": lambda c: c.files.create(
        file=b"x", purpose="p", extra_headers={"content-type": "multipart/form-data"}
    ),
    "no file wanted": lambda c: c.containers.files.create("c", file_id="f"),
    "file wanted": lambda c: c.containers.files.create("c", file=b"x"),
    "no files at all": lambda c: c.skills.create(),
    "empty list of files": lambda c: c.skills.versions.create("s", files=[], default=True),
    "skill files": lambda c: c.skills.create(files=[("a/SKILL.md", b"1"), ("a/b.py", b"2")]),
    "one skill file": lambda c: c.skills.create(files=("a.zip", b"1")),
    "sdp alone": lambda c: c.realtime.calls.create(sdp="v=0\r\nö"),
    "sdp and session": lambda c: c.realtime.calls.create(
        sdp="v=0", session={"type": "realtime", "instructions": 'ö "x"'}
    ),
    "sdp and more": lambda c: c.realtime.calls.create(sdp="v=0", extra_body={"more": [1, 2]}),
    "sdp of a wrong type": lambda c: c.realtime.calls.create(sdp=3),
    "extra body of a wrong type": lambda c: c.files.create(file=b"x", purpose="p", extra_body=[1]),
}


@pytest.mark.parametrize("kind", CALLS)
async def test_forms_of_every_kind(kind: str) -> None:
    official, ours = await both(CALLS[kind])
    assert ours == official


FORMATS = ["json", "verbose_json", "diarized_json", "text", "srt", "vtt", None]


@pytest.mark.parametrize("response_format", FORMATS)
async def test_the_format_picks_the_type(response_format: str | None) -> None:
    seen = []
    is_json = response_format is None or response_format.endswith("json")
    async with ScriptedServer() as server:
        for package in (openai, openai_native):
            content, kind = b"hello\n", "text/plain"
            if is_json:
                content, kind = b'{"text": "hello", "segments": []}', "application/json"
            server.answers.append(answer(200, content, content_type=kind))
            given = {} if response_format is None else {"response_format": response_format}
            async with package.AsyncOpenAI(api_key="k", base_url=server.url) as client:
                result = await client.audio.transcriptions.create(file=b"x", model="m", **given)
            seen.append((type(result).__name__, getattr(result, "text", result)))
    assert seen[0] == seen[1]


async def test_binary_answers(tmp_path: Path) -> None:
    seen: list[list[Any]] = []
    for package in (openai, openai_native):
        async with (
            ScriptedServer() as server,
            package.AsyncOpenAI(api_key="k", base_url=server.url) as client,
        ):
            server.answers.append(answer(200, b"\x00audio\xff" * 9000, content_type="audio/mpeg"))
            speech = await client.audio.speech.create(input="i", model="m", voice="alloy")
            assert server.last.header("accept") == "application/octet-stream"
            target = tmp_path / package.__name__
            speech.write_to_file(target)
            with pytest.deprecated_call():
                speech.stream_to_file(tmp_path / "again")
            with pytest.deprecated_call():
                await speech.astream_to_file(tmp_path / "once more")
            assert target.read_bytes() == (tmp_path / "again").read_bytes()
            assert target.read_bytes() == (tmp_path / "once more").read_bytes()
            seen.append(
                [
                    type(speech).__name__,
                    speech.content == speech.read() == await speech.aread() == target.read_bytes(),
                    [len(chunk) for chunk in speech.iter_bytes(5000)],
                    [len(chunk) async for chunk in await speech.aiter_bytes(5000)],
                    len(speech.text),
                    speech.encoding,
                    speech.charset_encoding,
                    speech.response.status_code,
                ]
            )
            await speech.aclose()
    assert seen[0] == seen[1]


async def test_what_is_read_stays_what_it_was(folder: Path) -> None:
    """A file's position does not move, and it may be closed while the request is on its way."""
    async with (
        ScriptedServer() as server,
        openai_native.AsyncOpenAI(api_key="k", base_url=server.url) as client,
    ):
        with opened(folder) as file:
            file.seek(4)
            call = asyncio.ensure_future(client.files.create(file=file, purpose="batch"))
            await asyncio.sleep(0)
            assert file.tell() == 4
        await call
        assert b"from disk" in server.last.body


async def pieces(*parts: bytes) -> Any:
    for part in parts:
        yield part


FORM = {"Content-Type": "multipart/form-data"}
AD_HOC: dict[str, Callable[[Any], Any]] = {
    "bytes": lambda c: c.post("/x", cast_to=object, content=b"raw"),
    "no bytes": lambda c: c.post("/x", cast_to=object, content=b""),
    "text": lambda c: c.put("/x", cast_to=object, content="räw"),
    "own type": lambda c: c.patch(
        "/x", cast_to=object, content=b"raw", options={"headers": {"Content-Type": "text/plain"}}
    ),
    "delete": lambda c: c.delete("/x", cast_to=object, content=b"raw"),
    "path": lambda c: c.post("/x", cast_to=object, content=Path(__file__)),
    "mapping": lambda c: c.post("/x", cast_to=object, content={"a": 1}),
    "number": lambda c: c.post("/x", cast_to=object, content=3),
    "both": lambda c: c.post("/x", cast_to=object, content=b"x", body={"a": 1}),
    "files and content": lambda c: c.post("/x", cast_to=object, content=b"x", files={"f": b"x"}),
    "form": lambda c: c.post(
        "/x",
        cast_to=object,
        body={"a": [1, None, "ö"], "b": {"c": True}},
        files={"f": ("n.txt", b"x")},
        options={"headers": FORM},
    ),
    "form of pairs": lambda c: c.post(
        "/x", cast_to=object, files=[("f[]", b"1"), ("f[]", b"2")], options={"headers": FORM}
    ),
    "form without a type": lambda c: c.post("/x", cast_to=object, body={"a": 1}, files={"f": b"x"}),
    "a file that is text": lambda c: c.post("/x", cast_to=object, files={"f": "text"}),
    "a named file that is text": lambda c: c.post("/x", cast_to=object, files={"f": ("n", "x")}),
    "files of a wrong type": lambda c: c.post("/x", cast_to=object, files=3),
}


@pytest.mark.parametrize("kind", AD_HOC)
async def test_calls_without_a_method_of_their_own(kind: str) -> None:
    official, ours = await both(AD_HOC[kind])
    assert ours == official


async def test_raw_bytes_as_body_are_deprecated() -> None:
    for package in (openai, openai_native):
        async with (
            ScriptedServer() as server,
            package.AsyncOpenAI(api_key="k", base_url=server.url) as client,
        ):
            with pytest.deprecated_call():
                await client.post("/x", cast_to=object, body=b"raw")
            assert server.last.body == b"raw"


async def test_iterators_have_a_length_and_can_be_sent_again(folder: Path) -> None:
    async with (
        ScriptedServer() as server,
        openai_native.AsyncOpenAI(api_key="k", base_url=server.url, max_retries=1) as client,
    ):
        large = [b"x" * 1_000_000] * 6  # more than is kept in memory
        file = opened(folder)
        file.seek(5)
        for content, whole in (
            (pieces(b"a", b"b"), b"ab"),
            (iter([b"a", b"b"]), b"ab"),
            (pieces(*large), b"".join(large)),
            (io.BytesIO(b"memory"), b"memory"),
            (file, b"disk\r\n--B\r\n"),
        ):
            server.answers.append(answer(500, headers={"retry-after-ms": "1"}))
            await client.post("/x", cast_to=object, content=content)
            assert [request.body == whole for request in server.requests] == [True, True]
            server.requests.clear()
        file.close()


@pytest.mark.parametrize("more", [{}, {"session": {"type": "realtime"}}])
async def test_a_body_that_names_its_type(more: Any) -> None:
    """Whatever Content-Type the caller gives."""
    kinds: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        kinds.append(request.headers["content-type"].partition(";")[0])
        return httpx2.Response(200)

    both: Any = (openai, openai_native)
    for package in both:
        http_client = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
        async with package.AsyncOpenAI(api_key="k", http_client=http_client) as client:
            given = {"content-type": "application/json"}
            await client.realtime.calls.create(sdp="v=0", extra_headers=given, **more)
    official, ours = kinds
    assert ours == official != "application/json"

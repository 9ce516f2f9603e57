"""`with_streaming_response`: what the official client gives, and nothing left when it is left."""

from __future__ import annotations

import asyncio
import gc
import gzip
import importlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import openai
import pytest

import openai_native
from openai_native import _core
from scripted import ScriptedServer, answer, events

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SURFACE = Path(__file__).resolve().parents[2] / "surface"
COMPLETION = b'{"id": "c", "object": "chat.completion", "choices": [], "extra": "\xc3\xb6"}\nline\n'
JSON = COMPLETION.removesuffix(b"line\n")
ID = {"x-request-id": "req_1"}
Use = Callable[[Any, Any], Awaitable[Any]]


async def both(reply: bytes, use: Use, **arguments: Any) -> list[Any]:
    """What `use(package, response)` makes of the same answer, or the class of the error."""
    seen: list[Any] = []
    for package in (openai, openai_native):
        async with (
            ScriptedServer() as server,
            package.AsyncOpenAI(api_key="k", base_url=server.url, max_retries=0) as client,
        ):
            server.answers.append(reply)
            completions = client.chat.completions.with_streaming_response
            try:
                async with completions.create(messages=[], model="m", **arguments) as response:
                    seen.append(await use(package, response))
                assert response.is_closed
            except Exception as error:
                seen.append((type(error).__name__, getattr(error, "body", None)))
    return seen


def whole(body: bytes = JSON, **headers: str) -> bytes:
    return answer(200, body, headers={**ID, **headers})


async def properties(_: Any, response: Any) -> Any:
    open_before = response.is_closed
    await response.read()
    assert response.elapsed.total_seconds() >= 0
    assert response.http_request.method == response.method == "POST"
    return [
        open_before,
        response.is_closed,
        type(response).__name__,
        response.status_code,
        response.request_id,
        response.headers["X-Request-Id"],
        response.retries_taken,
        response.url.path,
        response.http_version,
        repr(response).replace("openai_native", "openai"),
        response.http_response.reason_phrase,
    ]


async def body(_: Any, response: Any) -> Any:
    return [
        await response.read(),
        await response.text(),
        await response.json(),
        await response.read(),
        [piece async for piece in response.iter_bytes(10)],
    ]


async def parsed(package: Any, response: Any) -> Any:
    first = await response.parse()
    assert await response.parse() is first
    model = await response.parse(to=package.types.chat.ChatCompletion)
    return [
        type(first).__name__,
        first.id,
        first._request_id,
        model.id,
        await response.parse(to=str),
    ]


async def pieces(_: Any, response: Any) -> Any:
    return [piece async for piece in response.iter_bytes(7)]


async def texts(_: Any, response: Any) -> Any:
    return [piece async for piece in response.iter_text(9)]


async def lines(_: Any, response: Any) -> Any:
    return [line async for line in response.iter_lines()]


async def read_too_late(_: Any, response: Any) -> Any:
    async for _piece in response.iter_bytes(5):
        break
    await response.read()


async def twice(_: Any, response: Any) -> Any:
    async for _piece in response.iter_bytes():
        pass
    return [piece async for piece in response.iter_bytes()]


@pytest.mark.parametrize(
    "use", [properties, body, parsed, pieces, texts, lines, read_too_late, twice]
)
async def test_responses_are_those_of_the_official_client(use: Use) -> None:
    official, ours = await both(whole(COMPLETION if use in (texts, lines) else JSON), use)
    assert ours == official


async def test_compressed_bodies_are_decoded() -> None:
    packed = whole(gzip.compress(JSON), **{"Content-Encoding": "gzip"})
    for use in (body, pieces):
        official, ours = await both(packed, use)
        assert ours == official


async def test_errors_are_those_of_plain_calls() -> None:
    official, ours = await both(answer(404, {"error": {"message": "no"}}), body)
    assert ours == official == ("NotFoundError", {"message": "no"})


EVENTS = events('{"id": "1", "choices": []}', '{"id": "2", "choices": []}')


async def events_parsed(_: Any, response: Any) -> Any:
    stream = await response.parse()
    assert await response.parse() is stream
    assert stream.response is response.http_response
    return [type(stream).__name__, [(type(event).__name__, event.id) async for event in stream]]


async def events_as_lines(_: Any, response: Any) -> Any:
    return [line async for line in response.iter_lines()]


async def events_as_typed(package: Any, response: Any) -> Any:
    stream = await response.parse(to=package.AsyncStream[dict])
    return [event async for event in stream]


async def events_as_no_stream(_: Any, response: Any) -> Any:
    await response.parse(to=str)


@pytest.mark.parametrize(
    "use", [events_parsed, events_as_lines, events_as_typed, events_as_no_stream]
)
async def test_event_streams(use: Use) -> None:
    official, ours = await both(EVENTS, use, stream=True)
    assert ours == official


async def test_binary_answers_go_to_files_as_they_come(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    for package in (openai, openai_native):
        async with (
            ScriptedServer() as server,
            package.AsyncOpenAI(api_key="k", base_url=server.url) as client,
        ):
            server.answers.append(answer(200, content, content_type="audio/mpeg"))
            speech = client.audio.speech.with_streaming_response
            async with speech.create(input="i", model="m", voice="alloy") as response:
                assert type(response).__name__ == "AsyncStreamedBinaryAPIResponse"
                await response.stream_to_file(tmp_path / "speech", chunk_size=1000)
            assert (tmp_path / "speech").read_bytes() == content
            server.answers.append(answer(200, content, content_type="audio/mpeg"))
            async with client.with_streaming_response.files.content("f") as response:
                assert await response.parse() == content


async def settled() -> None:
    for _ in range(1000):
        gc.collect()  # again: the task that a failed call woke still ran inside of it
        alive = _core.live_objects()
        if not alive["calls"] and not alive["streams"]:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(_core.live_objects())


async def test_what_is_left_early_is_let_go() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 3_000_000
    async with (
        ScriptedServer() as server,
        openai_native.AsyncOpenAI(api_key="k", base_url=server.url, max_retries=0) as client,
    ):
        for leave in ("unread", "break", "error", "cancel"):
            server.answers.append(endless)
            task = asyncio.ensure_future(read_some(client, leave))
            if leave == "cancel":
                await asyncio.sleep(0.05)
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            del task  # and its error, whose traceback holds the response
            await settled()


async def read_some(client: Any, leave: str) -> None:
    async with client.files.with_streaming_response.content("f") as response:
        if leave == "unread":
            return
        async for _ in response.iter_bytes():
            if leave == "break":
                break
            if leave == "error":
                raise ValueError
        if leave == "cancel":
            await response.read()


async def test_a_body_cut_short_is_an_error() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
    async with (
        ScriptedServer() as server,
        openai_native.AsyncOpenAI(api_key="k", base_url=server.url, max_retries=0) as client,
    ):
        server.answers += [cut, None]
        with pytest.raises(openai_native.APIConnectionError):
            async with client.files.with_streaming_response.content("f") as response:
                server.hang_up()
                await response.read()
        assert response.is_closed


def views() -> list[tuple[str, str, str]]:
    enabled = tomllib.loads((SURFACE / "enabled.toml").read_text(encoding="utf-8"))["resources"]
    found = []
    for file in sorted((SURFACE / "resources").rglob("*.toml")):
        path = ".".join(file.relative_to(SURFACE / "resources").with_suffix("").parts)
        facts = tomllib.loads(file.read_text(encoding="utf-8"))
        if path.split(".")[0] in enabled:
            found.append((path, facts["module"], facts["class"]))
    return found


class Anything:
    """Stands in for a resource: views only wrap its methods."""

    def __getattr__(self, name: str) -> Any:
        async def method() -> None: ...

        return method


def test_every_resource_has_the_official_views() -> None:
    for path, module, name in views():
        official = importlib.import_module(f"openai.{module}")
        ours = importlib.import_module(f"openai_native.{module}")
        for view in ("WithRawResponse", "WithStreamingResponse"):
            theirs = getattr(official, f"Async{name}{view}", None)
            if theirs is None:
                continue
            mine = getattr(ours, f"Async{name}{view}")
            expected = {n for n in vars(theirs(Anything())) if not n.startswith("_")}
            absent = {n for n in expected if not hasattr(getattr(ours, f"Async{name}"), n)}
            actual = {n for n in vars(mine(Anything())) if not n.startswith("_")}
            assert actual == expected - absent, (path, view)
            children = {n for n, v in vars(theirs).items() if hasattr(v, "attrname")}
            assert children <= {n for n, v in vars(mine).items() if hasattr(v, "attrname")}

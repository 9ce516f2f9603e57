"""Answers that no honest server gives: a clear error each, and the client goes on as before."""

from __future__ import annotations

import gzip
import logging
from typing import Any

import pytest

from openai_native import APIConnectionError, APIError, AsyncOpenAI
from scripted import Last, ScriptedServer, answer

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIP = {"Content-Encoding": "gzip"}
MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "header is over the limit"),
        (b"HTTP/1.1 200 " + b"x" * 200_000, "header is over the limit"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1001 + b"\r\n", "more than 1000 header fields"),
        (CHUNKED + b"1;x=" + b"y" * 100_000, "more extensions or trailers than data"),
        (CHUNKED + (b"1;x=" + b"y" * 1000 + b"\r\na\r\n") * 100, "more extensions or trailers"),
        (CHUNKED + b"0\r\n" + b"X: y\r\n" * 20_000, "more extensions or trailers"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000, "more than 16 interim"),
        (answer(body=b" " * 2000), "127.0.0.1:[0-9]+, more than 1000 bytes.* `max_response_b"),
        (CHUNKED + b"64\r\n" + b" " * 100 + b"\r\n" + b"64\r\n", "closed the connection"),
        (CHUNKED + (b"64\r\n" + b" " * 100 + b"\r\n") * 20, "more than 1000 bytes"),
        (answer(body=gzip.compress(b" " * 10**8), headers=GZIP), "more than 1000 bytes"),
        (b"HTTP/1.1 301 Moved\r\nLocation: /v1/models/m\r\nContent-Length: 0\r\n\r\n", ""),
    ],
)
async def test_the_next_call_succeeds(scripted: ScriptedServer, wire: bytes, message: str) -> None:
    settings: Any = {"api_key": "k", "max_retries": 0, "max_response_bytes": 1000}
    async with AsyncOpenAI(base_url=scripted.url, **settings) as client:
        if message:
            scripted.answers += [Last(wire), answer(body=MODEL)]
            with pytest.raises(APIConnectionError, match=message):
                await client.models.retrieve("m")
        else:
            scripted.answers += [*[wire] * 21, answer(body=MODEL)]
            with pytest.raises(APIConnectionError, match="more than 20 times"):
                await client.models.retrieve("m")
        assert (await client.models.retrieve("m")).id == "m"


BOMB = gzip.compress(b" " * 10**8)


@pytest.mark.parametrize("status", [302, 307])
async def test_bodies_that_nobody_reads_are_not_unpacked(
    scripted: ScriptedServer, status: int
) -> None:
    """Of redirects (urllib3 CVE-2026-21441, CVE-2026-44432)."""
    headers = {"Content-Encoding": "gzip", "Location": "/v1/models/n"}
    settings: Any = {"api_key": "k", "max_retries": 0, "max_response_bytes": 1000}
    async with AsyncOpenAI(base_url=scripted.url, **settings) as client:
        for _ in range(3):
            scripted.answers += [answer(status, BOMB, headers=headers), answer(body=MODEL)]
            assert (await client.models.retrieve("m")).id == "m"
        # One that leads nowhere is an answer, whose body counts.
        headers["Location"] = "ftp://nowhere/"
        scripted.answers += [answer(status, BOMB, headers=headers), answer(body=MODEL)]
        with pytest.raises(APIConnectionError, match="more than 1000 bytes"):
            await client.models.retrieve("m")
        assert (await client.models.retrieve("m")).id == "m"


@pytest.mark.parametrize("status", [429, 503])
async def test_bombs_that_would_be_tried_again(scripted: ScriptedServer, status: int) -> None:
    headers = {"Content-Encoding": "gzip", "retry-after-ms": "1"}
    settings: Any = {"api_key": "k", "max_retries": 1, "max_response_bytes": 1000}
    async with AsyncOpenAI(base_url=scripted.url, **settings) as client:
        scripted.answers += [answer(status, BOMB, headers=headers), answer(body=MODEL)]
        with pytest.raises(APIConnectionError, match="more than 1000 bytes"):
            await client.models.retrieve("m")
        assert (await client.models.retrieve("m")).id == "m"


@pytest.mark.parametrize("codings", ["gzip, gzip", "gzip, gzip, gzip", ", ".join(["gzip"] * 6)])
async def test_bombs_in_bombs(scripted: ScriptedServer, codings: str) -> None:
    """curl CVE-2022-32206, urllib3 CVE-2025-66471: each step has a bound, and so have the steps."""
    packed = BOMB
    for _ in codings.split(",")[1:]:
        packed = gzip.compress(packed)
    for status in (200, 400):
        async with AsyncOpenAI(base_url=scripted.url, api_key="k", max_retries=0) as client:
            wire = answer(status, packed, headers={"Content-Encoding": codings})
            scripted.answers += [wire, answer(body=MODEL)]
            with pytest.raises(APIConnectionError, match=r"larger than it may be|compressed data"):
                await client.models.retrieve("m")
            assert (await client.models.retrieve("m")).id == "m"


async def test_bytes_one_by_one(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    """CVE-2025-69229: a chunk costs no more than its bytes, however many there are."""
    padded = b'{"id": "m", "object": "model", "created": 1, "owned_by": "me"}' + b" " * 200_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in padded)
    for _ in range(2):
        scripted.answers.append(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
        )
        assert (await scripted_client.models.retrieve("m")).id == "m"


@pytest.mark.http1  # a proxy refuses such heads itself
async def test_cookies_are_not_kept(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    """So none is replayed anywhere. Nor is a word lost over them (CVE-2025-69230)."""
    caplog.set_level(logging.DEBUG, logger="openai")
    cookies = "".join(f"Set-Cookie: a{n}=\x01; Domain=com; Path=/\xff\r\n" for n in range(900))
    wire = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
    scripted.answers += [
        wire + b"Set-Cookie: a=b\r\nSet-Cookie: \r\nSet-Cookie: =;;;\r\n\r\n{}",
        wire + cookies.replace("\x01", "b").encode("latin-1") + b"\r\n{}",
        answer(body=MODEL),
    ]
    for _ in range(3):
        await scripted_client.models.retrieve("m")
    assert [request.header("cookie") for request in scripted.requests] == [None] * 3
    assert len(caplog.records) == 3 * 4


async def test_answers_make_no_lines_in_logs(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    """What a server says is not taken for what we say: one record each, of bounded size."""
    caplog.set_level(logging.DEBUG, logger="openai")
    said = '"\\n2026-01-01 ERROR forged\\u001b[2J'
    body = f'{{"error": {{"message": {said}{"x" * 100_000}"}}}}'.encode()
    for status in (400, 500, 200):
        scripted.answers.append(answer(status, body, headers={"x-request-id": "r" * 50_000}))
    for _ in range(3):
        try:
            await scripted_client.models.retrieve("m")
        except APIError as error:
            assert "forged" in str(error)
    for record in caplog.records:
        assert "forged" not in record.getMessage()
        assert len(record.getMessage()) < 300
    assert len(caplog.records) == 3 * 4


async def test_a_stream_has_its_size(scripted: ScriptedServer) -> None:
    settings: Any = {"api_key": "k", "max_response_bytes": 1000}
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    async with AsyncOpenAI(base_url=scripted.url, **settings) as client:
        scripted.answers += [Last(head + b'data: {"id":"1"}\n\n' * 100)]
        stream: Any = await client.completions.create(model="m", prompt="p", stream=True)
        with pytest.raises(APIConnectionError, match="more than 1000 bytes"):
            async for _ in stream:
                pass
        large = client.with_options(max_response_bytes=10_000)
        scripted.answers += [Last(head + b'data: {"id":"1"}\n\n' * 100)]
        stream = await large.completions.create(model="m", prompt="p", stream=True)
        assert len([event async for event in stream]) == 100

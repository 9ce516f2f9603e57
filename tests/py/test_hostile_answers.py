"""Answers that no honest server gives: a clear error each, and the client goes on as before."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from openai_native import APIConnectionError, AsyncOpenAI
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

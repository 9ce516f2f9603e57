"""The event decoder that libraries import: the official one's events, at every cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import openai._streaming as official
import pytest

from openai_native._streaming import SSEDecoder

STREAMS = [
    b"data: a\n\ndata: b\n\n",
    b"data: a\r\ndata: \xc3\xa4\r\n\r\n",
    b"event: x\rdata:  two\rid: 7\rretry: 5\r\r",
    b": comment\n\n\n\ndata\n\n",
    b"id: 1\n\n\n\nid: \0\nother: 1\nevent: e\n\n",
    b"data: whole\n\ndata: cut off\n",
    b"data: whole\n\ndata: cut off",
    b"",
]


def shown(events: Any) -> list[str]:
    return [repr(event) for event in events]


@pytest.mark.parametrize("stream", STREAMS)
def test_like_the_official_one(stream: bytes) -> None:
    wanted = shown(official.SSEDecoder().iter_bytes(iter([stream])))
    for cut in range(len(stream) + 1):
        assert shown(SSEDecoder().iter_bytes(iter([stream[:cut], b"", stream[cut:]]))) == wanted


async def test_asynchronous() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for byte in STREAMS[1]:
            yield bytes([byte])

    events = [event async for event in SSEDecoder().aiter_bytes(pieces())]
    assert [event.data for event in events] == ["a\nä"]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    events = SSEDecoder().iter_bytes(iter([b"\xef\xbb", b"\xbfdata: 1\n\n"]))
    assert [event.json() for event in events] == [1]

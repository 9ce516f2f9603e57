"""The clocks of a call, on each lane: which of them ends it, and what its error says."""

from __future__ import annotations

import pickle
from typing import Any

import httpx2
import pytest

from openai_native import APIStatusError, APITimeoutError, AsyncOpenAI
from scripted import Last, ScriptedServer, Slow, answer

LONG = 20.0  # of a server that must not be waited for
MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
EVENT = b'data: {"id":"1","choices":[]}\n\n'
SILENT = Slow(LONG, b"", answer(body=MODEL))


class Chained(AsyncOpenAI):
    async def request(self, cast_to: Any, options: Any, **how: Any) -> Any:
        return await super().request(cast_to, options, **how)


async def nothing(event: object) -> None: ...


LANES = ["native", "chain", "hooks", "python"]


def client_on(lane: str, url: str, **settings: Any) -> AsyncOpenAI:
    settings = {"base_url": url, "api_key": "k", "max_retries": 0, **settings}
    if lane == "python":
        settings["http_client"] = httpx2.AsyncClient(event_hooks={"request": [nothing]})
    client = (Chained if lane == "chain" else AsyncOpenAI)(**settings)
    if lane == "hooks":
        client.on_request = nothing
    assert client.transport_info().lane == ("python" if lane == "hooks" else lane)
    return client


async def stream_of(client: AsyncOpenAI) -> Any:
    return await client.completions.create(model="m", prompt="p", stream=True)


def is_of(error: APITimeoutError, clock: str, seconds: float, *words: str) -> None:
    assert (error.clock, error.seconds) == (clock, seconds)
    assert error.phase
    text = str(error)
    assert text.startswith("Request timed out. ") and text == error.message
    for word in (f"{seconds:g} s", error.phase, "127.0.0.1", *words):
        assert word in text


@pytest.mark.parametrize("lane", LANES)
async def test_a_deadline_ends_a_silent_call(scripted: ScriptedServer, lane: str) -> None:
    async with client_on(lane, scripted.url, deadline=0.2, max_retries=5) as client:
        scripted.answers += [SILENT, answer(body=MODEL)]
        with pytest.raises(APITimeoutError) as caught:
            await client.models.retrieve("m")
        is_of(caught.value, "deadline", 0.2, "waiting for the response", "Raise `deadline`")
        assert isinstance(caught.value.__cause__, Exception)
        assert (await client.with_options(deadline=60).models.retrieve("m")).id == "m"
    assert len(scripted.requests) == 2


@pytest.mark.parametrize("lane", LANES)
async def test_no_retry_that_the_deadline_would_cut(scripted: ScriptedServer, lane: str) -> None:
    busy = answer(503, {"error": {"message": "later"}}, headers={"retry-after": "30"})
    async with client_on(lane, scripted.url, deadline=10, max_retries=5) as client:
        scripted.answers += [busy]
        with pytest.raises(APIStatusError, match="Error code: 503 - later") as caught:
            await client.models.retrieve("m")
        note = "Not retried: a pause of 30 s would have passed the deadline of 10 s."
        assert caught.value.__notes__ == [note]
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("lane", LANES)
async def test_a_deadline_ends_a_lively_stream(scripted: ScriptedServer, lane: str) -> None:
    async with client_on(lane, scripted.url, deadline=0.4) as client:
        scripted.answers += [Slow(0.05, HEAD, *[EVENT] * int(LONG / 0.05))]
        stream = await stream_of(client)
        came = 0
        with pytest.raises(APITimeoutError) as caught:
            async for _ in stream:
                came += 1
        assert came >= 1
        is_of(caught.value, "deadline", 0.4, "reading the response body")


@pytest.mark.parametrize("lane", LANES)
async def test_pings_are_no_events(scripted: ScriptedServer, lane: str) -> None:
    pings = [b": ping\n\n"] * int(LONG / 0.05)
    async with client_on(lane, scripted.url, stream_idle_timeout=0.3) as client:
        scripted.answers += [Slow(0.05, HEAD + EVENT, *pings)]
        stream = await stream_of(client)
        came = 0
        with pytest.raises(APITimeoutError) as caught:
            async for _ in stream:
                came += 1
        assert came == 1
        is_of(caught.value, "stream_idle_timeout", 0.3, "reading the response body")
    async with client_on(lane, scripted.url, first_event_timeout=0.3) as client:
        scripted.answers += [Slow(0.05, HEAD, *pings)]
        with pytest.raises(APITimeoutError) as caught:
            async for _ in await stream_of(client):
                pass
        is_of(caught.value, "first_event_timeout", 0.3)


@pytest.mark.parametrize("lane", LANES)
async def test_what_is_in_time_is_not_disturbed(scripted: ScriptedServer, lane: str) -> None:
    clocks: Any = {"deadline": 60, "first_event_timeout": 60, "stream_idle_timeout": 60}
    async with client_on(lane, scripted.url, **clocks) as client:
        scripted.answers += [Last(HEAD + EVENT * 3 + b"data: [DONE]\n\n"), answer(body=MODEL)]
        assert len([event async for event in await stream_of(client)]) == 3
        assert (await client.models.retrieve("m")).id == "m"


@pytest.mark.parametrize("lane", ["native", "chain"])
async def test_a_stream_read_as_bytes_has_the_clocks(scripted: ScriptedServer, lane: str) -> None:
    async with client_on(lane, scripted.url, stream_idle_timeout=0.3) as client:
        scripted.answers += [Slow(0.05, HEAD + EVENT, *[b": ping\n\n"] * int(LONG / 0.05))]
        bodies = client.completions.with_streaming_response
        got = b""
        with pytest.raises(APITimeoutError) as caught:
            async with bodies.create(model="m", prompt="p", stream=True) as response:
                async for piece in response.iter_bytes():
                    got += piece
        assert got.startswith(EVENT)
        assert caught.value.clock == "stream_idle_timeout"


@pytest.mark.parametrize("lane", LANES)
async def test_the_official_clocks_are_named_too(scripted: ScriptedServer, lane: str) -> None:
    async with client_on(lane, scripted.url) as client:
        scripted.answers += [SILENT]
        with pytest.raises(APITimeoutError) as caught:
            await client.models.retrieve("m", timeout=httpx2.Timeout(30, read=0.2))
        is_of(caught.value, "read", 0.2, "sent nothing", "waiting for the response")


async def test_every_official_clock_is_told(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(base_url=scripted.url, api_key="k", max_retries=0) as client:
        for clock, phase in [
            ("connect", "connecting"),
            ("write", "sending the request"),
            ("read", "waiting for the response head"),
        ]:
            given: Any = {clock: 0}
            with pytest.raises(APITimeoutError) as caught:
                await client.models.retrieve("m", timeout=httpx2.Timeout(30, **given))
            assert (caught.value.clock, caught.value.seconds) == (clock, 0)
            assert caught.value.phase in (phase, "resolving the host name")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.clock, again.seconds, str(again)) == ("read", 0, str(caught.value))
    bare = APITimeoutError(httpx2.Request("GET", "http://x"))
    assert (str(bare), bare.clock, bare.seconds) == ("Request timed out.", None, None)

"""What the settings of a client do to its calls."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
import time
from typing import Any

import httpx2
import openai
import pytest
from blockbuster import blockbuster_ctx

import openai_native
from openai_native import AsyncOpenAI, DefaultAioHttpClient, omit
from scripted import ScriptedServer, answer

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}


async def test_what_the_server_sees(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(
        base_url=scripted.url,
        api_key="k",
        organization="org",
        project="proj",
        default_headers={"X-Default": "d", "x-stainless-os": "Mine", "X-Gone": "x"},
        default_query={"a": "1", "b": ["x", "y"]},
    ) as client:
        scripted.answers.append(answer(200, MODEL, headers={"x-request-id": "req"}))
        model = await client.models.retrieve(
            "a/b c",
            extra_headers={"X-Call": "c", "x-default": "over", "X-Gone": omit},
            extra_query={"a": "2", "t": True},
        )
    assert (model.id, model._request_id) == ("m", "req")
    request = scripted.last
    assert request.method == "GET"
    assert request.target.partition("?")[0] == "/v1/models/a%2Fb%20c"
    assert sorted(request.query) == [("a", "2"), ("b[]", "x"), ("b[]", "y"), ("t", "true")]
    seen = {name.lower(): value for name, value in request.headers}
    assert len(seen) == len(request.headers), "a header was sent twice"
    expected = {
        "authorization": "Bearer k",
        "openai-organization": "org",
        "openai-project": "proj",
        "x-default": "over",
        "x-call": "c",
        "accept": "application/json",
        "user-agent": f"AsyncOpenAI/Python {openai.__version__}",
        "x-stainless-lang": "python",
        "x-stainless-os": "Mine",
        "x-stainless-async": "async:asyncio",
        "x-stainless-retry-count": "0",
        "x-stainless-read-timeout": "600",
        "accept-encoding": "gzip, deflate",
    }
    assert {name: seen.get(name) for name in expected} == expected
    assert "x-gone" not in seen
    assert "content-type" not in seen


async def test_same_request_as_the_official_client(scripted: ScriptedServer) -> None:
    settings: Any = {"base_url": scripted.url, "api_key": "k", "organization": "o", "timeout": 7.5}
    call: Any = {
        "model": "gpt",
        "messages": [{"role": "user", "content": "hé \u2028 <>"}],
        "temperature": 0.5,
        "extra_body": {"top_k": 3},
        "extra_query": {"q": [1, 2]},
    }
    for module in (openai_native, openai):
        async with module.AsyncOpenAI(**settings) as client:
            await client.chat.completions.create(**call)
    mine, official = scripted.requests
    assert (mine.method, mine.path, mine.query) == (official.method, official.path, official.query)
    assert mine.body == official.body
    ignored = {"connection", "accept-encoding"}

    def headers(request: Any) -> dict[str, str]:
        return {k.lower(): v for k, v in request.headers if k.lower() not in ignored}

    assert headers(mine) == headers(official)


async def test_call_without_credentials(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(base_url=scripted.url, _enforce_credentials=False) as client:
        with pytest.raises(TypeError, match="Could not resolve authentication method"):
            await client.models.retrieve("m")
        assert not scripted.requests
        await client.models.retrieve("m", extra_headers={"authorization": "Basic x"})
        assert scripted.last.header("authorization") == "Basic x"
        await client.models.retrieve("m", extra_headers={"Authorization": omit})
        assert scripted.last.header("authorization") is None
    async with AsyncOpenAI(
        base_url=scripted.url,
        default_headers={"Authorization": "Basic y"},
        _enforce_credentials=False,
    ) as client:
        await client.models.retrieve("m")
        assert scripted.last.header("authorization") == "Basic y"


async def test_changed_settings_count_at_once(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(base_url=scripted.url, api_key="one") as client:
        for name, value, header in (
            ("api_key", "two", "authorization"),
            ("organization", "org", "openai-organization"),
            ("project", "proj", "openai-project"),
            ("_custom_headers", {"X-New": "n"}, "x-new"),
            ("timeout", 12, "x-stainless-read-timeout"),
        ):
            await client.models.retrieve("m")
            before = scripted.last.header(header)
            setattr(client, name, value)
            await client.models.retrieve("m")
            assert scripted.last.header(header) != before, name
        client._custom_query = {"api-version": "7"}
        client.base_url = scripted.url + "/deeper"
        await client.models.retrieve("m")
        assert scripted.last.target == "/v1/deeper/models/m?api-version=7"


async def test_copy_shares_connections_and_overrides(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(
        base_url=scripted.url,
        api_key="k",
        default_headers={"A": "1"},
        default_query={"q": "1"},
        max_retries=5,
        timeout=9,
    ) as client:
        twin = client.with_options(
            api_key="other", default_headers={"B": "2"}, set_default_query={"z": "26"}
        )
        assert (twin.max_retries, twin.timeout, twin._client) == (5, 9, client._client)
        await twin.models.retrieve("m")
        assert scripted.last.header("authorization") == "Bearer other"
        assert (scripted.last.header("a"), scripted.last.header("b")) == ("1", "2")
        assert scripted.last.query == [("z", "26")]
        alone = client.copy(set_default_headers={}, default_query={"r": "2"})
        await alone.models.retrieve("m")
        assert scripted.last.header("a") is None
        assert scripted.last.query == [("q", "1"), ("r", "2")]
        assert client.api_key == "k"
        assert client._custom_headers == {"A": "1"}
        assert isinstance(copy.deepcopy(client), AsyncOpenAI)
        assert copy.copy(client).api_key == "k"
    assert twin.is_closed()
    for argument in ("headers", "query"):
        both: Any = {f"default_{argument}": {}, f"set_default_{argument}": {}}
        with pytest.raises(ValueError, match="mutually exclusive"):
            client.copy(**both)


async def test_timeouts_reach_the_server(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(base_url=scripted.url, api_key="k", timeout=3.5) as client:
        await client.models.retrieve("m")
        assert scripted.last.header("x-stainless-read-timeout") == "3.5"
        await client.models.retrieve("m", timeout=openai_native.Timeout(5, read=60))
        assert scripted.last.header("x-stainless-read-timeout") == "60"
        await client.models.retrieve("m", timeout=None)
        assert scripted.last.header("x-stainless-read-timeout") is None
        await client.with_options(timeout=None).models.retrieve("m")
        assert scripted.last.header("x-stainless-read-timeout") is None


async def test_async_api_key_rotates(scripted: ScriptedServer) -> None:
    keys = iter(["one", "two", "three"])

    async def fetch() -> str:
        await asyncio.sleep(0)
        return next(keys)

    async with AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
        assert client.api_key == ""
        await asyncio.gather(client.models.retrieve("a"), client.models.retrieve("b"))
        sent = {request.header("authorization") for request in scripted.requests}
        assert sent == {"Bearer one", "Bearer two"}
        await client.models.retrieve("m", extra_headers={"Authorization": "Bearer mine"})
        assert scripted.last.header("authorization") == "Bearer mine"
        await client.with_options(timeout=3).models.retrieve("m")
        assert scripted.last.header("authorization") == "Bearer three"


async def test_async_api_key_with_streams_and_errors(server: Any) -> None:
    async def fetch() -> str:
        return "key"

    async with AsyncOpenAI(base_url=server.base_url, api_key=fetch) as client:
        stream = await client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        assert stream._client is client
        assert [chunk async for chunk in stream]

    async def broken() -> str:
        raise RuntimeError("no key today")

    async with AsyncOpenAI(base_url=server.base_url, api_key=broken) as client:
        with pytest.raises(RuntimeError, match="no key today"):
            await client.models.retrieve("gpt-4o-mini")


async def test_closed_client(scripted: ScriptedServer) -> None:
    client = AsyncOpenAI(base_url=scripted.url, api_key="k")
    twin = client.with_options(timeout=3)
    await client.models.retrieve("m")
    await twin.models.retrieve("m")
    assert not client.is_closed()
    await client.close()
    await client.close()
    assert client.is_closed()
    for each in (client, twin):
        with pytest.raises(RuntimeError, match="the client has been closed"):
            await each.models.retrieve("m")
    assert len(scripted.requests) == 2


async def test_closing_ends_calls_in_flight(scripted: ScriptedServer) -> None:
    """As in the official client: who closes the client does not wait for anybody."""
    never = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        client = AsyncOpenAI(base_url=f"http://127.0.0.1:{port}", api_key="k")
        call = asyncio.create_task(client.models.retrieve("m"))
        await asyncio.sleep(0.05)
        await client.close()
        with pytest.raises(openai_native.APIConnectionError, match="client was closed"):
            await asyncio.wait_for(call, 5)
        never.set()


async def test_http_client_is_translated(scripted: ScriptedServer) -> None:
    limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
    async with AsyncOpenAI(
        base_url=scripted.url,
        api_key="k",
        http_client=DefaultAioHttpClient(limits=limits, timeout=4),
    ) as client:
        assert client.timeout == 4
        await asyncio.gather(*(client.models.retrieve("m") for _ in range(5)))
        assert client.with_options(http_client=client._client)._client is client._client
    async with AsyncOpenAI(
        base_url=scripted.url, api_key="k", http_client=httpx2.AsyncClient(timeout=8)
    ) as client:
        assert client.timeout == httpx2.Timeout(8)
        await client.models.retrieve("m")


def test_one_client_for_many_loops_and_threads(server: Any) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key="k")

    async def call() -> str:
        return (await client.models.retrieve("gpt-4o-mini")).id

    assert [asyncio.run(call()) for _ in range(3)] == ["gpt-4o-mini"] * 3
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(asyncio.run(call()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["gpt-4o-mini"] * 4
    asyncio.run(client.close())


async def test_undocumented_endpoints(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(base_url=scripted.url, api_key="k") as client:
        scripted.answers += [
            answer(200, {"a": [1]}),
            answer(200, MODEL),
            answer(200, b"plain", content_type="text/plain"),
        ]
        assert await client.get("/foo", cast_to=object, options={"params": {"x": "1"}}) == {
            "a": [1]
        }
        assert scripted.last.target == "/v1/foo?x=1"
        model: Any = openai_native.types.Model
        got = await client.post("foo/bar", cast_to=model, body={"b": 1}, options={"timeout": 5})
        assert (type(got), got.id) == (model, "m")
        assert scripted.last.json() == {"b": 1}
        assert scripted.last.header("x-stainless-read-timeout") == "5"
        assert await client.delete("/foo", cast_to=object) == "plain"
        assert scripted.last.method == "DELETE"
        for verb in ("put", "patch"):
            await getattr(client, verb)("/foo", cast_to=object, body=[1, 2])
            assert (scripted.last.method, scripted.last.json()) == (verb.upper(), [1, 2])


async def test_debug_log_has_no_secrets(
    scripted: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="openai")
    async with AsyncOpenAI(base_url=scripted.url, api_key="sk-secret", max_retries=0) as client:
        scripted.answers += [answer(200, MODEL, headers={"x-request-id": "req_9"}), answer(500)]
        await client.models.retrieve("m", extra_headers={"Api-Key": "other-secret", "X-A": "1"})
        with pytest.raises(openai_native.InternalServerError):
            await client.models.retrieve("m")
    assert "HTTP Response: GET 200" in caplog.text
    assert "req_9" in caplog.text
    assert "HTTP Response: GET 500" in caplog.text
    assert "secret" not in caplog.text


async def test_cold_start_does_not_block_the_loop(server: Any) -> None:
    """Many clients at once: none of them reads files or sleeps on the loop."""
    with blockbuster_ctx():
        for _ in range(5):
            async with AsyncOpenAI(base_url=server.base_url, api_key="k") as client:
                start = time.monotonic()
                await client.models.retrieve("gpt-4o-mini")
                assert time.monotonic() - start < 30

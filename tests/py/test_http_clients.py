"""What `http_client=` may be: which settings native connections take over, which go by Python."""

from __future__ import annotations

import asyncio
import gc
import ssl
import warnings
from pathlib import Path
from typing import Any

import httpx
import httpx2
import openai
import pytest
import trustme

import openai_native
from openai_native import AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient
from scripted import ScriptedServer


def lane_of(given: Any) -> Any:
    return AsyncOpenAI(api_key="k", http_client=given).transport_info()


def nothing(request: Any) -> httpx2.Response:
    return httpx2.Response(200, json={})


OURS_AND_PLAIN = [DefaultAsyncHttpxClient, httpx2.AsyncClient]


@pytest.mark.parametrize("cls", OURS_AND_PLAIN)
@pytest.mark.parametrize(
    ("settings", "carried"),
    [
        ({"limits": httpx2.Limits(max_connections=7)}, {"max_connections": 7}),
        ({"limits": httpx2.Limits(keepalive_expiry=2.5)}, {"idle_expiry": 2.5}),
        ({"verify": False}, {"verify": False}),
        ({"headers": {"X-A": "b"}}, {"headers": ["x-a"]}),
        ({"headers": {"Accept-Encoding": "br, zstd;q=0.5"}}, {"headers": ["accept-encoding"]}),
        ({"event_hooks": {"request": []}, "mounts": {"all://x": None}}, {}),
        ({"follow_redirects": False}, {"follow_redirects": False}),
        (
            {"transport": httpx2.AsyncHTTPTransport(socket_options=[(1, 9, 1)])},
            {"socket_options": [(1, 9, 1)]},
        ),
    ],
)
def test_settings_that_are_carried_over(cls: Any, settings: Any, carried: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "verify=False")
        info = lane_of(cls(**settings))
    assert info.lane == "native", info.reason
    assert carried.items() <= info.settings.items()


@pytest.mark.parametrize("cls", OURS_AND_PLAIN)
@pytest.mark.parametrize(
    "settings",
    [
        {"auth": ("a", "b")},
        {"event_hooks": {"request": [print]}},
        {"transport": httpx2.MockTransport(nothing)},
        {"mounts": {"http://": httpx2.MockTransport(nothing)}},
        {"mounts": {"http://": httpx2.AsyncHTTPTransport()}},
        {"cookies": {"a": "b"}},
        {"params": {"a": "b"}},
        {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)},
        {"max_redirects": 3},
        {"transport": httpx2.AsyncHTTPTransport(retries=1)},
        {"headers": {"Accept-Encoding": "gzip, compress"}},
    ],
)
def test_settings_that_are_left_to_python(cls: Any, settings: Any) -> None:
    info = lane_of(cls(**settings))
    assert info.lane == "python" and info.reason.startswith("http_client has "), info


def test_official_default_clients_are_carried_over() -> None:
    class Subclass(openai.DefaultAsyncHttpxClient):
        def __del__(self) -> None:
            assert self.is_closed is False

    for given in (
        openai.DefaultAsyncHttpxClient(),
        openai.DefaultAsyncHttpx2Client(),
        openai.DefaultAioHttpClient(),
        Subclass(transport=httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=3))),
    ):
        assert lane_of(given).lane == "native", given
    assert lane_of(httpx.AsyncClient()).reason == "http_client is a client of the older httpx"

    class Sending(httpx2.AsyncClient):
        async def send(self, *args: Any, **kwargs: Any) -> Any: ...

    assert lane_of(Sending()).reason == "http_client has a send() of its own"


async def test_a_subclass_of_our_client_may_send_by_itself(scripted: ScriptedServer) -> None:
    seen = []

    class Sending(DefaultAsyncHttpxClient):
        async def send(self, request: Any, **kwargs: Any) -> Any:
            seen.append(request.url.path)
            return await super().send(request, **kwargs)

    async with AsyncOpenAI(api_key="k", base_url=scripted.url, http_client=Sending()) as client:
        await client.models.retrieve("m")
        assert seen == ["/v1/models/m"]
    with pytest.raises(TypeError, match="_transport_for_url"):
        type("Inner", (DefaultAsyncHttpxClient,), {"_transport_for_url": print})()


def test_certificates(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    for cls in OURS_AND_PLAIN:
        assert "context" in lane_of(cls(verify=context)).settings
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for path in (tmp_path, tmp_path / "ca.pem"):
        assert lane_of(DefaultAioHttpClient(verify=str(path))).lane == "native"
    with pytest.raises(FileNotFoundError, match="nowhere"):
        DefaultAioHttpClient(verify="/nowhere.pem")
    with pytest.raises(TypeError, match="verify must be"):
        DefaultAioHttpClient(verify=object())


async def test_the_connections_go_with_the_given_client(scripted: ScriptedServer) -> None:
    async with httpx2.AsyncClient() as http:
        clients = [
            AsyncOpenAI(api_key="k", base_url=scripted.url, http_client=http) for _ in range(3)
        ]
        await asyncio.gather(*(client.models.retrieve("m") for client in clients))
        await clients[0].models.retrieve("m")
        assert len(scripted.requests) == 4 and clients[0]._client is http
        copy = clients[0].with_options(http_client=clients[1]._client, max_retries=1)
        await copy.models.retrieve("m")
        await clients[0].close()
        assert http.is_closed
        with pytest.raises(RuntimeError, match="client has been closed"):
            await clients[1].models.retrieve("m")
    del clients, copy
    gc.collect()


async def test_proxy_of_the_environment(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", scripted.url.removesuffix("/v1"))
    client = AsyncOpenAI(api_key="k", base_url="http://api.example/v1")
    assert client.transport_info().lane == "native"
    async with client:
        await client.models.retrieve("m")
        assert scripted.last.target == "http://api.example/v1/models/m"
        # As an HTTP client, too.
        await client._client.get("http://api.example/own")
        assert scripted.last.target == "http://api.example/own"
    untrusting = DefaultAsyncHttpxClient(trust_env=False)
    assert "proxies" not in lane_of(untrusting).settings


def test_subclasses_without_hooks_stay_native() -> None:
    class Plain(AsyncOpenAI):
        def extra(self) -> str:
            return self.user_agent

    client = Plain(api_key="k")
    assert client.extra() == f"Plain/Python {openai.__version__}"
    assert client.transport_info().lane == "native"

    class Hooked(Plain):
        async def _prepare_options(self, options: Any) -> Any:
            return options

    assert Hooked(api_key="k").transport_info().reason == "Hooked has a _prepare_options of its own"


async def test_hooks_may_be_replaced_later(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncOpenAI(api_key="k", base_url=scripted.url, max_retries=1) as client:
        scripted.answers.extend([None] * 8)
        pauses = []

        def pause(self: Any, *_: Any) -> float:
            pauses.append(1)
            return 0.0

        await_error = pytest.raises(openai_native.APIConnectionError)
        monkeypatch.setattr(AsyncOpenAI, "_calculate_retry_timeout", pause)
        with await_error:
            await client.models.retrieve("m")
        assert pauses == [1]
        monkeypatch.undo()
        scripted.answers.clear()
        assert client.transport_info().lane == "native"
        await client.models.retrieve("m")

"""Limits of a client's connections beyond those that the HTTP library knows."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from openai_native import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient
from scripted import ScriptedServer


def client(server: ScriptedServer, http_client: Any) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="k", base_url=server.url, http_client=http_client, max_retries=0)


async def test_each_origin_has_its_share(scripted: ScriptedServer) -> None:
    http_client = DefaultAsyncHttpxClient(max_per_origin=2)
    async with ScriptedServer() as other, client(scripted, http_client) as one:
        two = client(other, http_client)
        await asyncio.gather(*(each.models.list() for _ in range(10) for each in (one, two)))
        assert (len(scripted.requests), len(other.requests)) == (10, 10)
        assert (scripted.connections, other.connections) == (2, 2)


async def test_old_connections_are_replaced(scripted: ScriptedServer) -> None:
    for settings, expected in (({}, 1), ({"max_age": 0.001}, 3)):
        before = scripted.connections
        async with client(scripted, DefaultAsyncHttpxClient(**settings)) as openai:
            for _ in range(3):
                await openai.models.list()
                await asyncio.sleep(0.01)
        assert scripted.connections - before == expected


async def test_python_knows_no_such_limits(scripted: ScriptedServer) -> None:
    http_client = DefaultAsyncHttpxClient(max_per_origin=2, max_age=1, params={"a": "b"})
    async with client(scripted, http_client) as openai:
        assert openai.transport_info().lane == "python"
        await openai.models.list()


@pytest.mark.parametrize("cls", [DefaultAsyncHttpxClient, DefaultHttpxClient])
def test_bad_limits(cls: Any) -> None:
    for settings, error in (
        ({"max_per_origin": 0}, ValueError),
        ({"max_per_origin": 1.5}, TypeError),
        ({"max_per_origin": True}, TypeError),
        ({"max_age": -1}, ValueError),
        ({"max_age": float("nan")}, ValueError),
        ({"max_age": "1"}, TypeError),
        ({"max_age": 1, "transport": httpx2.HTTPTransport()}, ValueError),
    ):
        name = next(iter(settings))
        with pytest.raises(error, match=name):
            cls(**settings)

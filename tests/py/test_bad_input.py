"""Bad input gets a clear error at once, before anything is sent."""

from __future__ import annotations

import math
from typing import Any

import pytest

from openai_native import AsyncOpenAI
from scripted import ScriptedServer

MESSAGES: Any = [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:8000/v1", "http"),
        ("", "http"),
        ("ftp://host/v1", "http"),
        ("https://", "host"),
        ("http://host:99999/", "port"),
        ("http://[bad/v1", "base_url"),
        ("http://ho st/v1", "base_url"),
    ],
)
def test_base_url(url: str, told: str) -> None:
    with pytest.raises(ValueError, match="base_url") as caught:
        AsyncOpenAI(api_key="k", base_url=url)
    assert told in str(caught.value)
    client = AsyncOpenAI(api_key="k")
    with pytest.raises(ValueError, match="base_url"):
        client.base_url = url
    assert str(client.base_url) == "https://api.openai.com/v1/"


def test_base_url_with_a_password_is_not_ignored() -> None:
    with pytest.raises(NotImplementedError, match="base_url"):
        AsyncOpenAI(api_key="k", base_url="http://user:pass@host/v1")


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"max_retries": None}, TypeError, "Use 0"),
        ({"max_retries": 1.5}, TypeError, "max_retries"),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"timeout": "5"}, TypeError, "timeout"),
        ({"timeout": -1}, ValueError, "timeout"),
        ({"timeout": math.nan}, ValueError, "timeout"),
        ({"timeout": object()}, TypeError, "timeout"),
        ({"default_headers": {"X-A": 5}}, TypeError, "X-A"),
        ({"default_headers": {"X-A": "a\r\nX-B: b"}}, ValueError, "X-A"),
        ({"default_headers": {"X-A": "é"}}, ValueError, "X-A"),
        ({"default_headers": {"X A": "a"}}, ValueError, "X A"),
        ({"default_headers": {5: "a"}}, TypeError, "int"),
        ({"default_headers": [("X-A", "a")]}, TypeError, "headers must be a mapping"),
        ({"default_query": ["a"]}, TypeError, "query must be a mapping"),
        ({"api_key": "sk-secret\n"}, ValueError, "api_key"),
        ({"api_key": 5}, TypeError, "api_key"),
        ({"organization": 5}, TypeError, "organization"),
        ({"data_residency": "mars"}, ValueError, "data_residency"),
        ({"nonsense": 1}, TypeError, "nonsense"),
    ],
)
def test_settings(settings: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told) as caught:
        AsyncOpenAI(**{"api_key": "k", **settings})
    assert "sk-secret" not in str(caught.value)
    if "nonsense" in settings or "data_residency" in settings:
        return
    client = AsyncOpenAI(api_key="k")
    name, value = next(iter(settings.items()))
    with pytest.raises(error, match=told):
        setattr(
            client,
            {"default_headers": "_custom_headers", "default_query": "_custom_query"}.get(
                name, name
            ),
            value,
        )


def deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"temperature": math.nan}, ValueError, "temperature"),
        ({"temperature": math.inf}, ValueError, "temperature"),
        (
            {"messages": [{"role": "user", "content": [object()]}]},
            TypeError,
            r"messages\[0\]\.content\[0\]",
        ),
        (
            {"messages": [{"role": "user", "content": "\ud800"}]},
            ValueError,
            r"messages\[0\]\.content",
        ),
        ({"metadata": {"a": 1j}}, TypeError, r"metadata\.a"),
        ({"extra_body": {"x": [1, b"bytes"]}}, TypeError, r"x\[1\]"),
        ({"extra_body": {"x": deep(300)}}, ValueError, "x"),
        ({"extra_headers": {"X-A": 5}}, TypeError, "X-A"),
        ({"extra_headers": {"X-A": "a\nb"}}, ValueError, "X-A"),
        ({"extra_headers": {"X-A": "é"}}, ValueError, "X-A"),
        ({"timeout": "soon"}, TypeError, "timeout"),
        ({"timeout": -3}, ValueError, "timeout"),
        ({"no_such": 1}, TypeError, "no_such"),
    ],
)
async def test_arguments(
    given: Any,
    error: type[Exception],
    told: str,
    scripted_client: AsyncOpenAI,
    scripted: ScriptedServer,
) -> None:
    call: Any = {"model": "m", "messages": MESSAGES, **given}
    with pytest.raises(error, match=told):
        await scripted_client.chat.completions.create(**call)
    assert not scripted.requests


async def test_missing_parameters(scripted_client: AsyncOpenAI) -> None:
    create: Any = scripted_client.chat.completions.create
    with pytest.raises(TypeError, match="model"):
        await create(messages=MESSAGES)
    with pytest.raises(TypeError, match="messages"):
        await create(model="m")
    retrieve: Any = scripted_client.models.retrieve
    with pytest.raises(TypeError, match="model"):
        await retrieve()


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_path_values(
    name: str, scripted_client: AsyncOpenAI, scripted: ScriptedServer
) -> None:
    with pytest.raises(ValueError):
        await scripted_client.models.retrieve(name)
    assert not scripted.requests


# async only
def test_call_outside_an_event_loop() -> None:
    client = AsyncOpenAI(api_key="k")
    coroutine = client.models.retrieve("m")
    with pytest.raises(RuntimeError, match="event loop"):
        coroutine.send(None)  # type: ignore[attr-defined]

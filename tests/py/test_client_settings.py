"""What a client is made of: arguments, environment, defaults, and what it shows of itself."""

from __future__ import annotations

import gc
import inspect
import logging
import pickle
from typing import Any

import httpx2
import openai
import pytest
from blockbuster import blockbuster_ctx

from openai_native import AsyncOpenAI, DefaultAioHttpClient, OpenAIError

TAKES_NETWORK = ("__init__", "copy", "with_options")
MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}


def parameters(function: Any) -> list[tuple[str, Any]]:
    return [(p.name, p.kind) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("name", ["__init__", "copy", "with_options", "get", "post", "request"])
def test_same_parameters_as_the_official_client(name: str) -> None:
    own = [("network", inspect.Parameter.VAR_KEYWORD)] if name in TAKES_NETWORK else []
    official = parameters(getattr(openai.AsyncOpenAI, name))
    assert parameters(getattr(AsyncOpenAI, name)) == official + own


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OPENAI_API_KEY": "key",
        "OPENAI_ADMIN_KEY": "admin",
        "OPENAI_BASE_URL": "http://localhost:8000/api",
        "OPENAI_ORG_ID": "org",
        "OPENAI_PROJECT_ID": "proj",
        "OPENAI_WEBHOOK_SECRET": "hook",
        "OPENAI_CUSTOM_HEADERS": "X-One: 1\nX-Two : a:b \nnonsense\nAuthorization: Bearer own",
    }.items():
        monkeypatch.setenv(name, value)
    mine, official = AsyncOpenAI(), openai.AsyncOpenAI()
    for name in (
        "api_key",
        "admin_api_key",
        "organization",
        "project",
        "webhook_secret",
        "base_url",
        "timeout",
        "max_retries",
        "auth_headers",
        "_custom_headers",
        "user_agent",
        "_base_url_was_default",
    ):
        assert getattr(mine, name) == getattr(official, name), name


def test_default_headers_equal_the_official_ones() -> None:
    def headers(client: Any) -> dict[str, str]:
        given = client.default_headers
        # The official client finds out about its event loop only inside one.
        return {k: v for k, v in given.items() if k != "X-Stainless-Async" and isinstance(v, str)}

    settings: Any = {"api_key": "k", "organization": "o", "default_headers": {"X-A": "1"}}
    assert headers(AsyncOpenAI(**settings)) == headers(openai.AsyncOpenAI(**settings))


@pytest.mark.parametrize("region", ["global", "us", "eu", "ae", "au", "in", "jp"])
def test_data_residency(region: Any) -> None:
    mine = AsyncOpenAI(api_key="k", data_residency=region)
    assert mine.base_url == openai.AsyncOpenAI(api_key="k", data_residency=region).base_url
    assert mine.copy().base_url == mine.base_url
    with pytest.raises(ValueError, match="mutually exclusive"):
        AsyncOpenAI(api_key="k", data_residency=region, base_url="http://x.y")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:5000/custom/path/",
        "http://localhost:5000/custom/path",
        "https://api.example.com",
        "http://[::1]:8080/v1",
        "https://bücher.example/v1",
        httpx2.URL("http://localhost:1/v1"),
    ],
)
def test_base_url(url: Any) -> None:
    mine, official = (
        AsyncOpenAI(api_key="k", base_url=url),
        openai.AsyncOpenAI(api_key="k", base_url=url),
    )
    assert isinstance(mine.base_url, httpx2.URL)
    assert mine.base_url == official.base_url
    for client in (mine, official):
        client.base_url = "http://other:1/deep"
    assert str(mine.base_url) == str(official.base_url) == "http://other:1/deep/"


def test_missing_credentials() -> None:
    with pytest.raises(OpenAIError) as mine:
        AsyncOpenAI()
    with pytest.raises(openai.OpenAIError) as official:
        openai.AsyncOpenAI()
    assert str(mine.value) == str(official.value)
    with pytest.raises(OpenAIError):
        AsyncOpenAI(api_key="")
    assert AsyncOpenAI(admin_api_key="a").api_key == ""


@pytest.mark.parametrize(
    "query",
    [
        {"a": [1, 2], "b": {"c": {"d": None, "e": True}}, "f": False, "g": "ä b"},
        {"a": [{"b": 1}, {"b": 2}], "c": (1.5, None), "d": []},
    ],
)
def test_query_strings_equal_the_official_ones(query: Any) -> None:
    assert AsyncOpenAI(api_key="k").qs.stringify(query) == (
        openai.AsyncOpenAI(api_key="k").qs.stringify(query)
    )


def test_other_http_clients_are_refused() -> None:
    for wrong in (httpx2.Client(), object(), 5):
        given: Any = wrong
        with pytest.raises(TypeError, match="Invalid `http_client` argument"):
            AsyncOpenAI(api_key="k", http_client=given)
    sync: Any = httpx2.Client()
    with pytest.raises(TypeError) as mine:
        AsyncOpenAI(api_key="k", http_client=sync)
    with pytest.raises(TypeError) as official:
        openai.AsyncOpenAI(api_key="k", http_client=sync)
    assert str(mine.value) == str(official.value)
    with pytest.raises(TypeError, match="unexpected keyword argument 'limit'"):
        DefaultAioHttpClient(limit=3)


def test_construction_touches_no_file_and_is_cheap() -> None:
    AsyncOpenAI(api_key="k")
    with blockbuster_ctx():
        clients = [AsyncOpenAI(api_key="k") for _ in range(200)]
    assert len({id(client) for client in clients}) == 200


def test_secrets_stay_out_of_repr() -> None:
    client = AsyncOpenAI(api_key="sk-secret", admin_api_key="admin-secret")
    assert "secret" not in repr(client)
    assert "secret" not in repr(client._client)


def test_client_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(AsyncOpenAI(api_key="k"))


def test_dropped_and_half_built_clients_are_silent() -> None:
    for _ in range(20):
        AsyncOpenAI(api_key="k")
    del_me = AsyncOpenAI.__new__(AsyncOpenAI)
    del del_me
    gc.collect()


def test_openai_log_switches_logging_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from openai_native._logs import setup_logging

    logger = logging.getLogger("openai")
    before = logger.level
    monkeypatch.setenv("OPENAI_LOG", "debug")
    setup_logging()
    assert logger.level == logging.DEBUG
    logger.setLevel(before)
    monkeypatch.setenv("OPENAI_LOG", "nonsense")
    setup_logging()
    assert logger.level == before

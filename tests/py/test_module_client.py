"""Calls without a client: the module's variables are the settings, whenever they change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import openai
import pytest

import openai_native
from openai_native import OpenAI
from scripted_sync import ScriptedServer
from twin_tests import FIXTURES

globals().update(FIXTURES)

SETTINGS = [
    "api_key",
    "admin_api_key",
    "organization",
    "project",
    "webhook_secret",
    "base_url",
    "timeout",
    "max_retries",
    "default_headers",
    "default_query",
    "http_client",
    "api_type",
    "api_version",
    "azure_endpoint",
    "azure_ad_token",
    "azure_ad_token_provider",
    "bedrock_token_provider",
    "_bedrock_api_key",
]
AZURE = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    services = ("AWS_BEARER_TOKEN_BEDROCK", "AWS_REGION", "AWS_DEFAULT_REGION", *AZURE)
    for name in ("OPENAI_API_TYPE", "OPENAI_API_VERSION", *services):
        monkeypatch.delenv(name, raising=False)
    before = [{name: getattr(p, name) for name in SETTINGS} for p in (openai, openai_native)]
    for package in (openai, openai_native):
        package._reset_client()  # whoever only looked at its resources has made one, without a key
        package.api_key = package.admin_api_key = package.api_type = None
    yield
    for package, values in zip((openai, openai_native), before, strict=True):
        package._reset_client()
        for name, value in values.items():
            setattr(package, name, value)


@pytest.mark.parametrize("package", [openai, openai_native])
def test_settings_count_whenever_they_change(scripted: ScriptedServer, package: Any) -> None:
    package.base_url = scripted.url
    package.api_key = "first"
    package.models.retrieve("m")
    package.api_key = "second"
    package.organization, package.project = "org", "proj"
    package.default_headers, package.default_query = {"X-A": "1"}, {"q": "2"}
    package.timeout = 7
    package.models.retrieve("m")
    package.default_headers["X-A"] = "3"
    package.models.retrieve("m")
    first, second, third = scripted.requests
    assert first.header("authorization") == "Bearer first"
    assert second.header("authorization") == "Bearer second"
    assert (second.header("openai-organization"), second.header("openai-project")) == (
        "org",
        "proj",
    )
    assert (second.header("x-a"), second.query) == ("1", [("q", "2")])
    assert second.header("x-stainless-read-timeout") == "7"
    assert third.header("x-a") == "3"
    assert first.header("user-agent") == "_ModuleClient/Python 3.52.0"


@pytest.mark.parametrize("package", [openai, openai_native])
def test_base_url_and_retries(scripted: ScriptedServer, package: Any) -> None:
    package.api_key = "k"
    package.base_url = "http://127.0.0.1:9/v1"
    package.max_retries = 0
    assert str(package._load_client().base_url) == "http://127.0.0.1:9/v1"
    package.base_url = scripted.url
    scripted.answers += [b"HTTP/1.1 500 X\r\nContent-Length: 0\r\nRetry-After-Ms: 1\r\n\r\n"] * 2
    with pytest.raises(package.InternalServerError):
        package.models.retrieve("m")
    assert len(scripted.requests) == 1
    package.max_retries = 1
    package.models.retrieve("m")
    assert len(scripted.requests) == 3


@pytest.mark.parametrize("package", [openai, openai_native])
def test_key_of_the_environment(package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "ambient")
    assert package._load_client().api_key == "ambient"
    assert package.api_key == "ambient"


@pytest.mark.parametrize("package", [openai, openai_native])
def test_without_a_key(package: Any) -> None:
    with pytest.raises(TypeError, match="Could not resolve authentication method"):
        package.models.list()


def test_http_client(scripted: ScriptedServer) -> None:
    openai_native.base_url, openai_native.api_key = scripted.url, "k"
    openai_native.http_client = openai_native.DefaultHttpxClient(timeout=11)
    openai_native.models.retrieve("m")
    assert openai_native._load_client()._client is openai_native.http_client
    openai_native.http_client.close()


def test_resources_look_like_those_of_a_client(scripted: ScriptedServer) -> None:
    openai_native.base_url, openai_native.api_key = scripted.url, "k"
    chat: Any = openai_native.chat
    assert isinstance(chat, openai_native.resources.chat.Chat)
    assert "Chat object" in repr(chat) and "completions" in dir(chat)
    assert openai_native.chat.completions is openai_native._load_client().chat.completions
    raw = openai_native.models.with_raw_response.retrieve("m")
    assert raw.status_code == 200
    assert isinstance(openai_native._load_client(), OpenAI)
    for name in openai_native._module_resources.NAMES:
        assert hasattr(openai, name)
        assert getattr(openai_native, name) is getattr(openai_native, name)


def test_several_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "a")
    for package in (openai, openai_native):
        error = package._AmbiguousModuleClientUsageError
        assert issubclass(error, package.OpenAIError)
        with pytest.raises(error, match="OPENAI_API_TYPE"):
            package.models.list()


PLACE = {"azure_endpoint": "https://a.example", "api_version": "v1"}


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ({"api_type": "azure"}, {}),
        ({}, {"AZURE_OPENAI_API_KEY": "k"}),
        ({}, {"AZURE_OPENAI_API_KEY": "k", "OPENAI_API_VERSION": "v1"}),
        ({}, {name: "https://x.example" for name in ("OPENAI_API_VERSION", *AZURE)}),
        ({}, {"AZURE_OPENAI_AD_TOKEN": "t", "OPENAI_API_KEY": "k"}),
        ({"api_key": "k", **PLACE}, {}),
        ({"api_key": "k", "azure_ad_token": "t", **PLACE}, {}),
        ({"azure_ad_token_provider": lambda: "t", "organization": "o", **PLACE}, {}),
        ({"api_type": "amazon-bedrock"}, {"AWS_BEARER_TOKEN_BEDROCK": "t"}),
        ({"api_type": "amazon-bedrock", "api_key": "k"}, {"AWS_REGION": "us-east-1"}),
        (
            {"api_type": "amazon-bedrock", "project": "p"},
            {"AWS_REGION": "us-east-1", "AWS_BEARER_TOKEN_BEDROCK": "t"},
        ),
    ],
)
def test_other_services(
    settings: dict[str, Any], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    results = []
    for package in (openai, openai_native):
        for name, value in settings.items():
            setattr(package, name, value)
        try:
            client = package.models._client
            seen = [type(client).__name__, str(client.base_url), client.api_key, client.project]
            results.append(
                [*seen, client.auth_headers, dict(client.default_query), package.api_key]
            )
        except Exception as error:
            results.append([type(error).__name__, str(error)])
    official, ours = results
    assert ours == official


def test_azure_calls(scripted: ScriptedServer) -> None:
    openai_native.azure_endpoint, openai_native.api_version = scripted.url, "v1"
    openai_native.api_key = "first"
    openai_native.embeddings.with_raw_response.create(model="m", input="x")
    openai_native.api_key = "second"
    openai_native.models.list()
    assert [request.target for request in scripted.requests] == [
        "/v1/openai/deployments/m/embeddings?api-version=v1",
        "/v1/openai/models?api-version=v1",
    ]
    assert [request.header("api-key") for request in scripted.requests] == ["first", "second"]


def test_bedrock_calls(scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "environment")
    openai_native.api_type, openai_native.base_url = "amazon-bedrock", scripted.url
    openai_native.models.list()
    openai_native.api_key = "assigned"
    openai_native.models.list()
    keys = [request.header("authorization") for request in scripted.requests]
    assert keys == ["Bearer environment", "Bearer assigned"]


def test_bad_settings_are_named(scripted: ScriptedServer) -> None:
    openai_native.base_url, openai_native.api_key = scripted.url, "k"
    openai_native.models.retrieve("m")
    for name, value in (("max_retries", -1), ("timeout", "x"), ("api_key", "a\nb")):
        before = getattr(openai_native, name)
        setattr(openai_native, name, value)
        with pytest.raises((TypeError, ValueError), match=name):
            openai_native.models.retrieve("m")
        setattr(openai_native, name, before)
    assert len(scripted.requests) == 1


def test_nothing_of_it_is_imported_before_it_is_used() -> None:
    program = """
import sys, openai_native
assert not [m for m in sys.modules if m.endswith("_sync") or "module_client" in m]
from openai_native import AsyncOpenAI
AsyncOpenAI(api_key="k").chat.completions
openai_native.pagination
assert not [m for m in sys.modules if m.endswith("_sync")], sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)

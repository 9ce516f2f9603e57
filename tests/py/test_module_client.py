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
]
AZURE = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OPENAI_API_TYPE", "OPENAI_API_VERSION", *AZURE):
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


@pytest.mark.parametrize("setting", ["api_type", *AZURE])
def test_azure_is_told_to_come_later(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if setting == "api_type":
        openai_native.api_type = "azure"
    else:
        monkeypatch.setenv(setting, "x")
    with pytest.raises(NotImplementedError, match="azure"):
        openai_native.models.list()


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

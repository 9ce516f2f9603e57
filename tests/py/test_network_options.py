"""Keywords beyond the official ones at the clients' front doors: who takes, keeps, refuses them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

import openai_native
from openai_native import AsyncOpenAI, DefaultAsyncHttpx2Client
from openai_native._network import CALL_OPTIONS

pytestmark = pytest.mark.filterwarnings("ignore:verify=False")
CLOCKS: Any = {"deadline": 30, "stream_idle_timeout": 2.5, "first_event_timeout": 10}
AZURE = {"azure_endpoint": "https://a.example/", "api_version": "v1", "api_key": "k"}
BEDROCK = {"aws_region": "us-east-1", "api_key": "k"}
CLIENTS: Any = [
    ("AsyncOpenAI", {"api_key": "k"}),
    ("AsyncAzureOpenAI", AZURE),
    ("AsyncBedrockOpenAI", BEDROCK),
]


def call_options(client: Any) -> dict[str, Any]:
    return {name: getattr(client, attribute) for name, attribute in CALL_OPTIONS.items()}


@pytest.mark.parametrize(("name", "settings"), CLIENTS)
def test_call_options_are_kept_and_inherited(name: str, settings: Any) -> None:
    cls = getattr(openai_native, name)
    assert set(call_options(cls(**settings)).values()) == {None}
    client = cls(**settings, **CLOCKS, max_response_bytes=1000)
    given = {**CLOCKS, "max_response_bytes": 1000, "limits": None}
    assert call_options(client) == given
    assert call_options(client.copy()) == given
    assert call_options(client.with_options(max_retries=0)) == given
    other = client.with_options(deadline=None, stream_idle_timeout=9)
    assert call_options(other) == {**given, "deadline": None, "stream_idle_timeout": 9}
    assert call_options(client) == given
    assert other._client is client._client


@pytest.mark.filterwarnings("ignore:verify=False")
@pytest.mark.parametrize(("name", "settings"), CLIENTS)
def test_connection_options_make_connections(name: str, settings: Any) -> None:
    cls = getattr(openai_native, name)
    client = cls(**settings, verify=False)
    assert client._client._settings == {"verify": False}
    strict = client.with_options(verify=True)
    assert strict._client._settings == {"verify": True}
    assert client._client._settings == {"verify": False}


@pytest.mark.parametrize(("name", "settings"), CLIENTS)
def test_unknown_keywords_are_refused_as_python_does(name: str, settings: Any) -> None:
    cls = getattr(openai_native, name)
    with pytest.raises(TypeError, match=rf"^{name}.__init__\(\) got an unexpected .* 'colour'$"):
        cls(**settings, colour=1)
    with pytest.raises(TypeError, match=rf"^{name}.copy\(\) got an unexpected .* 'colour'$"):
        cls(**settings).with_options(colour=1)


@pytest.mark.filterwarnings("ignore:verify=False")
def test_other_connections_keep_what_the_http_client_had() -> None:
    http_client = DefaultAsyncHttpx2Client(
        limits=httpx2.Limits(max_connections=7), headers={"X-A": "1"}
    )
    client = AsyncOpenAI(api_key="k", http_client=http_client)
    http_client.headers["X-B"] = "2"
    http_client.timeout = 3
    other = client.with_options(verify=False)
    info = other.transport_info()
    assert isinstance(other._client, DefaultAsyncHttpx2Client)
    assert info.settings["max_connections"] == 7 and info.settings["verify"] is False
    assert set(info.settings["headers"]) == {"x-a", "x-b"}
    assert other._client.timeout == httpx2.Timeout(3)
    assert client.transport_info().settings.get("verify", True) is True


def test_connection_options_and_an_http_client_contradict_each_other() -> None:
    given = DefaultAsyncHttpx2Client()
    with pytest.raises(ValueError, match="`verify` and `http_client` are mutually exclusive"):
        AsyncOpenAI(api_key="k", verify=False, http_client=given)
    client = AsyncOpenAI(api_key="k", http_client=given, proxy=None)
    with pytest.raises(ValueError, match="`proxy` and `http_client` are mutually exclusive"):
        client.with_options(proxy="http://p:1", http_client=given)
    assert client.with_options(proxy=None, http_client=given)._client is given


def test_connections_of_somebody_else_cannot_be_changed() -> None:
    client = AsyncOpenAI(api_key="k", http_client=httpx2.AsyncClient())
    with pytest.raises(TypeError, match=r"verify= cannot be changed on .* httpx2\.AsyncClient"):
        client.with_options(verify=False)
    over = DefaultAsyncHttpx2Client(transport=httpx2.AsyncHTTPTransport())
    client = AsyncOpenAI(api_key="k", http_client=over)
    with pytest.raises(TypeError, match="was given a transport="):
        client.with_options(verify=False)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"deadline": 0}, ValueError, "deadline must be more than 0 seconds, not 0"),
        ({"deadline": float("nan")}, ValueError, "deadline must be more than 0"),
        ({"stream_idle_timeout": "1"}, TypeError, "stream_idle_timeout must be a number of sec"),
        ({"first_event_timeout": True}, TypeError, "first_event_timeout must be a number of sec"),
        ({"max_response_bytes": 1.5}, TypeError, "max_response_bytes must be a number of bytes"),
        ({"max_response_bytes": 0}, ValueError, "max_response_bytes must be from 1 to"),
        ({"max_response_bytes": 2**33}, ValueError, "max_response_bytes must be from 1 to"),
    ],
)
def test_bad_values_are_refused_at_once(option: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        AsyncOpenAI(api_key="k", **option)
    client = AsyncOpenAI(api_key="k")
    with pytest.raises(error, match=message):
        client.with_options(**option)
    ((name, value),) = option.items()
    with pytest.raises(error, match=message):
        setattr(client, name, value)


def test_options_may_be_assigned_and_no_limit_is_none() -> None:
    client = AsyncOpenAI(api_key="k", deadline=float("inf"))
    assert client.deadline is None
    client.deadline = 2
    assert client.deadline == 2 and client.copy().deadline == 2

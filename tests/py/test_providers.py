"""Bedrock and Vertex beside the official package: settings, what is sent, who may not send what."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import openai
import pytest

import openai_native
from scripted import ScriptedServer, answer
from side_by_side import sent

PACKAGES: Any = (openai, openai_native)
VARIABLES = (
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_BEDROCK_BASE_URL",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
)
REGION = {"region": "us-east-1"}
STATIC = {"access_key_id": "AKID", "secret_access_key": "secret"}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")


def module(package: Any, name: str) -> Any:
    return importlib.import_module(f"{package.__name__}.{name}")


def both(look: Callable[[Any], Any]) -> Any:
    """What is seen of both packages is the same."""
    results = []
    for package in PACKAGES:
        try:
            results.append(look(package))
        except Exception as error:
            results.append([type(error).__name__, str(error)])
    official, ours = results
    assert ours == official
    return ours


def seen(client: Any) -> dict[str, Any]:
    return {
        "url": str(client.base_url),
        "headers": client.auth_headers,
        "key": client.api_key,
        "region": getattr(client, "aws_region", None),
        "others": [client.organization, client.project, client.max_retries, client.timeout],
    }


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ({}, {}),
        (REGION, {"AWS_BEARER_TOKEN_BEDROCK": "t"}),
        ({}, {"AWS_BEARER_TOKEN_BEDROCK": "t", "AWS_DEFAULT_REGION": "eu-west-1"}),
        ({"api_key": "k", **REGION}, {"OPENAI_ORG_ID": "org", "OPENAI_CUSTOM_HEADERS": "a: b"}),
        ({"api_key": "k", "endpoint": "runtime", "region": "cn-north-1"}, {}),
        ({"api_key": "k", "endpoint": "runtime", "region": "us-isob-east-1"}, {}),
        ({"api_key": "k", "endpoint": "other", **REGION}, {}),
        ({"api_key": "k", "region": " "}, {}),
        ({"api_key": "k", "region": "nowhere"}, {}),
        ({"api_key": " ", **REGION}, {}),
        ({"api_key": "k", "token_provider": str, **REGION}, {}),
        ({"api_key": "k", "base_url": "https://x.example/v1/responses/r_1"}, {}),
        ({"api_key": "k", "base_url": " "}, {}),
        ({"api_key": "k"}, {"AWS_BEDROCK_BASE_URL": "https://bedrock-mantle.eu-west-1.api.aws/x"}),
        ({"api_key": "k", "base_url": "http://bedrock-mantle.eu-west-1.api.aws/x"}, {}),
        ({"base_url": "https://bedrock-mantle.eu-west-1.api.aws", "api_key": "k", **REGION}, {}),
        (
            {"base_url": "https://bedrock-runtime.us-east-1.amazonaws.com", "api_key": "k"}
            | {"endpoint": "mantle"},
            {},
        ),
        ({"access_key_id": "a", **REGION}, {}),
        ({"access_key_id": "a", "secret_access_key": " ", **REGION}, {}),
        ({"session_token": "a", **REGION}, {}),
        ({"session_token": " ", **STATIC, **REGION}, {}),
        ({**STATIC, "profile": "p", **REGION}, {}),
        ({**STATIC, "api_key": "k", **REGION}, {}),
        ({"profile": " ", **REGION}, {}),
    ],
)
def test_settings_of_bedrock(
    settings: dict[str, Any], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if not settings and not environment:
        pytest.importorskip("botocore")

    def look(package: Any) -> Any:
        provider = module(package, "providers").bedrock(**settings)
        assert "k" not in vars(type(provider)).values() and not hasattr(provider, "__dict__")
        return seen(package.AsyncOpenAI(provider=provider))

    both(look)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"project": "p"},
        {"project": "p", "location": "us-central1"},
        {"project": "example.com:p", "location": "global"},
        {"project": "..", "location": "global"},
        {"project": "p", "location": "A/B"},
        {"base_url": "https://x.example/v1?q=1"},
        {"base_url": "http://a.googleapis.com/v1"},
        {"base_url": "http://x.example/v1"},
        {"base_url": "ftp://x.example/v1"},
        {"token_provider": str, "credentials": object(), "base_url": "https://x.example"},
    ],
)
def test_settings_of_vertex(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def look(package: Any) -> Any:
        vertex = module(package, "providers").vertex
        return seen(package.AsyncOpenAI(provider=vertex(**settings)))

    both(look)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "env")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west1")
    both(look)


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": "k", "base_url": "https://x"},
        {"workload_identity": {"type": "x509"}},
        {"data_residency": "eu"},
    ],
)
def test_a_provider_brings_its_own_settings(settings: dict[str, Any]) -> None:
    def look(package: Any) -> Any:
        provider = module(package, "providers").bedrock(api_key="k", **REGION)
        return seen(package.AsyncOpenAI(provider=provider, **settings))

    both(look)
    both(lambda package: package.AsyncOpenAI(provider=object()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"max_retries": 5, "organization": "o", "default_headers": {"a": "b"}},
        {"provider": None, "api_key": "k"},
        {"provider": None},
        {"api_key": "k"},
        {"base_url": "https://x"},
        {"data_residency": "eu"},
    ],
)
def test_copies(changes: dict[str, Any]) -> None:
    def look(package: Any) -> Any:
        provider = module(package, "providers").bedrock(api_key="k", **REGION)
        client = package.AsyncOpenAI(provider=provider, default_headers={"x": "y"}, project="p")
        copied = client.with_options(**changes)
        return [seen(copied), dict(copied._custom_headers), copied._provider is client._provider]

    both(look)


async def requests_of(package: Any, made: Callable[[Any, str], Any], program: Any) -> list[Any]:
    async with ScriptedServer() as server:
        server.answers.append(answer(503, headers={"retry-after-ms": "1"}))
        async with made(package, server.url) as client:
            try:
                await program(client)
                ending: list[Any] = []
            except Exception as error:
                cause = type(error.__cause__).__name__
                ending = [type(error).__name__, str(error), cause]
        return [*map(sent, server.requests), ending]


async def create(client: Any) -> None:
    await client.responses.create(model="m", input="hi")
    raw = await client.with_options(max_retries=0).models.with_raw_response.list()
    assert raw.status_code == 200
    async with client.models.with_streaming_response.list() as response:
        await response.read()


async def with_headers(client: Any) -> None:
    await client.models.list(extra_headers={"Authorization": "Basic x"})


async def elsewhere(client: Any) -> None:
    await client.get("https://other.example/models", cast_to=object)


@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
@pytest.mark.parametrize("tokens", ["ab c", "a", "\n", None])
@pytest.mark.parametrize("program", [create, with_headers, elsewhere])
async def test_tokens(provider: str, tokens: Any, program: Any) -> None:
    def made(package: Any, url: str) -> Any:
        asked = iter(("first", tokens, "third", "fourth", "fifth"))

        async def token() -> Any:
            return next(asked)

        make = getattr(module(package, "providers"), provider)
        return package.AsyncOpenAI(provider=make(base_url=url, token_provider=token))

    if provider == "bedrock" and tokens in ("ab c", "\n"):
        tokens = "plain"
    official, ours = [await requests_of(package, made, program) for package in PACKAGES]
    assert ours == official


def failing() -> Any:
    raise LookupError("secret")


@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
async def test_a_token_that_cannot_be_had(provider: str) -> None:
    def made(package: Any, url: str) -> Any:
        make = getattr(module(package, "providers"), provider)
        return package.AsyncOpenAI(provider=make(base_url=url, token_provider=failing))

    official, ours = [await requests_of(package, made, create) for package in PACKAGES]
    assert ours == official and len(ours) == 1


async def test_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the official package at the same instant are the same."""
    auth = pytest.importorskip("botocore.auth")
    keys = pytest.importorskip("botocore.credentials")

    def made(package: Any, url: str) -> Any:
        moments = iter(range(10))

        def now(*_: Any, **__: Any) -> Any:
            return auth.datetime.datetime(2026, 1, 1, second=next(moments))

        monkeypatch.setattr(auth, "get_current_datetime", now)
        provider = module(package, "providers").bedrock(
            base_url=url,
            credential_provider=lambda: keys.Credentials("AKID", "secret", "session"),
            **REGION,
        )
        client = package.AsyncOpenAI(provider=provider)
        monkeypatch.setattr(type(client), "user_agent", "the same")
        monkeypatch.setattr(type(client), "platform_headers", lambda self: {})
        return client

    async with ScriptedServer() as server:
        runs = []
        for package in PACKAGES:
            server.answers.append(answer(503, headers={"retry-after-ms": "1"}))
            async with made(package, server.url) as client:
                await client.responses.create(model="m", input="hi")
                await client.get("/models", cast_to=object, options={"params": {"b": "2"}})
                with pytest.raises(package.OpenAIError, match="redirects"):
                    await client.get("/m", cast_to=object, options={"follow_redirects": True})
            runs.append([sent(request) for request in server.requests])
            server.requests.clear()
    official, ours = runs
    assert len(ours) == 3
    assert all("AKID" in each["headers"]["authorization"] for each in ours)
    assert ours == official


# The class for Bedrock by name


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ({}, {}),
        ({"api_key": "k", "aws_region": "us-east-1"}, {}),
        ({"api_key": "k"}, {"AWS_REGION": "us-east-1"}),
        ({"aws_region": "us-east-1"}, {"AWS_BEARER_TOKEN_BEDROCK": "t"}),
        ({"api_key": ""}, {}),
        ({"api_key": str}, {}),
        ({"api_key": "k", "bedrock_token_provider": str}, {}),
        ({"api_key": "k", "aws_profile": "p"}, {}),
        ({"bedrock_token_provider": str, "base_url": "https://x.example"}, {}),
        ({"api_key": "k", "base_url": ""}, {"AWS_BEDROCK_BASE_URL": "https://x.example"}),
        ({"api_key": "k"}, {"AWS_BEDROCK_BASE_URL": "https://x.example"}),
        ({"api_key": "k", "base_url": "https://bedrock-mantle.eu-west-1.api.aws/v1"}, {}),
        ({"aws_access_key_id": "a", "aws_region": "us-east-1"}, {}),
    ],
)
def test_settings_of_the_class(
    settings: dict[str, Any], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if not settings:
        pytest.importorskip("botocore")
    both(lambda package: seen(package.AsyncBedrockOpenAI(**settings)))


BEARER = {"api_key": "k", "aws_region": "us-east-1"}
KEYS = {f"aws_{name}": value for name, value in STATIC.items()}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"api_key": "other"},
        {"aws_region": "eu-west-1"},
        {"base_url": "https://x.example"},
        {"base_url": ""},
        {"bedrock_token_provider": str},
        KEYS,
        {"aws_profile": "p"},
        {"api_key": "k", **KEYS},
        {"api_key": str},
        {"admin_api_key": "a"},
        {"provider": None},
        {"data_residency": "eu"},
        {"default_headers": {"a": "b"}, "set_default_headers": {}},
        {"organization": "o", "timeout": 3, "max_retries": 1},
    ],
)
@pytest.mark.parametrize(
    "settings",
    [
        BEARER,
        {"bedrock_token_provider": str, "base_url": "https://y.example"},
        {"aws_region": "us-east-1", **KEYS},
    ],
)
def test_copies_of_the_class(settings: dict[str, Any], changes: dict[str, Any]) -> None:
    def look(package: Any) -> Any:
        client = package.AsyncBedrockOpenAI(**settings)
        copied = client.copy(**changes)
        again = copied.copy()
        kinds = [each._legacy_auth_configuration()[0] for each in (copied, again)]
        return [seen(copied), seen(again), kinds]

    both(look)


async def test_assignments_count_from_the_next_request_on() -> None:
    async def program(client: Any) -> None:
        await client.models.list()
        client.api_key = "assigned"
        await client.models.list()
        await client.copy().models.list()

    def made(package: Any, url: str) -> Any:
        return package.AsyncBedrockOpenAI(api_key="k", base_url=url)

    official, ours = [await requests_of(package, made, program) for package in PACKAGES]
    assert ours == official
    keys = [request["headers"]["authorization"] for request in ours[:-1]]
    assert keys == ["Bearer k", "Bearer k", "Bearer assigned", "Bearer assigned"]


async def test_tokens_of_the_class() -> None:
    def made(package: Any, url: str) -> Any:
        asked = iter("abcdefg")

        async def token() -> str:
            return next(asked)

        return package.AsyncBedrockOpenAI(bedrock_token_provider=token, base_url=url)

    official, ours = [await requests_of(package, made, create) for package in PACKAGES]
    assert ours == official

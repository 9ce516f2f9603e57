"""Azure's clients beside the official ones: what is made of their settings, what they send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import openai
import pytest

import openai_native
from scripted import ScriptedServer, answer, events
from side_by_side import sent

PACKAGES: Any = (openai, openai_native)
VARIABLES = (
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_AD_TOKEN",
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
)
CHAT: Any = {"model": "gpt 4/o", "messages": [{"role": "user", "content": "hi"}]}
PLACE = {"azure_endpoint": "https://a.example/", "api_version": "v1"}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def refusal(error: BaseException) -> list[Any]:
    return [type(error).__name__, str(error)]


def made(package: Any, **settings: Any) -> Any:
    """What can be seen of a client, or of the error."""
    try:
        client = package.AsyncAzureOpenAI(**settings)
    except Exception as error:
        return refusal(error)
    return seen(client)


def seen(client: Any) -> dict[str, Any]:
    return {
        "url": str(client.base_url),
        "query": dict(client.default_query),
        "headers": client.auth_headers,
        "key": client.api_key,
        "endpoint": str(client._azure_endpoint),
        "own": [client._api_version, client._azure_deployment, client._azure_ad_token],
        "others": [client.organization, client.project, client.max_retries],
    }


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ({}, {}),
        ({"api_key": "k"}, {}),
        ({"api_key": "k", "api_version": "v1"}, {}),
        ({"api_key": "k", **PLACE}, {}),
        ({"api_key": "k", "azure_deployment": "d", **PLACE}, {}),
        ({"api_key": "k", "azure_deployment": "d", "base_url": "https://x/y", **PLACE}, {}),
        ({"api_key": "k", "base_url": "https://x.example/y", "api_version": "v1"}, {}),
        ({"api_key": "k", "azure_ad_token": "t", **PLACE}, {}),
        ({"azure_ad_token_provider": str, "azure_ad_token": "t", **PLACE}, {}),
        ({"default_query": {"api-version": "mine", "b": "1"}, "api_key": "k", **PLACE}, {}),
        ({"_enforce_credentials": False, **PLACE}, {}),
        ({"workload_identity": {"type": "x509"}, "api_key": "k", **PLACE}, {}),
        ({}, {"AZURE_OPENAI_API_KEY": "e"}),
        ({}, dict.fromkeys(VARIABLES, "https://e.example")),
        ({"api_key": "k"}, dict.fromkeys(VARIABLES, "https://e.example")),
        (PLACE, {"AZURE_OPENAI_API_KEY": "e"}),
        (PLACE, {"AZURE_OPENAI_AD_TOKEN": "e", "AZURE_OPENAI_API_KEY": "k"}),
        ({"azure_ad_token": "t", **PLACE}, {"AZURE_OPENAI_API_KEY": "e", "OPENAI_ORG_ID": "o"}),
    ],
)
def test_settings(
    settings: dict[str, Any], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    official, ours = (made(package, **settings) for package in PACKAGES)
    assert ours == official


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"api_key": "other"},
        {"azure_ad_token": "token"},
        {"api_key": "other", "azure_ad_token": "token"},
        {"api_version": "v2", "organization": "o"},
        {"base_url": "https://b.example/openai"},
        {"default_query": {"more": "1"}, "max_retries": 7},
        {"set_default_query": {"only": "1"}},
        {"data_residency": "eu"},
        {"provider": None},
        {"workload_identity": {"type": "x509"}},
    ],
)
def test_copies(changes: dict[str, Any]) -> None:
    results = []
    for package in PACKAGES:
        client = package.AsyncAzureOpenAI(api_key="k", azure_deployment="d", **PLACE)
        try:
            results.append(seen(client.with_options(**changes)))
        except Exception as error:
            results.append(refusal(error))
    official, ours = results
    assert ours == official


Make = Callable[[Any, str], Any]


async def observed(
    package: Any, make: Make, program: Callable[[Any], Awaitable[Any]], *answers: Any
) -> list[Any]:
    """The requests, and how it ended."""
    async with ScriptedServer() as server:
        server.answers.extend(answers)
        async with make(package, server.url.removesuffix("/v1")) as client:
            try:
                await program(client)
                ending: list[Any] = []
            except Exception as error:
                ending = refusal(error)
        return [*map(sent, server.requests), ending]


async def the_same(
    make: Make, program: Callable[[Any], Awaitable[Any]], *answers: Any
) -> list[Any]:
    official = await observed(openai, make, program, *answers)
    ours = await observed(openai_native, make, program, *answers)
    assert ours == official
    return ours


async def all_kinds(client: Any) -> None:
    await client.chat.completions.create(**CHAT)
    await client.embeddings.create(model="e", input="x", encoding_format="float")
    await client.audio.speech.create(model="s", input="x", voice="alloy")
    await client.models.list()
    await client.files.retrieve("f")
    await client.post("/embeddings", cast_to=object, body={"model": "ad hoc"})
    await client.post("/embeddings", cast_to=object, body={})
    await client.get("/models?deep=1", cast_to=object)
    await client.admin.organization.projects.retrieve("p")
    raw = await client.chat.completions.with_raw_response.create(**CHAT)
    assert raw.status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": "k"},
        {"api_key": "k", "azure_deployment": "d"},
        {"azure_ad_token": "t", "default_headers": {"Api-Key": "mine"}},
        {"api_key": "k", "default_headers": {"api-key": "mine", "Authorization": "Basic x"}},
        {"api_key": "k", "admin_api_key": "a", "default_query": {"b": ["1", "2"]}},
    ],
)
async def test_requests(settings: dict[str, Any]) -> None:
    def make(package: Any, url: str) -> Any:
        return package.AsyncAzureOpenAI(azure_endpoint=url, api_version="v1", **settings)

    requests = await the_same(make, all_kinds)
    assert len(requests) == 11 and requests[-1] == []


async def test_a_base_url_of_a_deployment() -> None:
    def make(package: Any, url: str) -> Any:
        url += "/openai/deployments/own"
        return package.AsyncAzureOpenAI(base_url=url, api_version="v1", api_key="k")

    await the_same(make, all_kinds)


async def test_files_and_streams() -> None:
    async def program(client: Any) -> None:
        await client.audio.transcriptions.create(model="w", file=("a.wav", b"x"))
        async for _ in await client.chat.completions.create(**CHAT, stream=True):
            pass

    def make(package: Any, url: str) -> Any:
        return package.AsyncAzureOpenAI(azure_endpoint=url, api_version="v1", api_key="k")

    lines = [each["line"] for each in (await the_same(make, program, answer(), events("{}")))[:2]]
    assert lines == [
        "POST /openai/deployments/w/audio/transcriptions?api-version=v1",
        "POST /openai/deployments/gpt%204%2Fo/chat/completions?api-version=v1",
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"api-key": "mine"},
        {"Authorization": "Basic x"},
        {"Authorization": openai_native.omit},
        {"api-key": openai_native.omit},
    ],
)
@pytest.mark.parametrize("settings", [{"api_key": "k"}, {"_enforce_credentials": False}])
async def test_a_call_with_credentials_of_its_own(
    settings: dict[str, Any], headers: dict[str, Any]
) -> None:
    async def program(client: Any) -> None:
        omit = openai.omit if isinstance(client, openai.AsyncOpenAI) else openai_native.omit
        given = {k: v if isinstance(v, str) else omit for k, v in headers.items()}
        await client.models.list(extra_headers=given)
        await client.models.list()

    def make(package: Any, url: str) -> Any:
        return package.AsyncAzureOpenAI(azure_endpoint=url, api_version="v1", **settings)

    await the_same(make, program)


AGAIN = answer(503, headers={"retry-after-ms": "1"})


@pytest.mark.parametrize("what", ["azure_ad_token_provider", "api_key"])
@pytest.mark.parametrize("given", [["a", "b", "c"], ["a", ""], ["", "a"], ["a", None]])
async def test_credentials_are_asked_for_before_each_attempt(what: str, given: list[Any]) -> None:
    def make(package: Any, url: str) -> Any:
        left = iter([*given, "last"])

        async def credential() -> Any:
            return next(left)

        settings: Any = {what: credential}
        return package.AsyncAzureOpenAI(azure_endpoint=url, api_version="v1", **settings)

    async def program(client: Any) -> None:
        await client.models.list()
        await client.models.list(extra_headers={"Authorization": "Basic x"})

    if what == "api_key" and None in given:
        return  # the official client sends what is no string
    await the_same(make, program, AGAIN)


# async only
async def test_a_provider_need_not_be_asynchronous() -> None:
    def make(package: Any, url: str) -> Any:
        return package.AsyncAzureOpenAI(
            azure_endpoint=url, api_version="v1", azure_ad_token_provider=lambda: "t"
        )

    await the_same(make, lambda client: client.models.list())


async def test_a_redirect_takes_no_key_to_another_host() -> None:
    async with ScriptedServer() as other:

        async def program(client: Any) -> None:
            await client.models.list()

        def make(package: Any, url: str) -> Any:
            return package.AsyncAzureOpenAI(azure_endpoint=url, api_version="v1", api_key="k")

        same = answer(307, headers={"Location": "/elsewhere"})
        away = answer(307, headers={"Location": f"{other.url}/models"})
        requests = await the_same(make, program, same, away)
        assert [each["headers"].get("api-key") for each in requests[:2]] == ["k", "k"]
        assert [request.header("api-key") for request in other.requests] == [None, None]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"azure_deployment": "d"},
        {"websocket_base_url": "wss://w.example/x?y=1"},
        {"default_query": {"deep": {"a": "1"}, "b": "2"}},
    ],
)
async def test_realtime(settings: dict[str, Any]) -> None:
    results = []
    for package in PACKAGES:
        client = package.AsyncAzureOpenAI(api_key="k", **PLACE, **settings)
        tokens = client.with_options(azure_ad_token="t")
        for each in (client, tokens):
            url, headers = await each._configure_realtime("m", {"q": ["1", None], "b": None})
            results.append([str(url), headers])
        url, headers = await client._configure_realtime_with_api_key("m", {}, api_key="other")
        results.append([str(url), headers])
    assert results[:3] == results[3:]

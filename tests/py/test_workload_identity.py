"""Workload identities beside the official package: exchanges, caching, refusals, certificates."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

import openai_native
from scripted import ScriptedServer, answer
from side_by_side import sent

PACKAGES: Any = (openai, openai_native)


def identity(get_token: Callable[[], Any] = lambda: "subject", **more: Any) -> Any:
    return {
        "identity_provider_id": "idp",
        "service_account_id": "sa",
        "provider": {"token_type": "jwt", "get_token": get_token},
        **more,
    }


def x509(**more: Any) -> Any:
    return {"type": "x509", "identity_provider_id": "idp", "service_account_id": "sa", **more}


def token(name: str, expires_in: Any = 3600, **more: Any) -> bytes:
    return answer(body={"access_token": name, "expires_in": expires_in, **more})


def failure(error: BaseException) -> list[Any]:
    body, kind = getattr(error, "body", None), getattr(error, "error", None)
    return [type(error).__name__, str(error), body, kind]


async def run(package: Any, program: Any, answers: Any, settings: dict[str, Any]) -> list[Any]:
    async with ScriptedServer() as server:
        server.answers.extend(answers)
        given = {"workload_identity": identity(), "base_url": server.url, **settings}
        async with package.AsyncOpenAI(**given) as client:
            client._workload_identity_auth.token_exchange_url = f"{server.url}/token"
            try:
                await program(client)
                ending: list[Any] = []
            except Exception as error:
                ending = failure(error)
        requests = [sent(request) for request in server.requests]
        for request in requests:
            request["headers"].pop("accept", None)
        return [*requests, ending]


async def the_same(program: Any, *answers: Any, **settings: Any) -> list[Any]:
    official = await run(openai, program, answers, settings)
    ours = await run(openai_native, program, answers, settings)
    assert ours == official
    return ours


def keys_of(requests: list[Any]) -> list[Any]:
    return [each["headers"].get("authorization") for each in requests[:-1]]


async def twice(client: Any) -> None:
    await client.models.list()
    raw = await client.models.with_raw_response.list()
    assert raw.status_code == 200


async def once(client: Any) -> None:
    await client.models.list()


async def test_one_exchange_for_many_calls() -> None:
    requests = await the_same(twice, token("one"))
    assert keys_of(requests) == [None, "Bearer one", "Bearer one"]


async def test_a_token_that_expires_is_renewed() -> None:
    requests = await the_same(twice, token("one", 0), token("two"))
    assert requests[-1] == ["RuntimeError", "Token is unusable after refresh completed", None, None]
    given = identity(refresh_buffer_seconds=0.5)
    requests = await the_same(twice, token("one", 3600), workload_identity=given)
    assert keys_of(requests) == [None, "Bearer one", "Bearer one"]


async def test_a_refused_token_is_replaced_once() -> None:
    refused = answer(401, {"error": {"message": "no"}})
    requests = await the_same(once, token("one"), refused, token("two"))
    assert keys_of(requests) == [None, "Bearer one", None, "Bearer two"]
    requests = await the_same(once, token("one"), refused, token("two"), refused)
    assert len(requests) == 5 and requests[-1][0] == "AuthenticationError"


async def test_a_retry_uses_what_there_is() -> None:
    again = answer(503, headers={"retry-after-ms": "1"})
    requests = await the_same(once, token("one"), again)
    assert keys_of(requests) == [None, "Bearer one", "Bearer one"]


async def test_streams() -> None:
    async def program(client: Any) -> None:
        async with client.models.with_streaming_response.list() as response:
            await response.read()

    await the_same(program, token("one"), answer(401), token("two"))


async def test_other_credentials_need_no_exchange() -> None:
    async def program(client: Any) -> None:
        await client.models.list(extra_headers={"authorization": "Basic x"})
        await client.admin.organization.projects.retrieve("p")

    requests = await the_same(program, admin_api_key="admin")
    assert keys_of(requests) == ["Basic x", "Bearer admin"]
    await the_same(once, default_headers={"Authorization": "Basic y"})


@pytest.mark.parametrize(
    "refusal",
    [
        answer(400, {"error": "invalid_grant", "error_description": "who?"}),
        answer(401, b""),
        answer(403, {"error": "invalid_subject_token"}),
        answer(500, {"error": "x"}),
        answer(200, b""),
        answer(200, b"[]"),
        answer(200, b"{"),
        token("", 5),
        token("t", "soon"),
    ],
)
async def test_exchanges_that_fail(refusal: bytes) -> None:
    requests = await the_same(once, refusal)
    assert len(requests) == 2


async def test_an_exchange_that_breaks_off() -> None:
    def gone(_: Any) -> None:
        return None

    await the_same(once, gone, max_retries=0)


@pytest.mark.parametrize(
    "given",
    [
        identity(lambda: ""),
        identity(provider={"token_type": "other", "get_token": lambda: "t"}),
    ],
)
async def test_subject_tokens_that_fail(given: Any) -> None:
    requests = await the_same(once, workload_identity=given)
    assert len(requests) == 1


def both(look: Callable[[Any], Any]) -> Any:
    results = []
    for package in PACKAGES:
        try:
            results.append(look(package))
        except Exception as error:
            results.append(failure(error))
    official, ours = results
    assert ours == official
    return ours


@pytest.mark.parametrize(
    "settings",
    [
        {"workload_identity": identity(), "api_key": "k"},
        {"workload_identity": {"identity_provider_id": "i"}},
        {"workload_identity": x509()},
        {"workload_identity": x509(), "data_residency": "eu"},
        {"workload_identity": x509(), "data_residency": "jp"},
        {"workload_identity": x509(), "base_url": "http://x.example"},
        {"workload_identity": x509(), "base_url": "https://a:b@x.example"},
        {"workload_identity": x509(provider={})},
        {"workload_identity": x509(client_id="c")},
        {"workload_identity": x509(other=1)},
        {"workload_identity": x509(service_account_id="")},
        {"workload_identity": x509(refresh_buffer_seconds=-1)},
        {"workload_identity": x509(refresh_buffer_seconds=10**400)},
        {"workload_identity": x509(refresh_buffer_seconds=0)},
    ],
)
def test_settings(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def look(package: Any) -> Any:
        client = package.AsyncOpenAI(**settings)
        copied = client.with_options(max_retries=4)
        other = client.with_options(api_key="other")
        same = copied.workload_identity == client.workload_identity
        seen = [
            [str(each.base_url), each.api_key, each.auth_headers, each._custom_headers]
            for each in (client, copied, other)
        ]
        return [*seen, same, other.workload_identity, client._data_residency]

    if "@" not in settings.get("base_url", ""):  # ours takes no password in a URL at all
        both(look)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Basic env\nX-A: b")
    if "@" not in settings.get("base_url", ""):
        both(look)


# Certificates: the HTTP client's own transport carries them, so both packages send over it.

EXCHANGE = "https://mtls.auth.openai.com/oauth/token"


class Wire:
    """Answers in turn for exchanges and for the API, and what was asked."""

    def __init__(self, exchanges: list[Any], answers: list[Any]) -> None:
        self._left = {True: list(exchanges), False: list(answers)}
        self.seen: list[Any] = []

    def __call__(self, request: Any) -> Any:
        exchange = str(request.url) == EXCHANGE
        key = request.headers.get("authorization")
        body = json.loads(request.content) if request.content else None
        self.seen.append([request.method, str(request.url), key, body])
        left = self._left[exchange]
        reply = left.pop(0) if left else httpx2.Response(200, json={})
        if isinstance(reply, Exception):
            raise reply
        return reply


def given_token(name: str, **more: Any) -> Any:
    body = {"access_token": name, "expires_in": 3600, "token_type": "Bearer", **more}
    return httpx2.Response(200, json=body)


async def certified(package: Any, make: Callable[[], Wire], program: Any, **more: Any) -> list[Any]:
    wire = make()
    http_client = httpx2.AsyncClient(transport=httpx2.MockTransport(wire), trust_env=False)
    given = x509(**more)
    async with package.AsyncOpenAI(
        workload_identity=given, http_client=http_client, max_retries=1
    ) as client:
        try:
            await program(client)
            ending: list[Any] = []
        except Exception as error:
            ending = failure(error)
    return [*wire.seen, ending]


async def both_certified(make: Callable[[], Wire], program: Any = once, **more: Any) -> list[Any]:
    official = await certified(openai, make, program, **more)
    ours = await certified(openai_native, make, program, **more)
    assert ours == official
    return ours


async def test_a_certificate_is_exchanged() -> None:
    seen = await both_certified(lambda: Wire([given_token("a.b")], []), twice)
    assert [each[2] for each in seen[:-1]] == [None, "Bearer a.b", "Bearer a.b"]
    assert seen[1][1] == "https://mtls.api.openai.com/v1/models"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Wire([given_token("a"), given_token("b")], [httpx2.Response(401)]),
        lambda: Wire([httpx2.Response(503, headers={"retry-after-ms": "1"}), given_token("a")], []),
        lambda: Wire([httpx2.Response(503, headers={"x-should-retry": "false"})], []),
        lambda: Wire([httpx2.Response(400, json={"error": "bad", "secret": "x"})], []),
        lambda: Wire([httpx2.Response(302, headers={"location": "https://x.example"})], []),
        lambda: Wire([given_token("a", token_type="MAC")], []),
        lambda: Wire([given_token("a b")], []),
        lambda: Wire([given_token("a", expires_in=-1)], []),
        lambda: Wire(
            [given_token("a")], [httpx2.Response(302, headers={"location": "https://x.example"})]
        ),
    ],
)
async def test_certificates_and_what_may_go_wrong(make: Callable[[], Wire]) -> None:
    await both_certified(make)


@pytest.mark.parametrize(
    "headers",
    [
        {"api-key": "k"},
        {"Host": "x.example"},
        {"Proxy_Authorization": "k"},
        {"Authorization": "Basic x"},
    ],
)
async def test_certificates_go_with_no_other_credentials(headers: dict[str, str]) -> None:
    async def program(client: Any) -> None:
        await client.models.list(extra_headers=headers)

    await both_certified(lambda: Wire([given_token("a")], []), program)


async def test_a_certificate_stays_with_its_origin() -> None:
    async def program(client: Any) -> None:
        await client.get("https://x.example/models", cast_to=object)

    seen = await both_certified(lambda: Wire([], []), program)
    assert len(seen) == 1


# Where platforms keep their tokens


def test_kubernetes(tmp_path: Path) -> None:
    file = tmp_path / "token"

    def look(package: Any) -> Any:
        auth = importlib.import_module(f"{package.__name__}.auth")
        provider = auth.k8s_service_account_token_provider(file)
        return [provider["token_type"], provider["get_token"]()]

    both(look)
    file.write_text(" \n")
    both(look)
    file.write_text("token\n")
    assert both(look) == ["jwt", "token"]


@pytest.mark.parametrize("platform", ["azure_managed_identity", "gcp_id"])
@pytest.mark.parametrize(
    "reply",
    [
        {"status_code": 200, "json": {"access_token": "t"}},
        {"status_code": 200, "json": {}},
        {"status_code": 200, "text": "  "},
        {"status_code": 404, "text": "no"},
    ],
)
def test_metadata_servers(platform: str, reply: dict[str, Any]) -> None:
    def look(package: Any) -> Any:
        seen = []

        def handler(request: Any) -> Any:
            seen.append([str(request.url), request.headers.get("metadata"), request.method])
            return httpx2.Response(**reply)

        auth = importlib.import_module(f"{package.__name__}.auth")
        http_client = httpx2.Client(transport=httpx2.MockTransport(handler))
        more = {"client_id": "c"} if platform.startswith("azure") else {"audience": "me"}
        make = getattr(auth, f"{platform}_token_provider")
        provider = make(http_client=http_client, **more)
        try:
            return [provider["get_token"](), seen]
        except Exception as error:
            return [failure(error), seen]

    both(look)


# Keys that a function gives


@pytest.mark.parametrize("admin", [None, "admin"])
@pytest.mark.parametrize("given", [["a", "b"], ["a", ""], ["", "b"]])
async def test_keys_of_a_function(given: list[str], admin: str | None) -> None:
    async def program(client: Any) -> None:
        await client.models.list()
        await client.get("/models", cast_to=object)

    results = []
    for package in PACKAGES:
        left = iter([*given, "c", "d"])

        async def key(left: Any = left) -> str:
            return next(left)

        async with ScriptedServer() as server:
            server.answers.append(answer(503, headers={"retry-after-ms": "1"}))
            async with package.AsyncOpenAI(
                base_url=server.url, api_key=key, admin_api_key=admin
            ) as client:
                try:
                    await program(client)
                    ending: list[Any] = []
                except Exception as error:
                    ending = failure(error)
            results.append([*(each.header("authorization") for each in server.requests), ending])
    official, ours = results
    assert ours == official

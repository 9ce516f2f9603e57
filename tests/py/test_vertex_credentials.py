"""Vertex with Google's credentials: google-auth, a key made up here, and a token server of the
test's own, beside the official package.
"""

from __future__ import annotations

import json
import socket
from base64 import urlsafe_b64decode
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import openai
import pytest

import openai_native
from scripted import Request, ScriptedServer, answer
from side_by_side import sent

service_account = pytest.importorskip("google.oauth2.service_account")
ACCOUNT = "tests@made-up.iam.gserviceaccount.com"


@lru_cache
def private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def account(issuer: str) -> dict[str, str]:
    """What a service account's key file holds."""
    return {
        "type": "service_account",
        "project_id": "made-up",
        "private_key_id": "1",
        "private_key": private_key(),
        "client_email": ACCOUNT,
        "token_uri": issuer + "/token",
    }


def token(text: str, *, seconds: int = 3600) -> bytes:
    return answer(200, {"access_token": text, "expires_in": seconds, "token_type": "Bearer"})


def claims(request: Request) -> dict[str, Any]:
    """Of the assertion that asks for a token."""
    (assertion,) = parse_qs(request.body.decode())["assertion"]
    told: dict[str, Any] = json.loads(urlsafe_b64decode(assertion.split(".")[1] + "=="))
    return told


def made(package: Any, api: ScriptedServer, **settings: Any) -> Any:
    provider = package.providers.vertex(base_url=api.url, **settings)
    return package.AsyncOpenAI(provider=provider, max_retries=0)


def of(issuer: str) -> Any:
    return service_account.Credentials.from_service_account_info(account(issuer))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize("where", ["given", "default"])
async def test_a_service_account_signs_in_once(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    for package in (openai, openai_native):
        async with ScriptedServer() as api, ScriptedServer() as issuer:
            issuer.answers.append(token("first"))
            settings = {"credentials": of(issuer.url)}
            if where == "default":
                file = tmp_path / "key.json"
                file.write_text(json.dumps(account(issuer.url)))
                monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
                settings = {}
            async with made(package, api, **settings) as client:
                await client.responses.create(model="m", input="hi")
                await client.responses.create(model="m", input="again")
            (asked,) = issuer.requests
            told = claims(asked)
            assert told["iss"] == ACCOUNT
            runs.append(([sent(request) for request in api.requests], told["scope"]))
    official, ours = runs
    assert [each["headers"]["authorization"] for each in ours[0]] == ["Bearer first"] * 2
    assert ours == official


async def test_a_token_that_has_expired_is_replaced() -> None:
    runs = []
    for package in (openai, openai_native):
        async with ScriptedServer() as api, ScriptedServer() as issuer:
            issuer.answers.extend([token("first", seconds=1), token("second")])
            async with made(package, api, credentials=of(issuer.url)) as client:
                await client.responses.create(model="m", input="hi")
                await client.responses.create(model="m", input="hi")
            runs.append([sent(request) for request in api.requests])
    official, ours = runs
    assert [each["headers"]["authorization"] for each in ours] == ["Bearer first", "Bearer second"]
    assert ours == official


async def test_a_sign_in_that_is_refused_tells_no_secret() -> None:
    runs = []
    for package in (openai, openai_native):
        async with ScriptedServer() as api, ScriptedServer() as issuer:
            issuer.answers.append(answer(401, {"error": "invalid_grant"}))
            async with made(package, api, credentials=of(issuer.url)) as client:
                with pytest.raises(package.OpenAIError) as caught:
                    await client.responses.create(model="m", input="hi")
            assert not api.requests and "PRIVATE" not in repr(caught.value)
            assert caught.value.__cause__ is None
            runs.append((type(caught.value).__name__, str(caught.value)))
    official, ours = runs
    assert ours == official


async def test_a_token_server_that_is_silent_ends_in_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        credentials = of(f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with ScriptedServer() as api:
            async with made(openai_native, api, credentials=credentials) as client:
                with pytest.raises(openai_native.APITimeoutError):
                    await client.responses.create(model="m", input="hi", timeout=0.2)
            assert not api.requests

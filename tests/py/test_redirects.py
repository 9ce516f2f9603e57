"""Redirects beside the official client: methods, bodies, headers, and what stays at its origin."""

from __future__ import annotations

from typing import Any

import openai
import pytest

import openai_native
from scripted import ScriptedServer, answer
from side_by_side import sent

PACKAGES: Any = (openai, openai_native)
METHODS = ("get", "post", "put", "patch", "delete")
STATUSES = (301, 302, 303, 307, 308)
# Neither origin's own, nor secret.
PLAIN = {"X-Plain": "1", "OpenAI-Beta": "x=v1"}
# By name; the official client knows the first only.
SECRET = {
    "Authorization": "Bearer s",
    "api-key": "s",
    "X-Portkey-Api-Key": "s",
    "Helicone-Auth": "s",
    "X-Session-Token": "s",
    "Ocp-Apim-Subscription-Key": "s",
    "X-Webhook-Secret": "s",
    "Proxy-Authorization": "s",
}


def moved(status: int, location: str) -> bytes:
    return answer(status, b"", headers={"Location": location}, content_type=None)


async def followed(package: Any, first: ScriptedServer, method: str, **settings: Any) -> None:
    settings = {"api_key": "k", "max_retries": 0, "base_url": first.url, **settings}
    async with package.AsyncOpenAI(**settings) as client:
        body = {} if method in ("get", "delete") else {"body": {"a": [1]}}
        await getattr(client, method)("/x?q=1", cast_to=object, **body)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", METHODS)
async def test_methods_and_bodies(scripted: ScriptedServer, method: str, status: int) -> None:
    for package in PACKAGES:
        scripted.answers += [moved(status, "../v1/y?r=2"), answer()]
        await followed(package, scripted, method, default_headers=PLAIN)
    official, ours = [sent(each) for each in scripted.requests[1::2]]
    for headers in (official["headers"], ours["headers"]):  # of a body that is not there any more
        if not official["body"]:
            headers.pop("content-type", None)
    assert official == ours
    assert ours["headers"]["authorization"] == "Bearer k"


@pytest.mark.parametrize("status", [302, 307])
async def test_secrets_stay_at_their_origin(scripted: ScriptedServer, status: int) -> None:
    async with ScriptedServer() as other:
        location = other.url.replace("/v1", "/elsewhere")
        for package in PACKAGES:
            scripted.answers += [moved(status, location)]
            await followed(package, scripted, "post", default_headers={**PLAIN, **SECRET})
        official, ours = [sent(each) for each in other.requests]
        for request in scripted.requests:
            assert {name.lower() for name in SECRET} <= sent(request)["headers"].keys()
    kept = official["headers"]
    assert "authorization" not in kept
    for name in SECRET:
        kept.pop(name.lower(), None)
    if status == 302:
        kept.pop("content-type", None)
        ours["headers"].pop("content-type", None)
    assert official == ours


async def test_a_chain_of_origins_never_gets_them_back(scripted: ScriptedServer) -> None:
    async with ScriptedServer() as other:
        other.answers += [moved(307, f"{scripted.url}/home")]
        scripted.answers += [moved(307, f"{other.url}/away"), answer()]
        await followed(openai_native, scripted, "post")
        assert other.last.header("Authorization") is None
    assert scripted.last.path == "/v1/home"
    assert scripted.last.header("Authorization") is None
    assert scripted.last.json() == {"a": [1]}


@pytest.mark.parametrize("package", PACKAGES)
async def test_loops_end(scripted: ScriptedServer, package: Any) -> None:
    scripted.answers += [moved(307, f"{scripted.url}/again")] * 30
    with pytest.raises(package.APIConnectionError):
        await followed(package, scripted, "post")
    assert len(scripted.requests) == 21

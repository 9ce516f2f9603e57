"""Webhook signatures: accepted and refused as by the official package, without any request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx2
import pytest

from side_by_side import same

PAYLOAD = json.dumps(
    {"id": "evt_1", "object": "event", "created_at": 1, "type": "response.completed"}
    | {"data": {"id": "resp_é"}},
    ensure_ascii=False,
)
SECRET = "whsec_" + base64.b64encode(b"very secret").decode()


def signature(payload: str, secret: str, at: str, identity: str = "wh_1") -> str:
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    signed = f"{identity}.{at}.{payload}".encode()
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(age: int = 0, secret: str = SECRET, **changed: str | None) -> dict[str, str]:
    at = str(int(time.time()) - age)
    given = {
        "webhook-id": "wh_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature(PAYLOAD, secret, at)}",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return {name: value for name, value in given.items() if value is not None}


async def verdict(payload: Any, given: Any, secret: str | None = SECRET, **more: Any) -> Any:
    """What both packages say: None, or the error; the event, if there is one."""

    async def program(package: Any, client: Any) -> Any:
        client.webhook_secret = secret
        found = []
        for method in (client.webhooks.verify_signature, client.webhooks.unwrap):
            try:
                options = more if method == client.webhooks.verify_signature else {}
                event = method(payload, given, **options)
                found.append([type(event).__name__, event and event.to_dict()])
            except Exception as error:
                is_ours = isinstance(error, package.InvalidWebhookSignatureError)
                found.append([type(error).__name__, str(error), is_ours])
        return found

    seen = await same(program)
    assert seen.lines == []
    return seen.result


async def test_what_is_signed_is_accepted() -> None:
    for given in (
        headers(),
        {name.title(): value for name, value in headers().items()},
        httpx2.Headers(headers()),
        headers(webhook_signature="v1,AAAA " + headers()["webhook-signature"]),
        headers(webhook_signature=headers()["webhook-signature"].removeprefix("v1,")),
    ):
        for payload in (PAYLOAD, PAYLOAD.encode()):
            checked, unwrapped = await verdict(payload, given)
            assert checked == ["NoneType", None]
            assert unwrapped[0] == "ResponseCompletedWebhookEvent"
    checked, _ = await verdict(PAYLOAD, headers(secret="plain text"), "plain text")
    assert checked == ["NoneType", None]


async def test_what_is_not_signed_is_refused() -> None:
    for payload, given in (
        (PAYLOAD + " ", headers()),
        (PAYLOAD, headers(secret="another")),
        (PAYLOAD, headers(webhook_id="wh_2")),
        (PAYLOAD, headers(webhook_signature="v1,")),
        (PAYLOAD, headers(webhook_signature="")),
    ):
        checked, unwrapped = await verdict(payload, given)
        assert checked == unwrapped
        assert checked[0] in ("InvalidWebhookSignatureError", "ValueError")


async def test_old_and_new_ones_are_refused() -> None:
    for given, words in (
        (headers(age=400), "too old"),
        (headers(age=-400), "too new"),
        (headers(webhook_timestamp="yesterday"), "timestamp format"),
    ):
        checked, _ = await verdict(PAYLOAD, given)
        assert words in checked[1]
        assert checked[2]
    checked, _ = await verdict(PAYLOAD, headers(age=400), tolerance=500)
    assert checked == ["NoneType", None]


@pytest.mark.parametrize("name", ["webhook_id", "webhook_timestamp", "webhook_signature"])
async def test_each_header_is_needed(name: str) -> None:
    checked, _ = await verdict(PAYLOAD, headers(**{name: None}))
    assert checked == ["ValueError", f"Could not find {name.replace('_', '-')} header", False]


async def test_a_secret_is_needed() -> None:
    checked, _ = await verdict(PAYLOAD, headers(), None)
    assert "OPENAI_WEBHOOK_SECRET" in checked[1]
    checked, _ = await verdict(PAYLOAD, headers(), "whsec_abc")
    assert checked[0] == "Error"  # of binascii: no base64


async def test_a_signature_of_other_letters_is_no_surprise(scripted_client: Any) -> None:
    from openai_native import InvalidWebhookSignatureError

    given = headers(webhook_signature="v1,é")
    with pytest.raises(InvalidWebhookSignatureError, match="does not match"):
        scripted_client.webhooks.verify_signature(PAYLOAD, given, secret=SECRET)

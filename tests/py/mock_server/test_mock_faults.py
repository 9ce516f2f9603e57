"""Bad requests and faults on demand."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import httpx
import openai
import pytest
from mock_requests import CHAT, STREAM, chat, exchange, fault, http

from openai_native.mock import MockServer


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"messages": chat()["messages"]}, "model", "missing_required_parameter"),
        ({"model": "gpt-4o"}, "messages", "missing_required_parameter"),
        ({"model": "gpt-4o", "messages": []}, "messages", "empty_array"),
        ({"model": "gpt-4o", "messages": "hi"}, "messages", "invalid_type"),
        ({"model": "gpt-4o", "messages": ["hi"]}, "messages[0]", "invalid_type"),
        ({"model": 5, "messages": chat()["messages"]}, "model", "invalid_type"),
        (chat(messages=[{"content": "x"}]), "messages[0].role", "missing_required_parameter"),
        (chat(messages=[{"role": "boss", "content": "x"}]), "messages[0].role", "invalid_value"),
        (chat(messages=[{"role": "user", "content": 3}]), "messages[0].content", "invalid_type"),
        (chat(temperature="hot"), "temperature", "invalid_type"),
        (chat(temperature=3), "temperature", "integer_above_max_value"),
        (chat(n=0), "n", "integer_below_min_value"),
        (chat(n=1.5), "n", "invalid_type"),
        (chat(stream="yes"), "stream", "invalid_type"),
        (chat(stop=[1]), "stop[0]", "invalid_type"),
        (chat(stream_options={"include_usage": True}), "stream_options", "invalid_value"),
        (chat(response_format={"type": "xml"}), "response_format.type", "invalid_value"),
        (
            chat(tools=[{"type": "function", "function": {}}]),
            "tools[0].function.name",
            "missing_required_parameter",
        ),
    ],
)
def test_wrong_bodies(raw: httpx.Client, body: Any, param: str, code: str) -> None:
    answer = raw.post("chat/completions", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400, param, code)
    assert error["type"] == "invalid_request_error" and error["message"]


def test_statuses_of_bad_requests(server: MockServer, raw: httpx.Client) -> None:
    def status(answer: httpx.Response) -> tuple[int, str | None]:
        return answer.status_code, answer.json()["error"]["code"]

    as_json = {"content-type": "application/json"}
    assert status(raw.post("chat/completions", content=b'{"a":', headers=as_json))[0] == 400
    assert status(raw.post("chat/completions", content=b"[]", headers=as_json))[0] == 400
    assert status(raw.post("chat/completions", data={"a": "b"}))[0] == 415
    assert status(raw.post("chat/completions", json=chat(model="missing-x"))) == (
        404,
        "model_not_found",
    )
    assert status(raw.get("nothing"))[0] == 404
    wrong = raw.put("chat/completions", json={})
    assert status(wrong) == (405, "method_not_supported") and wrong.headers["allow"] == "GET, POST"
    without = httpx.post(f"{server.base_url}/chat/completions", json=chat())
    assert without.status_code == 401
    assert without.json()["error"] == {
        "message": without.json()["error"]["message"],
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
    basic = httpx.get(f"{server.base_url}/models", headers={"authorization": "Basic eA=="})
    assert basic.status_code == 401


def test_paths_without_v1(server: MockServer) -> None:
    answer = httpx.get(f"{server.url}/models", headers={"authorization": "Bearer k"})
    assert answer.status_code == 200


def test_api_key_and_body_limit() -> None:
    with MockServer(api_key="right", max_body=2000) as server:
        good = {"authorization": "Bearer right"}
        url = f"{server.base_url}/chat/completions"
        assert httpx.post(url, json=chat(), headers=good).status_code == 200
        assert httpx.post(url, json=chat(), headers={"authorization": "Bearer w"}).is_error
        big = httpx.post(url, json=chat("x" * 300_000), headers=good)
        assert big.status_code == 413 and big.headers["connection"] == "close"


def test_bytes_that_are_not_http(server: MockServer) -> None:
    assert exchange(server, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert exchange(server, b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000).startswith(b"HTTP/1.1 431 ")


def test_status_with_retry_headers(raw: httpx.Client) -> None:
    asked = "status=429; retry-after=1 ;retry-after-ms=20;should-retry=false"
    answer = raw.post("chat/completions", json=chat(), headers=fault(asked))
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    names = ("retry-after", "retry-after-ms", "x-should-retry")
    assert [answer.headers[n] for n in names] == ["1", "20", "false"]
    by_model = raw.post("chat/completions", json=chat(model="mock-fault:status=503;close"))
    assert by_model.status_code == 503 and by_model.headers["connection"] == "close"
    assert raw.get("models", headers=fault("status=204")).status_code == 204


def test_unknown_faults_are_refused(raw: httpx.Client) -> None:
    for text in ("sattus=429", "status=abc", "delay=-1", "disconnect=never", "status=429x"):
        answer = raw.post("chat/completions", json=chat(), headers=fault(text))
        assert answer.status_code == 400 and text in answer.json()["error"]["message"]


def test_fail_times_counts_each_call(server: MockServer) -> None:
    with openai.OpenAI(base_url=server.base_url, api_key="k", max_retries=2) as client:
        asked = fault("status=500;fail-times=2;retry-after-ms=1")
        for prompt in ("one", "two", "one"):
            before = server.stats()["requests"]
            assert client.chat.completions.create(**chat(prompt), extra_headers=asked).choices
            assert server.stats()["requests"] - before == 3


def test_fail_times_by_idempotency_key(raw: httpx.Client) -> None:
    def status(key: str) -> int:
        headers = {**fault("fail-times=1"), "Idempotency-Key": key}
        return raw.post("chat/completions", json=chat(), headers=headers).status_code

    assert [status("a"), status("b"), status("a"), status("b")] == [500, 500, 200, 200]


@pytest.mark.parametrize("body", [CHAT, STREAM])
def test_disconnects(server: MockServer, body: bytes) -> None:
    def got(how: str) -> bytes:
        return exchange(server, http(body, f"X-Mock-Fault: {how}"))

    assert got("disconnect=before-head") == b""
    middle = got("disconnect=mid-head")
    assert middle.startswith(b"HTTP/1.1 200") and b"\r\n\r\n" not in middle
    part = got("disconnect=mid-body")
    _, _, rest = part.partition(b"\r\n\r\n")
    assert rest and not part.endswith((b"0\r\n\r\n", b"}"))
    assert got("disconnect=reset") == b"RST"
    assert b"0\r\n\r\n" not in got("disconnect=reset-mid-body").partition(b"\r\n\r\n")[2]
    assert not got("truncate").endswith((b"0\r\n\r\n", b"}"))


def test_the_client_sees_broken_answers(client: openai.OpenAI) -> None:
    for how in ("disconnect=mid-body", "disconnect=before-head", "truncate"):
        with pytest.raises(openai.APIConnectionError):
            client.chat.completions.create(**chat(), extra_headers=fault(how))
        with pytest.raises(openai.APIConnectionError):
            list(client.chat.completions.create(**chat(stream=True), extra_headers=fault(how)))
    for asked in (fault("hang"), fault("hang=2"), fault("delay=30")):
        with pytest.raises((openai.APITimeoutError, openai.APIConnectionError)):
            list(
                client.with_options(timeout=0.2).chat.completions.create(
                    **chat(stream=True), extra_headers=asked
                )
            )


def test_error_events(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        **chat(stream=True), extra_headers=fault("error-event=3")
    )
    seen = []
    with pytest.raises(openai.APIError, match="on purpose"):
        for chunk in stream:
            seen.append(chunk)
    assert len(seen) == 3


def test_spoiled_bodies(raw: httpx.Client) -> None:
    def post(how: str, **more: Any) -> httpx.Response:
        return raw.post("chat/completions", json=chat(**more), headers=fault(how))

    assert "[DONE]" not in post("no-done", stream=True).text
    with pytest.raises(json.JSONDecodeError):
        post("bad-json").json()
    events = post("bad-json", stream=True).text.split("\n\n")[:-2]
    broken = 0
    for event in events:
        try:
            json.loads(event.removeprefix("data: "))
        except json.JSONDecodeError:
            broken += 1
    assert broken == 1
    assert post("empty-body").content == b"" and post("empty-body", stream=True).content == b""
    page = post("html")
    assert page.status_code == 502 and page.headers["content-type"] == "text/html"
    assert post("extra-field").json()["mock_extra"]["list"] == [1, 2.5, None]
    assert post("extra-field").json()["choices"][0]["mock_extra"] == "nested"
    assert post("extra-field", stream=True).text.count('"mock_extra":{') > 5


def test_compressed_answers(server: MockServer, raw: httpx.Client) -> None:
    plain = raw.post("chat/completions", json=chat(stream=True), headers=fault("no-done")).text
    for encoding in ("gzip", "deflate"):
        answer = raw.post("chat/completions", json=chat(), headers=fault(encoding))
        assert answer.headers["content-encoding"] == encoding and answer.json()["choices"]
        streamed = raw.post("chat/completions", json=chat(stream=True), headers=fault(encoding))
        assert streamed.text.count("data: ") == plain.count("data: ") + 1
    packed = exchange(server, http(CHAT, "X-Mock-Fault: gzip", "connection: close"))
    assert b'"choices"' in gzip.decompress(packed.partition(b"\r\n\r\n")[2])
    packed = exchange(server, http(CHAT, "X-Mock-Fault: deflate", "connection: close"))
    assert b'"choices"' in zlib.decompress(packed.partition(b"\r\n\r\n")[2])


def test_huge_events(client: openai.OpenAI) -> None:
    size = 3_000_000
    asked = fault(f"huge-event={size}")
    chunks = list(client.chat.completions.create(**chat(stream=True), extra_headers=asked))
    assert max(len(c.choices[0].delta.content or "") for c in chunks) == size
    whole = client.chat.completions.create(**chat(), extra_headers=asked)
    assert len(whole.choices[0].message.content or "") == size


def test_slow_answers_are_whole(raw: httpx.Client) -> None:
    plain = raw.post("chat/completions", json=chat(max_tokens=3)).json()
    for how in ("drip=0.0001", "slow-head=0.0001", "delay=0.01"):
        slow = raw.post("chat/completions", json=chat(max_tokens=3), headers=fault(how)).json()
        assert slow["choices"] == plain["choices"]
    pings = raw.post(
        "chat/completions",
        json=chat(stream=True, max_tokens=3),
        headers=fault("ping=0.001; drip=0.001"),
    )
    assert pings.text.count(": ping\n\n") == pings.text.count("data: ")


def test_connections_that_close_after_the_answer(server: MockServer) -> None:
    got = exchange(server, http(CHAT, "X-Mock-Fault: keepalive-timeout=0.01"))
    assert b"connection: keep-alive" in got and got.endswith(b"}")
    assert exchange(server, http(CHAT, "X-Mock-Fault: keepalive-timeout")).endswith(b"}")
    assert b"connection: close" in exchange(server, http(CHAT, "X-Mock-Fault: close"))
    with MockServer(idle_timeout=0.02) as other:
        assert exchange(other, http(CHAT)).endswith(b"}")


def test_failures_by_chance_depend_on_the_seed() -> None:
    def statuses(seed: int) -> list[int]:
        with MockServer(fail={429: 0.3, 500: 0.2}, seed=seed) as server:
            headers = {"authorization": "Bearer k"}
            with httpx.Client(base_url=server.base_url, headers=headers) as raw:
                return [raw.get("models").status_code for _ in range(200)]

    first = statuses(1)
    assert first == statuses(1) and first != statuses(2)
    assert 30 < first.count(429) < 90 and 15 < first.count(500) < 65

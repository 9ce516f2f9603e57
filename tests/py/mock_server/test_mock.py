"""The mock server on the wire, its statistics and its command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from mock_requests import CHAT, STREAM, chat, exchange, fault, http

from openai_native.mock import MockServer, main

if TYPE_CHECKING:
    from openai_native._mock import Stats


def test_pipelined_requests_are_answered_in_order(server: MockServer) -> None:
    last = http(STREAM, "connection: close")
    got = exchange(server, http(CHAT) * 50 + http(STREAM, *[]) * 20 + http(CHAT) + last)
    assert got.count(b"HTTP/1.1 200 OK") == 72
    assert got.count(b"data: [DONE]") == 21 and got.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("size", [1, 7, 100])
def test_requests_in_pieces(server: MockServer, size: int) -> None:
    request = http(CHAT, "connection: close")
    with socket.create_connection((server.host, server.port), timeout=5) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(request), size):
            sock.sendall(request[at : at + size])
        out = b""
        while got := sock.recv(65536):
            out += got
    assert out.startswith(b"HTTP/1.1 200 OK")


def test_chunked_uploads_and_continue(server: MockServer, raw: httpx.Client) -> None:
    pieces = (CHAT[at : at + 5] for at in range(0, len(CHAT), 5))
    headers = {"content-type": "application/json"}
    assert raw.post("chat/completions", content=pieces, headers=headers).status_code == 200
    head, body = http(CHAT, "expect: 100-continue", "connection: close").split(b"\r\n\r\n")
    with socket.create_connection((server.host, server.port), timeout=5) as sock:
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_big_bodies_and_many_tokens(client: openai.OpenAI) -> None:
    assert client.chat.completions.create(**chat("x" * 5_000_000)).choices
    stream = client.chat.completions.create(**chat(stream=True), extra_headers=fault("tokens=200"))
    assert len(list(stream)) == 202


def test_head_has_no_body(server: MockServer) -> None:
    got = exchange(server, b"HEAD /v1/models HTTP/1.1\r\nauthorization: Bearer k\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 405 ") and got.endswith(b"\r\n\r\n")


def test_http_1_0_closes(server: MockServer) -> None:
    got = exchange(server, b"GET /v1/models HTTP/1.0\r\nauthorization: Bearer k\r\n\r\n")
    assert b"connection: close" in got and got.endswith(b"}")


@pytest.mark.parametrize(
    ("request_", "disconnects"),
    [
        (http(STREAM, "X-Mock-Fault: hang=2"), lambda s: s["disconnects_mid_stream"]),
        (http(CHAT, "X-Mock-Fault: delay=60"), lambda s: s["disconnects_mid_answer"]),
    ],
)
def test_a_client_that_leaves_is_noticed_at_once(
    server: MockServer, request_: bytes, disconnects: Callable[[Stats], int]
) -> None:
    before = disconnects(server.stats())
    with socket.create_connection((server.host, server.port)) as sock:
        sock.sendall(request_)
        server.wait_for(lambda s: s["in_flight"] == 1)
        left = time.monotonic()
    stats = server.wait_for(lambda s: disconnects(s) == before + 1)
    assert stats["last_disconnect_at"] is not None and stats["last_disconnect_at"] >= left
    assert stats["in_flight"] == stats["streams_open"] == 0


def test_recorded_requests() -> None:
    with MockServer(keep_requests=3) as server:
        headers = {b"authorization": b"Bearer k", b"x-note": b"caf\xe9"}
        with httpx.Client(base_url=server.base_url) as raw:
            for n in range(5):
                raw.post(f"chat/completions?n={n}", json=chat(), headers=headers)
        seen = server.requests()
        assert [r["target"] for r in seen] == [f"/v1/chat/completions?n={n}" for n in (2, 3, 4)]
        assert seen[0]["method"] == "POST" and json.loads(seen[0]["body"]) == chat()
        assert dict(seen[0]["headers"])["x-note"] == "caf\xe9"
        assert len({r["connection"] for r in seen}) == 1 and seen[0]["status"] == 200
        server.clear_requests()
        assert server.requests() == []
        with pytest.raises(TimeoutError):
            server.wait_for(lambda s: s["requests"] > 5, timeout=0.01)


def test_many_connections_and_threads() -> None:
    with MockServer(threads=3) as server:
        socks = [socket.create_connection((server.host, server.port)) for _ in range(300)]
        for sock in socks:
            sock.sendall(http(STREAM, "X-Mock-Fault: tokens=50; drip=0.001"))
        server.wait_for(lambda s: s["streams_total"] == 300)
        for sock in socks:
            out = b""
            while not out.endswith(b"0\r\n\r\n"):
                out += sock.recv(65536)
            assert out.count(b"data: ") == 53
            sock.close()
        server.wait_for(lambda s: s["connections_open"] == 0)


def test_life_cycle() -> None:
    server = MockServer()
    with server:
        url = server.base_url
        waiting = socket.create_connection((server.host, server.port))
        waiting.sendall(http(CHAT, "X-Mock-Fault: hang"))
        server.wait_for(lambda s: s["in_flight"] == 1)
    assert waiting.recv(10) == b""
    waiting.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/models")
    server.stop()
    with pytest.raises(RuntimeError, match="started before"):
        server.start()
    with MockServer() as first, pytest.raises(OSError, match="cannot listen"):
        MockServer(port=first.port).start()


@pytest.mark.parametrize(
    "wrong",
    [{"port": 70000}, {"latency": -1}, {"fail": ["429"]}, {"fail": {200: 0.1}}, {"threads": 0}],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        MockServer(**wrong)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # 3.12 warns about threads
def test_a_forked_child_leaves_the_server_alone(server: MockServer) -> None:
    child = os.fork()
    if child == 0:
        server.stop()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    answer = httpx.get(f"{server.base_url}/models", headers={"authorization": "Bearer k"})
    assert answer.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_line(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "openai_native", "mock", "--tokens", "5", "--fail", "429:0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:") and url.endswith("/v1")
        headers = {"authorization": "Bearer k"}
        got = httpx.post(f"{url}/chat/completions", json=chat(), headers=headers).json()
        assert got["usage"]["completion_tokens"] == 5
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert "POST /v1/chat/completions -> 200" in process.stderr.read()


def test_a_request_that_arrives_with_the_idle_limit_is_answered() -> None:
    command = [sys.executable, "-m", "openai_native", "mock", "--quiet", "--latency", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = httpx.URL(process.stdout.readline().strip())
        with socket.create_connection((url.host, url.port), timeout=10) as client:
            client.sendall(http(CHAT, "X-Mock-Fault: keepalive-timeout=0.5"))
            answer = b""
            while not answer.endswith(b"}"):
                answer += client.recv(65536)
            # It finds the request and the end of its patience at the same time.
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.1)
            client.sendall(http(CHAT))
            time.sleep(0.7)
            process.send_signal(signal.SIGCONT)
            answer = client.recv(65536)
        process.kill()
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--fail", "429"], "429:0.1"),
        (["--port", "x"], "--port"),
        (["--latency", "-1"], "latency"),
        (["--unknown"], "--unknown"),
    ],
)
def test_bad_flags(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert complaint in capsys.readouterr().err


def test_help_lists_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert "X-Mock-Fault" in text and "keepalive-timeout" in text and "--tokens-per-second" in text

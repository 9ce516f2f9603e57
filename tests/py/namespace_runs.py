"""Programs for `test_namespaces`, each run in a network and mount namespace of its own: what it
prints, as JSON, is what was seen. The first argument names one of the functions.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from openai_native import (
    APIConnectionError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)
from tls_server import Authority, TlsServer

ADDRESS = "192.0.2.1"
MODELS = b'{"object": "list", "data": []}'


def shell(*lines: str) -> None:
    for line in lines:
        subprocess.run(line, shell=True, check=True, capture_output=True)


def network(hosts: str = "") -> None:
    shell(
        "ip link set lo up",
        f"ip addr add {ADDRESS}/32 dev lo",
        "ip addr add 2001:db8::2/128 dev lo nodad",
        "nft add table inet t",
        "nft add chain inet t out '{ type filter hook output priority 0; }'",
    )
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(f"127.0.0.1 localhost\n{hosts}\n")
    shell(f"mount --bind {file.name} /etc/hosts")


def drop_everything() -> None:
    shell("nft add rule inet t out drop")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((ADDRESS, 0), Handler)
        self.began = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(MODELS)))
        self.end_headers()
        self.wfile.write(MODELS)

    def do_POST(self) -> None:
        """An event, and nothing after it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b'data: {"id": "c", "choices": []}\n\n')
        self.server.began.wait(60)

    def log_message(self, *_: Any) -> None:
        pass


def ended(call: Any) -> list[Any]:
    began = time.monotonic()
    try:
        call()
    except APIConnectionError as error:
        return [type(error).__name__, str(error), time.monotonic() - began]
    raise AssertionError("it did not fail")


def impatient(server: Server, **options: Any) -> OpenAI:
    """Its connections give up on a silent path within two seconds."""
    import httpx2

    seconds = {
        socket.TCP_KEEPIDLE: 1,
        socket.TCP_KEEPINTVL: 1,
        socket.TCP_KEEPCNT: 1,
        socket.TCP_USER_TIMEOUT: 1000,
    }
    chosen = [(socket.IPPROTO_TCP, name, value) for name, value in seconds.items()]
    transport = httpx2.HTTPTransport(
        socket_options=chosen, limits=httpx2.Limits(keepalive_expiry=60)
    )
    return OpenAI(
        api_key="k",
        base_url=f"http://{ADDRESS}:{server.server_port}/v1",
        http_client=DefaultHttpxClient(transport=transport),
        max_retries=0,
        **options,
    )


def black_holed_ipv6() -> Any:
    network(f"2001:db8::2 api.example\n{ADDRESS} api.example")
    shell(
        "nft add counter inet t asked",
        "nft add rule inet t out ip6 daddr 2001:db8::2 tcp flags syn counter name asked drop",
    )
    server = Server()
    found = socket.getaddrinfo("api.example", 80, type=socket.SOCK_STREAM)
    seen: dict[str, Any] = {"first": found[0][4][0], "asked": []}
    began = time.monotonic()
    for _ in range(2):
        # Each with connections of its own.
        with OpenAI(
            api_key="k", base_url=f"http://api.example:{server.server_port}/v1", max_retries=0
        ) as client:
            client.models.list()
        listed = subprocess.check_output("nft -j list counters", shell=True, text=True)
        counters = [each["counter"] for each in json.loads(listed)["nftables"] if "counter" in each]
        seen["asked"].append(counters[0]["packets"])
    seen["took"] = time.monotonic() - began
    return seen


def dropped_in_a_stream() -> Any:
    network()
    server = Server()
    with impatient(server) as client:
        stream = client.chat.completions.create(model="m", messages=[], stream=True)
        next(stream)
        drop_everything()
        seen = ended(lambda: next(stream))
    server.began.set()
    return seen


def dropped_in_a_call() -> Any:
    network()
    server = Server()
    with impatient(server) as client:
        client.models.list()
        drop_everything()  # while the connection is idle
        seen = [
            ended(lambda: client.chat.completions.create(model="m", messages=[])),
            ended(lambda: client.with_options(timeout=1).models.list()),
        ]
    server.began.set()
    return seen


async def names_and_authorities() -> Any:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        os.environ.pop(variable, None)
    network("127.0.0.1 xn--bcher-kva.example")
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        context = authority.server_context("bücher.example")
        async with TlsServer(context, host="bücher.example") as server:
            options: Any = {"api_key": "k", "base_url": server.url, "max_retries": 0}
            async with AsyncOpenAI(
                **options, http_client=DefaultAsyncHttpxClient(verify=authority.ca_file)
            ) as client:
                await client.models.list()
            shell("mount -t tmpfs none /etc/ssl")  # a container without certificates
            async with AsyncOpenAI(**options) as client:
                try:
                    await client.models.list()
                except APIConnectionError as error:
                    return str(error)


if __name__ == "__main__":
    result = globals()[sys.argv[1]]()
    print(json.dumps(asyncio.run(result) if asyncio.iscoroutine(result) else result))

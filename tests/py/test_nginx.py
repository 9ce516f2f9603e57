"""Against a real nginx: keep-alive, closed idle connections, gzip, TLS, streams through a proxy."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import trustme

from openai_native import (
    APIConnectionError,
    AsyncOpenAI,
    BadRequestError,
    DefaultAsyncHttpxClient,
)
from openai_native.mock import MockServer
from real_servers import free_ports, needed, running

COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o-mini",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "from nginx " * 50, "refusal": None},
        }
    ],
}

CONFIGURATION = """
daemon off;
master_process off;
worker_processes 1;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    default_type application/json;
    keepalive_requests 3;
    keepalive_timeout 1s;
    gzip on;
    gzip_min_length 1;
    gzip_types application/json;
    ssl_certificate {root}/server.pem;
    ssl_certificate_key {root}/server.pem;
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        location = /v1/chat/completions {{
            error_page 405 =200 /completion.json;
            return 405;
        }}
        location = /completion.json {{
            add_header X-Connection $connection always;
            add_header X-Request-Id $request_id always;
            root {root};
        }}
        location /proxied/ {{
            proxy_pass {upstream}/;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
        }}
    }}
    server {{
        listen 127.0.0.1:{mtls} ssl;
        ssl_client_certificate {root}/ca.pem;
        ssl_verify_client on;
        location / {{
            add_header X-Client $ssl_client_verify always;
            error_page 405 =200 /completion.json;
            return 405;
        }}
        location = /completion.json {{
            add_header X-Client $ssl_client_verify always;
            root {root};
        }}
    }}
}}
"""


@dataclass
class Nginx:
    http: str
    https: str
    wrong_host: str
    mtls: str
    ca_file: str
    certificate: str


@pytest.fixture(scope="module")
def upstream() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, upstream: MockServer) -> Iterator[Nginx]:
    found = needed("nginx")
    root = tmp_path_factory.mktemp("nginx")
    root.chmod(0o755)
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
        str(root / "server.pem")
    )
    ca_file, certificate = str(root / "ca.pem"), str(root / "client.pem")
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert("client@example.com").private_key_and_cert_chain_pem.write_to_path(
        certificate
    )
    (root / "completion.json").write_text(json.dumps(COMPLETION))
    http, https, mtls = free_ports(3)
    (root / "nginx.conf").write_text(
        CONFIGURATION.format(
            root=root,
            http=http,
            https=https,
            mtls=mtls,
            upstream=upstream.base_url.removesuffix("/v1"),
        )
    )
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    command = [found, "-p", str(root), "-c", str(root / "nginx.conf"), *user]
    with running(*command, port=https):
        yield Nginx(
            f"http://127.0.0.1:{http}",
            f"https://localhost:{https}",
            f"https://127.0.0.1:{https}",
            f"https://localhost:{mtls}",
            ca_file,
            certificate,
        )


def client(base_url: str, **options: object) -> AsyncOpenAI:
    options.setdefault("max_retries", 0)
    return AsyncOpenAI(api_key="sk-nginx", base_url=f"{base_url}/v1", **options)  # type: ignore[arg-type]


async def connection_of(openai: AsyncOpenAI) -> str:
    raw = await openai.chat.completions.with_raw_response.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello"}]
    )
    completion = raw.parse()
    assert completion.choices[0].message.content == "from nginx " * 50
    assert completion._request_id == raw.headers["x-request-id"]
    assert raw.headers["content-encoding"] == "gzip"
    return str(raw.headers["x-connection"])


async def test_keep_alive_until_the_server_closes(nginx: Nginx) -> None:
    """nginx closes a connection after three requests: nobody notices."""
    async with client(nginx.http) as openai:
        connections = [await connection_of(openai) for _ in range(10)]
    assert len(set(connections)) == 4
    assert connections[0] == connections[1] == connections[2] != connections[3]


async def test_connection_closed_while_idle(nginx: Nginx) -> None:
    async with client(nginx.http) as openai:
        before = await connection_of(openai)
        await asyncio.sleep(1.3)
        assert await connection_of(openai) != before


async def test_many_at_once(nginx: Nginx) -> None:
    async with client(nginx.http) as openai:
        await asyncio.gather(*(connection_of(openai) for _ in range(200)))


async def test_stream_through_the_proxy(nginx: Nginx) -> None:
    async with client(nginx.http + "/proxied") as openai:
        stream = await openai.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        chunks = [chunk async for chunk in stream]
    assert chunks[-1].choices[0].finish_reason == "stop"


async def test_tls_with_ssl_cert_file(nginx: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", nginx.ca_file)
    async with client(nginx.https) as openai:
        await asyncio.gather(*(connection_of(openai) for _ in range(20)))


async def test_tls_of_an_unknown_authority_is_refused(nginx: Nginx) -> None:
    async with client(nginx.https) as openai:
        with pytest.raises(APIConnectionError, match="SSL_CERT_FILE"):
            await connection_of(openai)


async def test_tls_of_given_http_clients(nginx: Nginx) -> None:
    context = ssl.create_default_context(cafile=nginx.ca_file)
    for given, lane in (
        (DefaultAsyncHttpxClient(verify=nginx.ca_file), "native"),
        (httpx2.AsyncClient(verify=False), "native"),
        (httpx2.AsyncClient(verify=context), "native"),
        (DefaultAsyncHttpxClient(verify=context), "native"),
    ):
        async with client(nginx.https, http_client=given) as openai:
            assert openai.transport_info().lane == lane
            await connection_of(openai)


async def test_who_names_authorities_trusts_those_alone(
    nginx: Nginx, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", nginx.ca_file)
    monkeypatch.setenv("SSL_CERT_DIR", os.path.dirname(nginx.ca_file))
    other = str(tmp_path / "other.pem")
    trustme.CA().cert_pem.write_to_path(other)
    clients: list[DefaultAsyncHttpxClient | httpx2.AsyncClient] = [
        DefaultAsyncHttpxClient(verify=other),
        DefaultAsyncHttpxClient(verify=str(tmp_path)),
        DefaultAsyncHttpxClient(trust_env=False),
        httpx2.AsyncClient(verify=ssl.create_default_context(cafile=other)),
    ]
    # truststore, which older releases of httpx2 use, reads the environment all the same.
    if type(httpx2.create_ssl_context(trust_env=False)) is ssl.SSLContext:
        clients.append(httpx2.AsyncClient(trust_env=False))
    for http in clients:
        async with client(nginx.https, http_client=http) as openai:
            with pytest.raises(APIConnectionError):
                await connection_of(openai)


async def test_tls_for_another_host_is_refused(
    nginx: Nginx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", nginx.ca_file)
    async with client(nginx.wrong_host) as openai:
        with pytest.raises(APIConnectionError, match=r"127\.0\.0\.1"):
            await connection_of(openai)


async def test_https_on_the_port_of_http(nginx: Nginx) -> None:
    async with client(nginx.http.replace("http:", "https:")) as openai:
        with pytest.raises(APIConnectionError, match="does not speak TLS on this port"):
            await openai.models.list()


async def test_client_certificates(nginx: Nginx, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=nginx.ca_file)
    context.load_cert_chain(nginx.certificate)
    for given in (
        DefaultAsyncHttpxClient(verify=nginx.ca_file, cert=nginx.certificate),
        DefaultAsyncHttpxClient(verify=context),
        httpx2.AsyncClient(verify=context),
    ):
        async with client(nginx.mtls, http_client=given) as openai:
            assert openai.transport_info().lane == "native"
            raw = await openai.chat.completions.with_raw_response.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello"}]
            )
            assert raw.headers["x-client"] == "SUCCESS"
    stranger = str(tmp_path / "stranger.pem")
    trustme.CA().issue_cert("x@y.z").private_key_and_cert_chain_pem.write_to_path(stranger)
    for cert in (None, stranger):
        given = DefaultAsyncHttpxClient(verify=nginx.ca_file, cert=cert)
        async with client(nginx.mtls, http_client=given) as openai:
            with pytest.raises(BadRequestError) as caught:
                await openai.models.list()
            assert "SSL certificate" in caught.value.response.text

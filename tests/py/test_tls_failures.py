"""What a user reads when TLS fails: what was wrong, and what to do."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest

from openai_native import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient
from tls_server import Authority, HandshakeServer, TlsServer

NOW = datetime.datetime.now(datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def failure(url: str, **settings: Any) -> str:
    http_client = DefaultAsyncHttpxClient(**settings)
    async with AsyncOpenAI(
        api_key="sk-tls", base_url=url, http_client=http_client, max_retries=0
    ) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.models.list()
    return str(caught.value)


@pytest.mark.parametrize(
    ("names", "wish", "told"),
    [
        (
            ("localhost",),
            {"not_before": NOW - 2 * HOUR, "not_after": NOW - HOUR},
            ("certificate has expired (host localhost, depth 0): it was valid until", "renew"),
        ),
        (
            ("localhost",),
            {"not_before": NOW + HOUR, "not_after": NOW + 2 * HOUR},
            ("certificate is not yet valid (host localhost, depth 0)", "this machine's clock"),
        ),
        (
            ("a.example", "*.b.example", "192.0.2.1", "::1"),
            {},
            (
                "hostname mismatch (host localhost, depth 0)",
                "for a.example, *.b.example, 192.0.2.1",
            ),
        ),
        (("bücher.example",), {}, ("hostname mismatch", "for xn--bcher-kva.example")),
    ],
)
async def test_certificates(
    authority: Authority, names: Any, wish: Any, told: tuple[str, ...]
) -> None:
    async with TlsServer(authority.server_context(*names, **wish)) as server:
        text = await failure(server.url, verify=authority.ca_file)
    for each in told:
        assert each in text


async def test_a_certificate_for_names_is_not_for_an_address(authority: Authority) -> None:
    async with TlsServer(authority.server_context("localhost"), host="127.0.0.1") as server:
        text = await failure(server.url, verify=authority.ca_file)
    assert "IP address mismatch (host 127.0.0.1, depth 0): the certificate is for localhost" in text
    async with TlsServer(authority.server_context("127.0.0.1"), host="127.0.0.1") as server:
        client = AsyncOpenAI(
            api_key="k",
            base_url=server.url,
            http_client=DefaultAsyncHttpxClient(verify=authority.ca_file),
        )
        async with client:
            await client.models.list()


async def test_unknown_authorities(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    async with TlsServer(authority.server_context()) as server:
        text = await failure(server.url, verify=other.ca_file)
        for each in ("host localhost, depth 0", "set SSL_CERT_FILE", "verify=", other.ca_file):
            assert each in text
        # A machine without certificates.
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nothing here"))
        assert "no certificates can be read from" in await failure(server.url)


async def test_servers_with_old_versions(authority: Authority) -> None:
    context = authority.server_context()
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with HandshakeServer(context) as server:
        text = await failure(server.url, verify=authority.ca_file)
    assert "speaks no TLS version that is allowed here (1.2 or newer)" in text


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_servers_that_demand_a_certificate(
    authority: Authority, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    context = authority.server_context(demand=True)
    context.minimum_version = context.maximum_version = version
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other").issue("stranger@example.com")
    with HandshakeServer(context) as server:
        text = await failure(server.url, verify=authority.ca_file)
        assert "demands a client certificate: pass cert=" in text
        text = await failure(server.url, verify=authority.ca_file, cert=stranger)
        assert "refuses the client certificate: check cert=" in text
    # One that says nothing.
    async with TlsServer(context) as silent:
        assert "client certificate" in await failure(silent.url, verify=authority.ca_file)
        text = await failure(silent.url, verify=authority.ca_file, cert=stranger)
        assert "client certificate" in text

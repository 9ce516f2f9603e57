"""Client certificates and `ssl.SSLContext` objects on native connections."""

from __future__ import annotations

import importlib
import ssl
from pathlib import Path
from typing import Any

import httpx2
import pytest
import truststore
from cryptography.hazmat.primitives import serialization

from openai_native import (
    APIConnectionError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)
from openai_native._core import TlsContext
from scripted import answer
from tls_server import Authority, HandshakeServer, TlsServer


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def encrypted_key(path: str, password: bytes) -> bytes:
    key = serialization.load_pem_private_key(Path(path).read_bytes(), None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )


def client(url: str, http_client: Any, **options: Any) -> AsyncOpenAI:
    options.setdefault("max_retries", 0)
    return AsyncOpenAI(api_key="sk-tls", base_url=url, http_client=http_client, **options)


async def ask(server: TlsServer, http_client: Any) -> str | None:
    """Whom the server took us for, over native connections."""
    async with client(server.url, http_client) as openai:
        assert openai.transport_info().lane == "native", openai.transport_info()
        await openai.models.list()
    return server.subjects[-1]


async def test_certificates_are_shown(authority: Authority, tmp_path: Path) -> None:
    path = authority.issue("me@example.com")
    pem, locked = Path(path).read_bytes(), encrypted_key(path, "pässword".encode())
    (tmp_path / "key.pem").write_bytes(locked)
    async with TlsServer(authority.server_context(demand=True)) as server:
        for cert in (
            path,
            Path(path),
            pem,
            pem.decode(),
            (path, path),
            (path, None, None),
            (path, str(tmp_path / "key.pem"), "pässword"),
            (pem, locked.decode(), "pässword".encode()),
            (path, locked, lambda: "pässword"),
        ):
            given = DefaultAsyncHttpxClient(verify=authority.ca_file, cert=cert)
            assert await ask(server, given) == "me@example.com"


async def test_whoever_shows_another_certificate_is_somebody_else(authority: Authority) -> None:
    """Neither connections nor TLS sessions are shared, and both are by those who show the same."""
    one, two = authority.issue("one@example.com"), authority.issue("two@example.com")
    async with TlsServer(authority.server_context(demand=True)) as server:
        for path in (one, two, one, Path(one).read_bytes()):
            given = DefaultAsyncHttpxClient(verify=authority.ca_file, cert=path)
            await ask(server, given)
        nobody = DefaultAsyncHttpxClient(verify=authority.ca_file)
        with pytest.raises(APIConnectionError, match="client certificate"):
            await ask(server, nobody)
    assert server.subjects[:4] == [f"{name}@example.com" for name in ("one", "two", "one", "one")]
    assert server.resumed[:4] == [False, False, True, True]


def test_certificates_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    path, other = authority.issue("me@example.com"), authority.issue("other@example.com")
    locked = tmp_path / "locked.pem"
    locked.write_bytes(encrypted_key(path, b"secret"))
    empty = tmp_path / "empty.pem"
    empty.touch()
    for cls in (DefaultAsyncHttpxClient, DefaultHttpxClient):
        for cert, error, told in (
            ("/nowhere.pem", FileNotFoundError, r"cert=: No such file.*'/nowhere.pem'"),
            ((path, "/nowhere.pem"), FileNotFoundError, "cert=: No such file"),
            (str(empty), ValueError, r"cert=\('.*empty.pem'\): there is no certificate"),
            ((path, str(empty)), ValueError, "cert=.*there is no private key"),
            ((path, other), ValueError, "cert=.*the private key does not belong"),
            ((path, str(locked)), ValueError, "cert=.*the private key is encrypted"),
            ((path, str(locked), "wrong"), ValueError, "cert=.*the password does not open"),
            ((path, str(locked), "x" * 5000), ValueError, "cert=.*the password does not open"),
            ((path, str(locked), 5), TypeError, "cert=: the password must be str or bytes"),
            ((path, path, None, None), TypeError, "cert must be .*not 4 values"),
            ((), TypeError, "cert must be .*not 0 values"),
            (7, TypeError, "cert must be .*not int"),
            (b"\0junk", ValueError, r"cert=\(PEM text\): there is no certificate"),
        ):
            with pytest.raises(error, match=told) as caught:
                cls(cert=cert)
            assert "wrong" not in str(caught.value) and "PRIVATE" not in str(caught.value)


def test_authorities_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for verify, told in (
        (str(empty), f"verify='{empty}': no certificates can be read"),
        (b"nothing", r"verify= \(PEM text\): there is no certificate"),
    ):
        with pytest.raises(ValueError, match=told):
            DefaultAsyncHttpxClient(verify=verify)


def test_settings_that_contradict_each_other(authority: Authority) -> None:
    path, context = authority.issue("me@example.com"), authority.client_context()
    context.load_cert_chain(path)
    transport = httpx2.AsyncHTTPTransport(verify=context)
    for settings in (
        {"cert": path, "verify": context},
        {"cert": path, "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)},
        {"cert": path, "transport": transport},
        {"verify": False, "transport": transport},
    ):
        with pytest.raises(ValueError, match="contradicts"):
            DefaultAsyncHttpxClient(**settings)


async def test_a_certificate_beside_a_context(authority: Authority) -> None:
    context = authority.client_context()
    async with TlsServer(authority.server_context(demand=True)) as server:
        given = DefaultAsyncHttpxClient(verify=context, cert=authority.issue("me@example.com"))
        assert await ask(server, given) == "me@example.com"
        assert not TlsContext(context).has_certificate  # it is as it was
        with pytest.raises(APIConnectionError):
            await ask(server, DefaultAsyncHttpxClient(verify=context))


async def test_authorities_in_memory(authority: Authority) -> None:
    async with TlsServer(authority.server_context()) as server:
        for verify in (authority.pem, authority.pem.decode(), Path(authority.ca_file)):
            await ask(server, DefaultAsyncHttpxClient(verify=verify))


CLIENTS: Any = (DefaultAsyncHttpxClient, httpx2.AsyncClient)


@pytest.mark.parametrize("cls", CLIENTS)
async def test_contexts_are_carried(cls: Any, authority: Authority) -> None:
    context = authority.client_context()
    context.load_cert_chain(authority.issue("me@example.com"))
    context.set_ciphers("ECDHE+AESGCM")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with TlsServer(authority.server_context(demand=True)) as server:
        assert await ask(server, cls(verify=context)) == "me@example.com"
    refusing = authority.server_context()
    refusing.minimum_version = ssl.TLSVersion.TLSv1_3
    with HandshakeServer(refusing) as strict, pytest.raises(APIConnectionError, match="version"):
        async with client(strict.url, cls(verify=context)) as openai:
            await openai.models.list()


@pytest.mark.parametrize("cls", CLIENTS)
async def test_what_a_context_checks(cls: Any, authority: Authority) -> None:
    trusting, bare = authority.client_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unnamed = authority.client_context()
    unnamed.check_hostname = False
    async with TlsServer(authority.server_context("other.example")) as server:
        await ask(server, cls(verify=unnamed))
        with pytest.raises(APIConnectionError, match=r"the certificate is for other\.example"):
            await ask(server, cls(verify=trusting))
        with pytest.raises(APIConnectionError, match="unable to get local issuer"):
            await ask(server, cls(verify=bare))


async def test_authorities_that_a_context_learns_later(authority: Authority) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    given = httpx2.AsyncClient(verify=context)
    async with (
        TlsServer(authority.server_context()) as server,
        client(server.url, given) as openai,
    ):
        with pytest.raises(APIConnectionError):
            await openai.models.list()
        context.load_verify_locations(authority.ca_file)
        await openai.models.list()
        assert openai.transport_info().lane == "native"


async def test_equal_contexts_share_sessions(authority: Authority) -> None:
    context = authority.client_context()
    async with TlsServer(authority.server_context()) as server:
        for _ in range(2):
            await ask(server, DefaultAsyncHttpxClient(verify=context))
        await ask(server, DefaultAsyncHttpxClient(verify=authority.client_context()))
    assert server.resumed == [False, True, False]


CHANGES: Any = {
    "keylog_filename": lambda context, path: setattr(context, "keylog_filename", path + "/keys"),
    "a callback": lambda context, path: setattr(context, "_msg_callback", lambda *a: None),
    "post_handshake_auth": lambda context, path: setattr(context, "post_handshake_auth", True),
    "an attribute of its own": lambda context, path: setattr(context, "wrap_bio", None),
    "OpenSSL does not tell": lambda context, path: context.set_ecdh_curve("secp384r1"),
}


@pytest.mark.parametrize("told", CHANGES)
@pytest.mark.parametrize("cls", CLIENTS)
def test_contexts_that_stay_with_python(cls: Any, told: str, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    CHANGES[told](context, str(tmp_path))
    info = AsyncOpenAI(api_key="k", http_client=cls(verify=context)).transport_info()
    assert info.lane == "python" and "SSLContext" in info.reason and told in info.reason, info


def test_contexts_of_other_classes_stay_with_python(authority: Authority) -> None:
    class Own(ssl.SSLContext):
        pass

    changed = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    changed.load_cert_chain(authority.issue("me@example.com"))
    for context, told in (
        (Own(ssl.PROTOCOL_TLS_CLIENT), "class of its own, Own"),
        (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "for servers"),
        (changed, "truststore"),
    ):
        given = DefaultAsyncHttpxClient(verify=context)
        info = AsyncOpenAI(api_key="k", http_client=given).transport_info()
        assert info.lane == "python" and told in info.reason, info


def test_no_verification_is_told() -> None:
    for cls in (DefaultAsyncHttpxClient, DefaultHttpxClient):
        with pytest.warns(UserWarning, match="^verify=False: certificates are not checked") as told:
            given = cls(verify=False)
        assert [each.filename for each in told] == [__file__]
    assert OpenAI(api_key="k", http_client=given).transport_info().lane == "native"


async def test_python_takes_the_same_certificates(authority: Authority) -> None:
    """Where something else needs Python's HTTP client."""
    cert = authority.issue("me@example.com")
    given = DefaultAsyncHttpxClient(verify=authority.ca_file, cert=cert, params={"a": "b"})
    async with (
        TlsServer(authority.server_context(demand=True)) as server,
        client(server.url, given) as openai,
    ):
        assert openai.transport_info().lane == "python"
        await openai.models.list()
        assert server.subjects == ["me@example.com"]


async def test_x509_identities(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is shown where it is exchanged for a token, and with the calls."""
    context = authority.client_context()
    context.load_cert_chain(path := authority.issue("workload@example.com"))
    async with TlsServer(authority.server_context(demand=True)) as server:
        for module in ("_x509", "_x509_rules", "_x509_exchange"):
            place = importlib.import_module(f"openai_native.auth.{module}")
            monkeypatch.setattr(place, "TOKEN_EXCHANGE_URL", server.url + "/token")
        for settings in ({"verify": authority.ca_file, "cert": path}, {"verify": context}):
            server.answers.append(answer(body={"access_token": "t", "expires_in": 3600}))
            client = AsyncOpenAI(
                workload_identity={
                    "type": "x509",
                    "identity_provider_id": "idp",
                    "service_account_id": "sa",
                },
                base_url=server.url,
                http_client=DefaultAsyncHttpxClient(**settings),
            )
            async with client:
                await client.models.list()
                handshakes = client.stats().handshakes
            assert handshakes == 1  # native connections, one for both
    assert [each.path for each in server.requests] == ["/v1/token", "/v1/models"] * 2
    assert server.last.header("authorization") == "Bearer t"
    assert set(server.subjects) == {"workload@example.com"}

"""A program: `ssl`, `cryptography` and our client over TLS in one process, imported in the order of
the arguments, each used in turn. Run by `test_extension_modules.py`, and by hand beside a wheel,
which brings an OpenSSL of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

for name in sys.argv[1:]:
    if name.startswith("lib"):  # for everybody to see, as in a server that is linked with it
        with contextlib.suppress(OSError):
            ctypes.CDLL(name, mode=os.RTLD_GLOBAL)
    else:
        importlib.import_module(name)

# Both of these import `ssl`.
import asyncio  # noqa: E402
import ssl  # noqa: E402
import urllib.error  # noqa: E402
import urllib.request  # noqa: E402

import openai_native  # noqa: E402
from openai_native.mock import MockServer  # noqa: E402


def with_cryptography(authority: Any) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = key.sign(b"x", PKCS1v15(), hashes.SHA256())
    key.public_key().verify(signed, b"x", PKCS1v15(), hashes.SHA256())
    assert x509.load_pem_x509_certificate(authority.pem).subject


def with_ssl(url: str, authority: Any) -> None:
    context = authority.client_context()
    asked = urllib.request.Request(f"{url}/models", headers={"Authorization": "Bearer k"})
    with urllib.request.urlopen(asked, context=context) as answer:
        assert answer.status == 200
    with contextlib.suppress(urllib.error.URLError):  # its error queue is not ours
        urllib.request.urlopen(asked, context=ssl.create_default_context())
        raise AssertionError("a stranger was trusted")


async def with_us(client: openai_native.AsyncOpenAI) -> None:
    answers = await asyncio.gather(*(client.models.list() for _ in range(20)))
    assert all(each is not None for each in answers)
    with contextlib.suppress(openai_native.APIConnectionError):
        await client.with_options(verify=True, max_retries=0).models.list()
        raise AssertionError("a stranger was trusted")


async def main(folder: Path) -> None:
    from tls_server import Authority, TlsServer

    authority = Authority(folder)
    async with TlsServer(authority.server_context()) as server:
        settings: Any = {"api_key": "k", "base_url": server.url, "verify": authority.ca_file}
        async with openai_native.AsyncOpenAI(**settings) as client:
            assert client.transport_info().lane == "native"
            for _ in range(3):
                await with_us(client)
                await asyncio.to_thread(with_ssl, server.url, authority)
                with_cryptography(authority)
    own = folder / "h2"
    own.mkdir()
    over_http2(own)


def over_http2(folder: Path) -> None:
    from shutil import which

    if which("nghttpx") is None:
        return
    from h2_servers import in_front_of

    with MockServer() as mock, in_front_of(mock.port, "nghttpx", folder, "h2") as front:
        settings: Any = {"api_key": "k", "base_url": front.url, "verify": front.ca_file}
        with openai_native.OpenAI(**settings) as client:
            raw = client.models.with_raw_response.list()
            assert raw.http_response.http_version == "HTTP/2" and raw.parse().data


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(main(Path(place)))
    print("fine")

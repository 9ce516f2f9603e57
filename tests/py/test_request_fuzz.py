"""Random forms and proxy settings, against the library that the official client sends with."""

from __future__ import annotations

import os
from email import message_from_bytes
from email.policy import HTTP
from random import Random
from typing import Any

import httpx2
import pytest
from httpx2._utils import get_environment_proxies

from openai_native._http_settings import carrier_of_settings
from openai_native._multipart import form
from test_proxy_rules import chosen, officially

# Raise it to search further.
EFFORT = int(os.environ.get("DIFFERENTIAL_EFFORT", "1"))
ALPHABET = 'ab Z09"\\\r\n\t;=-_%[]\x00\x1b\x7füж☃\U0001f680'


def text(random: Random, most: int = 6) -> str:
    return "".join(random.choice(ALPHABET) for _ in range(random.randrange(1, most + 1)))


def content(random: Random, boundary: str) -> bytes:
    near = f"\r\n--{boundary[:-1]}\r\n".encode()
    return random.choice((b"", b"\r\n", b"--", near, random.randbytes(40), b"x" * 70_000))


def body_of(parts: Any) -> bytes:
    return b"".join(parts)


@pytest.mark.parametrize("seed", range(40 * EFFORT))
def test_forms(seed: int) -> None:
    random = Random(seed)
    boundary = "B" + random.randbytes(8).hex()
    data = {text(random).replace("[", "").replace("]", ""): text(random, 30) for _ in range(2)}
    files: list[tuple[str, Any]] = []
    for _ in range(random.randrange(1, 4)):
        name, file = text(random), content(random, boundary)
        kind = random.choice(("text/plain", "application/octet-stream"))
        files.append((name, random.choice(((text(random), file), (text(random), file, kind)))))

    wanted = f"multipart/form-data; boundary={boundary}"
    _, parts = form(data, files, wanted)
    request = httpx2.Request(
        "POST", "http://a/", data=data, files=files, headers={"Content-Type": wanted}
    )
    assert body_of(parts) == request.read()

    # And what a reader of forms finds in it.
    head = f"Content-Type: {wanted}\r\n\r\n".encode()
    read = message_from_bytes(head + body_of(parts), policy=HTTP)
    found = [each.get_payload(decode=True) for each in read.iter_parts()]
    assert len(found) == len(data) + len(files)
    for got, (_, (_, sent, *_)) in zip(found[len(data) :], files, strict=True):
        assert got == sent or b"\r" in sent or b"\n" in sent  # email rewrites line ends


HOSTS = ("example.com", "api.example.com", "localhost", "10.1.2.3", "[::1]", "[fe80::2]", "a.b.c")
PORTS = ("", ":8443", ":80")


def exception(random: Random) -> str:
    host = random.choice(HOSTS)
    if host[0].isdigit() or host.startswith("["):
        bits = random.choice(("", "/8", "/31", "/0", "/129", "/x"))
        return random.choice((host, host.strip("[]"), host.strip("[]") + bits))
    return random.choice(("", ".", "http://", "https://", " ")) + host + random.choice(PORTS[:2])


@pytest.mark.parametrize("seed", range(40 * EFFORT))
def test_proxies_of_the_environment(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    for name in ("HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        if random.random() < 0.7:
            host = random.choice(("proxy.test", "127.0.0.1", "[::1]"))
            monkeypatch.setenv(name, random.choice(("", "http://")) + f"{host}:{seed + 1}")
    listed = [exception(random) for _ in range(random.randrange(4))]
    monkeypatch.setenv("NO_PROXY", random.choice((",", ", ", " ,")).join(listed))

    rules = carrier_of_settings({}).transport.get("proxies", [])
    official = get_environment_proxies()
    for scheme in ("http", "https"):
        for host in HOSTS:
            origin = httpx2.URL(f"{scheme}://{host}{random.choice(PORTS)}/")
            assert chosen(rules, origin) == officially(official, origin), (listed, origin)

"""What proxy settings come to: those of the environment as officially, those of given clients, and
what is said about wrong ones.
"""

from __future__ import annotations

import contextlib
import sys
from ipaddress import ip_address, ip_network
from typing import Any

import httpx2
import pytest
from httpx2._utils import URLPattern, get_environment_proxies

from openai_native import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI
from openai_native._http_settings import carrier_of_settings
from openai_native._proxies import Proxy, ProxyRule, parse_proxy
from scripted import ScriptedServer

# Releases of the library for Python 3.10 make a pattern of this that matches nothing.
STARRED = () if sys.version_info < (3, 11) else ("*.example.com",)
EXCEPTIONS = (
    *STARRED,
    "example.com",
    ".example.com",
    "*example.com",
    "www.example.com,example.org",
    "example.com:8443",
    "localhost",
    "127.0.0.1",
    "10.0.0.0/8, 192.168.1.0/24",
    "::1",
    "[::1]:8443",
    "fe80::/10",
    "http://example.com",
    "https://10.1.2.3",
    "EXAMPLE.com",
    "*",
    "other.example,*",
    "",
    " , ,",
    "not valid at all",
    "10.0.0.0/99",
    "example.com/8",
)
ORIGINS = (
    "https://example.com/",
    "http://example.com/",
    "https://www.example.com/",
    "https://wwwexample.com/",
    "https://example.com:8443/",
    "https://example.org/",
    "http://localhost:8080/",
    "https://api.localhost/",
    "http://127.0.0.1:9/",
    "https://10.1.2.3/",
    "http://10.1.2.3/",
    "https://192.168.1.77/",
    "https://192.168.2.77/",
    "https://[::1]/",
    "https://[::1]:8443/",
    "https://[fe80::1]/",
)
PROXIES: tuple[dict[str, str], ...] = (
    {"HTTPS_PROXY": "http://secure.proxy:1", "HTTP_PROXY": "http://plain.proxy:2"},
    {"ALL_PROXY": "http://all.proxy:3", "http_proxy": "plain.proxy:2"},
    {"https_proxy": "http://lower.proxy:1", "HTTPS_PROXY": "http://upper.proxy:1"},
)


def covers(rule: ProxyRule, url: httpx2.URL) -> bool:
    """What `net/proxy_rules.cpp` does, and its own test checks."""
    port = url.port or (443 if url.scheme == "https" else 80)
    if rule.scheme not in ("", url.scheme) or rule.port not in (0, port):
        return False
    below, same = url.host.endswith(f".{rule.host}"), url.host == rule.host
    if rule.extent == "addresses":
        with contextlib.suppress(ValueError):
            return ip_address(url.host) in ip_network(f"{rule.host}/{rule.prefix}")
        return False
    found = {"all": True, "same": same, "below": below, "domain": same or below}
    return found[rule.extent]


def chosen(rules: list[ProxyRule], url: httpx2.URL) -> str | None:
    proxy = next((rule.proxy for rule in rules if covers(rule, url)), None)
    return None if proxy is None else repr(proxy)


def officially(mounts: dict[str, str | None], url: httpx2.URL) -> str | None:
    patterns = sorted(map(URLPattern, mounts))
    found = next((each.pattern for each in patterns if each.matches(url)), None)
    return None if found is None else mounts[found]


@pytest.mark.parametrize("exceptions", EXCEPTIONS)
def test_the_environment_is_read_as_officially(
    exceptions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for proxies in PROXIES:
        with monkeypatch.context() as patch:
            for name, value in {**proxies, "NO_PROXY": exceptions}.items():
                patch.setenv(name, value)
            rules = carrier_of_settings({}).transport.get("proxies", [])
            official = get_environment_proxies()
        for origin in map(httpx2.URL, ORIGINS):
            assert chosen(rules, origin) == officially(official, origin), (origin, rules)


def test_ports_of_exceptions_may_be_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Officially this names no origin at all."""
    monkeypatch.setenv("ALL_PROXY", "http://proxy:1")
    monkeypatch.setenv("NO_PROXY", "example.com:443")
    rules = carrier_of_settings({}).transport["proxies"]
    assert chosen(rules, httpx2.URL("https://example.com/")) is None
    assert chosen(rules, httpx2.URL("http://example.com/")) == "http://proxy:1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://proxy", Proxy("http", "proxy", 80)),
        ("HTTPS://Proxy.Example/", Proxy("https", "proxy.example", 443)),
        ("socks5://[::1]", Proxy("socks5", "::1", 1080)),
        ("socks5h://a:b%40c@proxy:9", Proxy("socks5h", "proxy", 9, "a", "b@c")),
        ("http://bücher.example:1/", Proxy("http", "xn--bcher-kva.example", 1)),
        (
            "http://Aladdin:open%20sesame@proxy:3128",
            Proxy(
                "http",
                "proxy",
                3128,
                headers=(("Proxy-Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),),
            ),
        ),
        (
            "http://token@proxy",
            Proxy("http", "proxy", 80, headers=(("Proxy-Authorization", "Basic dG9rZW46"),)),
        ),
    ],
)
def test_urls(url: str, expected: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert parse_proxy(url, "proxy") == expected
    assert "@" not in repr(parse_proxy(url, "proxy"))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://me:hunter2@proxy", "proxy: 'ftp' is not a scheme of proxies"),
        ("socks4://me:hunter2@proxy", "proxy: 'socks4' is not a scheme"),
        ("proxy:3128", "proxy"),
        ("http://", "proxy is not the URL of a proxy"),
        ("http://me:hunter2@proxy:99999", "proxy"),
        ("http://me:hunter2@proxy:0", "proxy: the port must be from 1 to 65535, not 0"),
        ("http://me:hunter2@pro xy", "proxy"),
        ("socks5://me:@proxy", "proxy: user name and password have 1 to 255 bytes"),
        (f"socks5://me:{'hunter2' * 40}@proxy", "proxy: user name and password"),
        ("", "proxy is not the URL"),
    ],
)
def test_wrong_urls(url: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        DefaultAsyncHttpxClient(proxy=url)
    assert "hunter2" not in str(caught.value)
    if "://" in url and "proxy" in url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        for client in (OpenAI, AsyncOpenAI):
            with pytest.raises(ValueError, match="HTTPS_PROXY") as caught:
                client(api_key="k")
            assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"proxy": 3128}, "proxy must be a URL or an httpx2.Proxy, not int"),
        ({"uds": "/a", "proxy": "http://b"}, "uds and proxy contradict each other"),
        ({"uds": "/a", "local_address": "::1"}, "uds and local_address contradict"),
        ({"uds": ""}, "uds must be a path of 1 to 107 bytes"),
        ({"uds": "/" + "x" * 108}, "uds must be a path of 1 to 107 bytes"),
        ({"uds": 1}, "str, bytes or os.PathLike"),
        ({"local_address": "eth0"}, "local_address must be an IP address"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], told: str) -> None:
    with pytest.raises((TypeError, ValueError), match=told):
        DefaultAsyncHttpxClient(**settings)


@pytest.mark.parametrize("url", ["http+unix://", "http+unix:///v1", f"http+unix://{'x' * 108}/v1"])
def test_wrong_socket_urls(url: str) -> None:
    with pytest.raises(ValueError, match=r"http\+unix://%2Frun%2Fapi.sock/v1"):
        AsyncOpenAI(api_key="k", base_url=url)


def carried(**settings: Any) -> dict[str, object]:
    client = AsyncOpenAI(api_key="k", http_client=httpx2.AsyncClient(**settings))
    info = client.transport_info()
    assert info.lane == "native", info
    return dict(info.settings)


async def test_given_clients_are_carried_over() -> None:
    assert carried(transport=httpx2.AsyncHTTPTransport(uds="/run/a"))["uds"] == "/run/a"
    address = carried(transport=httpx2.AsyncHTTPTransport(local_address="127.0.0.1"))
    assert address["local_address"] == "127.0.0.1"
    for proxy in ("http://me:hunter2@proxy:1", httpx2.Proxy("http://proxy:1", auth=("a", "b"))):
        assert carried(proxy=proxy)["proxies"] == ["all://* -> http://proxy:1"]
        through = httpx2.AsyncHTTPTransport(proxy=proxy)
        assert carried(transport=through)["proxies"] == ["all://* -> http://proxy:1"]
    mounts = {
        "all://internal.example": None,
        "https://": httpx2.AsyncHTTPTransport(proxy="http://other:2"),
    }
    assert carried(mounts=mounts)["proxies"] == [
        "all://internal.example -> no proxy",
        "https://* -> http://other:2",
    ]
    assert "hunter2" not in str(carried(proxy="http://me:hunter2@proxy:1"))


async def test_what_is_not_carried_takes_the_python_lane() -> None:
    for settings in (
        {"mounts": {"https://": httpx2.AsyncHTTPTransport()}},
        {"transport": httpx2.AsyncHTTPTransport(retries=1)},
        {"mounts": {"https://": httpx2.MockTransport(lambda _: httpx2.Response(200))}},
    ):
        client = AsyncOpenAI(api_key="k", http_client=httpx2.AsyncClient(**settings))  # type: ignore[arg-type]
        assert client.transport_info().lane == "python"


async def test_a_forwarded_request_is_the_official_one(scripted: ScriptedServer) -> None:
    url = scripted.url.removesuffix("/v1").replace("//", "//me:secret@")
    proxy = httpx2.Proxy(url, headers={"X-Team": "blue"})
    async with httpx2.AsyncClient(proxy=proxy) as official:
        await official.get("http://api.example:81/v1/models?a=b", headers={"X-Own": "1"})
    client = AsyncOpenAI(
        api_key="k",
        base_url="http://api.example:81/v1",
        http_client=DefaultAsyncHttpxClient(proxy=proxy),
    )
    async with client:
        await client.get("/models?a=b", cast_to=object, options={"headers": {"X-Own": "1"}})
    theirs, ours = scripted.requests
    assert ours.target == theirs.target == "http://api.example:81/v1/models?a=b"
    for name in ("host", "proxy-authorization", "x-team", "x-own"):
        assert ours.header(name) == theirs.header(name)


async def test_a_redirect_asks_the_rules_again(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", scripted.url.removesuffix("/v1"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    from scripted import answer

    scripted.answers.append(answer(307, headers={"Location": f"{scripted.url}/models"}))
    async with AsyncOpenAI(api_key="k", base_url="http://api.example/v1") as client:
        await client.models.list()
    forwarded, direct = scripted.requests
    assert forwarded.target == "http://api.example/v1/models"
    assert direct.target == "/v1/models" and direct.header("authorization") is None


async def test_a_proxy_that_wants_a_password_is_no_api_error(scripted: ScriptedServer) -> None:
    from openai_native import APIConnectionError
    from scripted import answer

    scripted.answers.append(answer(407, headers={"Proxy-Authenticate": "Basic"}))
    place = scripted.url.removesuffix("/v1")
    http = DefaultAsyncHttpxClient(proxy=place)
    async with AsyncOpenAI(
        api_key="k", base_url="http://api.example/v1", http_client=http
    ) as client:
        with pytest.raises(APIConnectionError, match=f"proxy {place}, asked for api.example"):
            await client.models.list()
    assert len(scripted.requests) == 1  # asking again would bring the same


async def test_local_address(scripted: ScriptedServer) -> None:
    http = DefaultAsyncHttpxClient(local_address="127.0.0.7")
    async with AsyncOpenAI(api_key="k", base_url=scripted.url, http_client=http) as client:
        await client.models.list()
    assert scripted.peers == {"127.0.0.7"}

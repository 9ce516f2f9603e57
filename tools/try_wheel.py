"""Whether an installed wheel is whole: its files, its calls, and what else it needs."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from importlib import metadata
from typing import Any

import openai_native
from openai_native import _core, _mock
from openai_native.mock import MockServer

SYSTEM = re.compile(
    r"linux-vdso|ld-linux|ld-musl|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+)\.so|libc\.musl"
)
LICENCES = ("OpenSSL", "nghttp2", "zlib", "brotli", "zstd", "Boost", "RapidJSON", "pybind11")
CHAT: Any = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello"}]}


async def asynchronously(url: str) -> None:
    async with openai_native.AsyncOpenAI(api_key="k", base_url=url) as client:
        answers = await asyncio.gather(
            *(client.chat.completions.create(**CHAT) for _ in range(100))
        )
        assert all(each.choices[0].message.content for each in answers)
        stream = await client.chat.completions.create(**CHAT, stream=True)
        assert [chunk async for chunk in stream]
        assert client.transport_info().lane == "native"


def synchronously(url: str) -> None:
    with openai_native.OpenAI(api_key="k", base_url=url) as client:
        assert client.embeddings.create(model="m", input="x").data[0].embedding
        assert list(client.chat.completions.create(**CHAT, stream=True))


def tls() -> None:
    """It finds the machine's authorities, or says what to do; nobody listens there."""
    url = "https://127.0.0.1:1/v1"
    with openai_native.OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        try:
            client.models.list()
        except openai_native.APIConnectionError:
            return
    raise AssertionError("nobody answered")


def needs_nothing_else() -> None:
    if sys.platform != "linux":
        return
    for module in (_core, _mock):
        path = str(module.__file__)
        told = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
        others = [line.strip() for line in told.splitlines() if not SYSTEM.search(line)]
        others = [line for line in others if "openai_native.libs" not in line]
        assert not others, f"{path} needs {others}"


def says_what_is_in_it() -> None:
    wheel = metadata.distribution("openai-native")
    for licence in LICENCES:
        assert wheel.read_text(f"licenses/licenses/{licence}.txt"), licence
    bill = wheel.read_text("sboms/openai-native.cdx.json")
    assert bill is not None
    parts = json.loads(bill)["metadata"]["component"]["components"]
    assert all(part["version"] for part in parts) and len(parts) == len(LICENCES)


def main() -> None:
    assert "site-packages" in str(openai_native.__file__)
    says_what_is_in_it()
    needs_nothing_else()
    with MockServer() as server:
        asyncio.run(asynchronously(server.base_url))
        synchronously(server.base_url)
    tls()
    print(f"openai_native {openai_native.__version__} works on Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()

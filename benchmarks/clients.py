"""The clients under comparison: `unary()` makes one call, `stream()` counts its chunks."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any, Protocol

MODEL = "gpt-4o-mini"
MESSAGES = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Describe the road from a Python call to bytes on the wire."},
]
BODY = json.dumps({"model": MODEL, "messages": MESSAGES}).encode()
HEADERS = {"authorization": "Bearer sk-bench", "content-type": "application/json"}


class BenchClient(Protocol):
    async def unary(self) -> None: ...
    async def stream(self) -> int: ...
    async def close(self) -> None: ...


class Sdk:
    """Any package with the official API."""

    def __init__(self, module: str, base_url: str, backend: str | None = None) -> None:
        package: Any = importlib.import_module(module)
        http_client = getattr(package, backend)() if backend else None
        self._client = package.AsyncOpenAI(
            api_key="sk-bench", base_url=base_url, http_client=http_client, max_retries=0
        )

    async def unary(self) -> None:
        completion = await self._client.chat.completions.create(model=MODEL, messages=MESSAGES)
        assert completion.choices[0].message.content

    async def stream(self) -> int:
        chunks = 0
        async for _ in await self._client.chat.completions.create(
            model=MODEL, messages=MESSAGES, stream=True
        ):
            chunks += 1
        return chunks

    async def close(self) -> None:
        await self._client.close()


class Pyreqwest:
    """Raw POST, body as bytes, no model."""

    def __init__(self, base_url: str) -> None:
        client: Any = importlib.import_module("pyreqwest.client")
        self._client = client.ClientBuilder().max_connections(None).build()
        self._url = f"{base_url}/chat/completions"

    async def unary(self) -> None:
        request = self._client.post(self._url).headers(HEADERS).body_bytes(BODY).build()
        response = await request.send()
        assert len(await response.bytes()) > 100

    async def stream(self) -> int:
        raise NotImplementedError

    async def close(self) -> None:
        await self._client.close()


class Pyqwest:
    """Raw POST, body as bytes, no model."""

    def __init__(self, base_url: str) -> None:
        package: Any = importlib.import_module("pyqwest")
        self._client = package.Client()
        self._url = f"{base_url}/chat/completions"

    async def unary(self) -> None:
        response = await self._client.post(self._url, headers=HEADERS, content=BODY)
        assert len(response.content) > 100

    async def stream(self) -> int:
        raise NotImplementedError

    async def close(self) -> None:
        pass


CLIENTS: dict[str, Callable[[str], BenchClient]] = {
    "native": lambda url: Sdk("openai_native", url),
    "official": lambda url: Sdk("openai", url),
    "official+aiohttp": lambda url: Sdk("openai", url, "DefaultAioHttpClient"),
    "pyreqwest (raw)": Pyreqwest,
    "pyqwest (raw)": Pyqwest,
}
STREAMING = ("native", "official", "official+aiohttp")

"""A server of each module's own, whose statistics are nobody else's, and how it is talked to."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import openai
import pytest

from openai_native.mock import MockServer


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> Iterator[openai.OpenAI]:
    """The official one."""
    with openai.OpenAI(base_url=server.base_url, api_key="sk-test", max_retries=0) as made:
        yield made


@pytest.fixture
def raw(server: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, headers={"authorization": "Bearer k"}) as made:
        yield made

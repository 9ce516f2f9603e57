"""Importing is cheap, and every official name is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openai
import pytest

import openai_native

# What the official module happens to hold besides its interface.
ACCIDENTAL = {"annotations", "override", "auth", "providers"}
PUBLIC = sorted(name for name in dir(openai) if not name.startswith("_") and name not in ACCIDENTAL)


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_import_leaves_the_heavy_modules_alone() -> None:
    code = "import sys, openai_native; print(*sorted(sys.modules))"
    loaded = set(run(code).split())
    heavy = {"pydantic", "httpx2", "asyncio", "typing_extensions", "json", "logging", "ssl"}
    assert not loaded & heavy
    assert not any(name.startswith("openai_native.types") for name in loaded)


@pytest.mark.parametrize("client", ["AsyncOpenAI", "OpenAI"])
def test_client_class_leaves_the_heavy_modules_alone(client: str) -> None:
    code = (
        f"import sys; from openai_native import {client}, RateLimitError; "
        f"{client}(api_key='k'); print(*sorted(sys.modules))"
    )
    loaded = set(run(code).split())
    heavy = {"pydantic", "httpx2", "asyncio", "ssl", "inspect", "typing_extensions"}
    assert not loaded & heavy
    if client == "AsyncOpenAI":
        assert not [name for name in loaded if name.endswith("_sync")]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_official_name_is_there(name: str) -> None:
    mine, official = getattr(openai_native, name), getattr(openai, name)
    if isinstance(official, type):
        assert isinstance(mine, type)
        assert mine.__name__ == official.__name__ or official.__name__.startswith("_")
    assert name in dir(openai_native)


@pytest.mark.parametrize("name", sorted(openai.__all__))
def test_star_import_has_the_official_names(name: str) -> None:
    assert name in openai_native.__all__


def test_names_from_before_1_0_say_so() -> None:
    module: Any = openai_native
    with pytest.raises(openai_native.OpenAIError, match="ChatCompletion"):
        module.ChatCompletion.create()


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        openai_native.no_such_name  # noqa: B018
    with pytest.raises(ImportError):
        from openai_native import no_such_name  # type: ignore[attr-defined]  # noqa: F401


def test_versions() -> None:
    assert openai_native.__version__ == openai_native.VERSION == openai.__version__
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert f'\nversion = "{openai_native.__native_version__}"\n' in project
    printed = run("from openai_native.__main__ import main; main(['--version'])")
    assert printed.split() == [
        "openai-native",
        openai_native.__native_version__,
        "(openai",
        openai.__version__ + ")",
    ]


def test_openai_log() -> None:
    code = "import openai_native, logging; print(logging.getLogger('openai').level)"
    assert run(code, OPENAI_LOG="debug").strip() == "10"


def test_command_line_help_and_errors() -> None:
    def status(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "openai_native", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    assert status("--help")[0] == 0
    code, text = status("nonsense")
    assert code == 2
    assert "unknown command 'nonsense'" in text
    assert "mock" in text


def test_demo_against_the_local_server() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")}
    done = subprocess.run(
        [sys.executable, "-m", "openai_native", "demo", "--calls", "50"],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    rows = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines() if line[:2] == "  ")
    table = {name.strip(): value for name, value in rows.items()}
    assert (table["calls"], table["errors"]) == ("50", "0")
    assert "p99 latency" in done.stdout
    assert "50/50" in done.stdout


def test_demo_against_an_endpoint_that_is_not_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "openai_native", "demo"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
    )
    assert done.returncode == 1
    assert "APIConnectionError" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_call_imports_while_its_request_travels() -> None:
    code = """
import asyncio, sys
from importlib.abc import MetaPathFinder
from openai_native import AsyncOpenAI
from openai_native.mock import MockServer

class Waits(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "pydantic":
            server.wait_for(lambda stats: stats["requests"] == 1, timeout=20)
            print("on the way")

async def main():
    async with AsyncOpenAI(base_url=server.base_url, api_key="k") as client:
        print(type(await client.models.retrieve("gpt-4o")).__name__)

with MockServer() as server:
    sys.meta_path.insert(0, Waits())
    asyncio.run(main())
"""
    assert run(code).split("\n")[:2] == ["on the way", "Model"]

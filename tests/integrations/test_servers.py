"""Servers of others, run as an outsider runs them; one program in alias mode talks to each."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from libraries import BUILD, PROGRAMS, Unavailable, environment, interpreter

HERE = Path(__file__).parent
LLAMA_CPP = ("xllamacpp==2026.10.11549", "gguf")
# Its wheel has to be built, a quarter of an hour of CPU: only where one lies in build/wheels.
LLAMA_CPP_PYTHON = ("llama-cpp-python[server]==0.3.36", "gguf")
LITELLM_PROXY = ("litellm[proxy]==1.108.7",)


def python_of(name: str, requires: tuple[str, ...]) -> Path:
    try:
        return interpreter(name, requires)
    except Unavailable as reason:
        pytest.skip(f"{name} cannot be had: {reason}")


@contextmanager
def running(*command: str | Path) -> Iterator[str]:
    """Starts a server on PORT, and waits until it accepts connections. Yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = [str(part).replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(
        given, stdin=subprocess.PIPE, env=environment(""), start_new_session=True
    )
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def talk(base_url: str, embeddings_at: str, **more: str) -> None:
    given = {
        **environment(base_url),
        "OPENAI_MODEL": "tiny",
        "OPENAI_EMBEDDING_MODEL": "tiny-embedding",
        "OPENAI_EMBEDDING_BASE_URL": embeddings_at,
        **more,
    }
    command = [sys.executable, "-m", "openai_native", "run", str(PROGRAMS / "any_server.py")]
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=120)
    print(done.stdout)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def model(tmp_path: Path) -> Path:
    made = tmp_path / "tiny.gguf"
    python = python_of("llama.cpp", LLAMA_CPP)
    subprocess.run([python, HERE / "tiny_model.py", made], check=True)
    return made


def test_llama_cpp(model: Path) -> None:
    python = python_of("llama.cpp", LLAMA_CPP)
    with ExitStack() as stack:
        chat, embeddings = (
            stack.enter_context(running(python, HERE / "llama_cpp_server.py", model, "PORT", use))
            for use in ("chat", "embeddings")
        )
        talk(chat, embeddings)


def test_llama_cpp_python(model: Path) -> None:
    if not list((BUILD.parent / "wheels").glob("llama_cpp_python*")):
        pytest.skip(f"no wheel: pip wheel --no-deps -w build/wheels {LLAMA_CPP_PYTHON[0]}")
    python = python_of("llama-cpp-python", LLAMA_CPP_PYTHON)
    server = (python, "-m", "llama_cpp.server", "--model", model, "--model_alias", "tiny")
    more = ("--n_ctx", "2048", "--port", "PORT", "--chat_format", "chatml-function-calling")
    with ExitStack() as stack:
        chat = stack.enter_context(running(*server, *more))
        embeddings = stack.enter_context(running(*server, *more, "--embedding", "true"))
        choice = {"type": "function", "function": {"name": "weather"}}
        talk(chat, embeddings, OPENAI_TOOL_CHOICE=json.dumps(choice))


KEY = "sk-" + 8 * "0f1e2d3c"
ANSWER = {"model": "openai/any", "api_key": "any", "mock_response": "Hello to you"}
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": json.dumps({"city": "Paris"})},
}
MODELS = {
    "tiny": ANSWER,
    "tiny-embedding": {**ANSWER, "mock_response": [0.1, 0.2]},
    "tiny-tools": {**ANSWER, "mock_tool_calls": [CALL]},
}
# JSON is YAML.
PROXY = {
    "general_settings": {"master_key": KEY},
    "model_list": [
        {"model_name": name, "litellm_params": params} for name, params in MODELS.items()
    ],
}


def test_litellm_proxy(tmp_path: Path) -> None:
    python = python_of("litellm-proxy", LITELLM_PROXY)
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps(PROXY))
    litellm = python.with_name("litellm")
    with running(
        python, litellm, "--config", config, "--host", "127.0.0.1", "--port", "PORT"
    ) as url:
        talk(url, url, OPENAI_API_KEY=KEY, OPENAI_TOOLS_MODEL="tiny-tools")

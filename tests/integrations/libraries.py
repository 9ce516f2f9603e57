"""The libraries whose programs in examples/integrations run in alias mode, their environments."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openai_native

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/integrations"
PROGRAMS = ROOT / "examples/integrations"


@dataclass(frozen=True)
class Library:
    requires: tuple[str, ...]
    program: str
    # How many requests, at most, go through an HTTP library of Python: those whose http client has
    # hooks or a transport of its own. None: any number.
    python_lane: int | None = 0


LIBRARIES = {
    "openai-agents": Library(("openai-agents==0.24.0",), "with_openai_agents.py"),
    "langchain-openai": Library(("langchain-openai==1.7.4",), "with_langchain.py"),
    "litellm": Library(("litellm==1.110.2",), "with_litellm.py", python_lane=None),
    "instructor": Library(("instructor==1.17.0",), "with_instructor.py"),
    "pydantic-ai": Library(("pydantic-ai-slim[openai]==2.68.0",), "with_pydantic_ai.py", None),
    "opentelemetry": Library(
        (
            "opentelemetry-instrumentation-openai-v2==2.4b0",
            # What it needs, by its code though not by its metadata.
            "opentelemetry-util-genai==1.0b0",
            "httpx",
            "opentelemetry-sdk",
            "openai",
        ),
        "with_opentelemetry.py",
    ),
}


class Unavailable(Exception):
    """Something that has to come from the package index did not."""


def interpreter(name: str, requires: tuple[str, ...]) -> Path:
    """The Python of an environment that holds these requirements and what they require."""
    home = BUILD / name
    python, stamp = home / "bin/python", home / "requirements.txt"
    wanted = "\n".join(requires) + "\n"
    if not stamp.exists() or stamp.read_text() != wanted:
        _run(sys.executable, "-m", "venv", "--clear", str(home))
        wheels = ("--find-links", str(BUILD.parent / "wheels"))
        _run(str(python), "-m", "pip", "install", "-q", *wheels, *requires)
        stamp.write_text(wanted)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command[:4])} ...: {done.stderr.strip()[-500:]}")


def environment(base_url: str) -> dict[str, str]:
    """That of a user who installed this package beside the library, and nothing else."""
    beside = BUILD / "beside"
    package = Path(openai_native.__path__[0])
    link = beside / "openai_native"
    beside.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != package:
        link.unlink(missing_ok=True)
        link.symlink_to(package)
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    given = {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": base_url, "PYTHONPATH": str(beside)}
    # litellm would ask the network for prices.
    return {**kept, **given, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}

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
    # Where its code is.
    packages: tuple[str, ...]
    # How many of the program's requests an HTTP library of Python sends: those of clients whose
    # `http_client` has hooks or a transport of its own.
    python_lane: int = 0


LIBRARIES = {
    "openai-agents": Library(("openai-agents==0.24.0",), "with_openai_agents.py", ("agents",)),
    "langchain-openai": Library(
        ("langchain-openai==1.7.4",), "with_langchain.py", ("langchain_openai",)
    ),
    "litellm": Library(("litellm==1.110.2",), "with_litellm.py", ("litellm",), python_lane=13),
    "instructor": Library(("instructor==1.17.0",), "with_instructor.py", ("instructor",)),
    "pydantic-ai": Library(
        ("pydantic-ai-slim[openai]==2.68.0",),
        "with_pydantic_ai.py",
        ("pydantic_ai",),
        python_lane=11,
    ),
    "opentelemetry": Library(
        (
            "opentelemetry-instrumentation-openai-v2==2.4b0",
            # What it needs, by its code though not by its metadata.
            "opentelemetry-util-genai==1.0b0",
            "httpx",
            "opentelemetry-sdk",
            "openai==3.52.0",
        ),
        "with_opentelemetry.py",
        ("opentelemetry/instrumentation/openai_v2",),
    ),
    "logfire": Library(("logfire==5.4.0", "openai==3.52.0"), "with_logfire.py", ("logfire",)),
    "langfuse": Library(("langfuse==5.0.4", "openai==3.52.0"), "with_langfuse.py", ("langfuse",)),
    "mlflow": Library(("mlflow==3.17.2", "openai==3.52.0"), "with_mlflow.py", ("mlflow",)),
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

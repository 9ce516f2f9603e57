"""One unmodified program per library, in alias mode, against the local server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from libraries import LIBRARIES, PROGRAMS, Unavailable, environment, interpreter
from openai_native.mock import MockServer

HERE = Path(__file__).parent


def python_of(name: str) -> Path:
    try:
        return interpreter(name, LIBRARIES[name].requires)
    except Unavailable as reason:
        pytest.skip(f"{name} cannot be had: {reason}")


@pytest.mark.parametrize("name", LIBRARIES)
def test_program(name: str, tmp_path: Path) -> None:
    library, report = LIBRARIES[name], tmp_path / "report.json"
    with MockServer() as server:
        done = subprocess.run(
            [
                *(python_of(name), HERE / "watched.py", report, server.base_url),
                PROGRAMS / library.program,
            ],
            cwd=tmp_path,
            env=environment(server.base_url),
            capture_output=True,
            text=True,
            timeout=300,
        )
        requests = len(server.requests())
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    sent = json.loads(report.read_text())
    print(f"{name}: {requests} requests, of which by Python: {sent or 'none'}")
    assert requests > 0
    assert sum(sent.values()) <= library.python_lane


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_it_imports_is_there(name: str) -> None:
    if missing := missing_names(name, "openai_native"):
        assert sorted(missing - missing_names(name, "openai")) == []


def missing_names(name: str, package: str) -> set[str]:
    command = [python_of(name), HERE / "missing_names.py", package, *LIBRARIES[name].packages]
    done = subprocess.run(
        command, env=environment(""), capture_output=True, text=True, check=True, timeout=300
    )
    return set(done.stdout.splitlines())

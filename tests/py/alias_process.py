"""Programs in processes of their own, which have not seen the official package yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

PYTHON = sys.executable
Done = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "test-key", **more}


def python(*arguments: str, cwd: Path | None = None, **more: str) -> Done:
    return subprocess.run(
        [PYTHON, *arguments], cwd=cwd, env=environment(**more), text=True, capture_output=True
    )


def check(program: str, *options: str, **more: str) -> str:
    """Runs a program, which asserts; returns what it printed."""
    done = python(*options, "-c", dedent(program), **more)
    assert done.returncode == 0, done.stderr
    return done.stdout

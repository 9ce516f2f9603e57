"""Programs in processes of their own: how they end, and what they print."""

from __future__ import annotations

import os
import subprocess
import sys


def run_whole(program: str, *, fine: int = 0) -> str:
    """What it prints. It ends with the status `fine`, within a minute, and complains of nothing."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-W", "error", "-c", program],
        env={**os.environ, "PYTHONMALLOC": "debug"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == fine, (done.returncode, done.stdout, done.stderr)
    assert not done.stderr, done.stderr
    return done.stdout

"""Small runs of what `tests/faults` has in full: the fault matrix, and memory that runs out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).resolve().parents[1] / "faults"


def run(name: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(FAULTS / name), "--small"], capture_output=True, text=True, timeout=900
    )
    print(ended.stdout)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-6000:]


@pytest.mark.http1
@pytest.mark.skipif(sys.platform != "linux", reason="the peer refuses connections as Linux does")
def test_the_fault_matrix() -> None:
    run("run.py")


@pytest.mark.http1
@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="tells CPython's own failures apart by 3.11's tracebacks"
)
def test_allocation_failures() -> None:
    pytest.importorskip("_testcapi", reason="this Python cannot let an allocation fail")
    run("memory.py")

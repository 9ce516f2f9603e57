"""What the extension modules are to the rest of a process: their entries, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from openai_native import _core, _mock

PROGRAM = Path(__file__).with_name("two_openssls.py")


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("nm"), reason="needs nm")
@pytest.mark.parametrize("module", [_core, _mock])
def test_symbols(module: ModuleType) -> None:
    command = ["nm", "-D", "--defined-only", str(module.__file__)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = [line.split()[-1] for line in told.splitlines()]
    assert names == [f"PyInit_{module.__name__.rpartition('.')[2]}"]


@pytest.mark.parametrize(
    "order",
    [
        ("openai_native._core", "cryptography.hazmat.bindings._rust", "_ssl"),
        ("_ssl", "cryptography.hazmat.bindings._rust", "openai_native"),
        ("libcrypto.so.3", "libssl.so.3", "libnghttp2.so.14", "libz.so.1", "openai_native._core"),
    ],
    ids=lambda order: order[0],
)
def test_others_that_use_the_same_libraries(order: tuple[str, ...]) -> None:
    command = [sys.executable, "-X", "faulthandler", "-W", "error", str(PROGRAM), *order]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "fine\n", ""), done.stderr

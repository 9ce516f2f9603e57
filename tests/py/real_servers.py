"""How tests run real servers: those of the machine, on free ports, stopped at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import pytest

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_LIMIT = 30.0  # seconds, to start


def _environment() -> dict[str, str]:
    """Ours, without a sanitizer's runtime: it is for the extension alone."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}


def program(name: str) -> str | None:
    return shutil.which(name, path=_PATH)


def needed(name: str) -> str:
    """Its path. Skips the test where there is none."""
    found = program(name)
    if found is None:
        pytest.skip(f"{name} is not installed on this machine")
    return found


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def free_port() -> int:
    [port] = free_ports(1)
    return port


@contextlib.contextmanager
def running(*command: str, port: int, **options: Any) -> Iterator[None]:
    """From when it listens on `port`. `options` are those of `subprocess.Popen`."""
    with tempfile.TemporaryFile("w+") as output:
        options.setdefault("env", _environment())
        process = subprocess.Popen(command, stdout=output, stderr=output, **options)
        try:
            deadline = time.monotonic() + _LIMIT
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    output.seek(0)
                    raise RuntimeError(f"{command[0]} does not start: {output.read()}")
                time.sleep(0.01)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

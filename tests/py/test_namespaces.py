"""Networks that lose packets: each in a namespace of its own, where the machine allows it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("namespace_runs.py")
# Ours end within seconds by the limits they set; the system's own is a quarter of an hour.
GENEROUS = 30


def allowed() -> bool:
    if not all(map(shutil.which, ("unshare", "ip", "nft"))):
        return False
    trial = "ip link set lo up && nft add table inet t && mount -t tmpfs none /mnt"
    command = ["unshare", "-n", "-m", "sh", "-c", trial]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not allowed(), reason="network namespaces are not allowed here")


def run(name: str) -> Any:
    command = ["unshare", "-n", "-m", sys.executable, "-W", "error", str(PROGRAM), name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ipv6_that_goes_nowhere() -> None:
    seen = run("black_holed_ipv6")
    assert seen["first"] == "2001:db8::2"
    # The first connection has tried it, the second one has not.
    assert seen["asked"] == [1, 1]
    assert seen["took"] < GENEROUS


def test_packets_that_are_lost_in_a_stream() -> None:
    kind, text, took = run("dropped_in_a_stream")
    assert kind == "APIConnectionError" and "does not answer" in text
    assert took < GENEROUS


def test_packets_that_are_lost_while_a_connection_is_idle() -> None:
    (kind, text, took), (later, _, then) = run("dropped_in_a_call")
    assert kind == "APIConnectionError" and "does not answer" in text
    assert later == "APITimeoutError"  # nobody answers a new connection, either
    assert took < GENEROUS and then < GENEROUS


def test_international_names_and_a_machine_without_authorities() -> None:
    text = run("names_and_authorities")
    assert "host xn--bcher-kva.example" in text
    assert "there are no CA certificates on this machine" in text and "ca-certificates" in text

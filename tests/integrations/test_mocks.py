"""vcrpy and respx answer calls in alias mode as they do for the official package."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from libraries import PROGRAMS, Unavailable, environment, interpreter
from openai_native.mock import MockServer

REQUIRES = ("vcrpy==9.4.2", "respx==0.23.1", "httpx", "openai==3.52.0")
ALIAS = ("-m", "openai_native", "run")
WAYS = {"official": (), "ours": ALIAS}


def run(way: str, base_url: str, program: str, *arguments: str) -> str:
    try:
        python = interpreter("mocks", REQUIRES)
    except Unavailable as reason:
        pytest.skip(f"vcrpy and respx cannot be had: {reason}")
    done = subprocess.run(
        [python, *WAYS[way], PROGRAMS / program, *arguments],
        env=environment(base_url),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("recorder", WAYS)
def test_a_cassette_is_recorded_and_played(recorder: str, tmp_path: Path) -> None:
    cassette = str(tmp_path / "calls.yaml")
    with MockServer() as server:
        recorded = run(recorder, server.base_url, "with_vcr.py", cassette, "once")
        # Two more: before the tape, and after it.
        assert len(server.requests()) == 5 + 2
        assert "5 on the tape" in recorded
        assert "test-key" not in Path(cassette).read_text()
        for player in WAYS:
            before = len(server.requests())
            assert run(player, server.base_url, "with_vcr.py", cassette, "none") == recorded
            assert len(server.requests()) - before == 2


def test_mocked_routes_answer() -> None:
    official = run("official", "", "with_respx.py")
    assert "hello after 2 attempts" in official
    assert run("ours", "", "with_respx.py") == official

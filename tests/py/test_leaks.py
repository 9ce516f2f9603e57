"""Calls and streams given up at any moment, by the thousand: afterwards everything is as before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flatness import taken
from openai_native import _core
from storm import Target, over_h1, over_h2, settle, storm, until

WAYS = {"done", "failed", "cancelled", "timed out", "loop closed", "closed"}


async def weather(target: Target, calls: int) -> None:
    async with target.client() as client:
        await settle(target, client)
        await storm(target, client, 100, seed=1)  # threads and types are there from now on
        await settle(target, client)
        before = taken()

        outcomes = await storm(target, client, calls, seed=7)
        assert sum(outcomes.values()) == calls
        assert set(outcomes) == WAYS and outcomes["done"] > calls / 50, outcomes

        await settle(target, client)
        assert await until(lambda: taken() <= before), (taken(), before)
    assert await until(lambda: not any(_core.live_objects().values())), _core.live_objects()


@pytest.mark.http1
async def test_storm() -> None:
    with over_h1() as target:
        await weather(target, 3000)


@pytest.mark.http1
@pytest.mark.skipif(shutil.which("nghttpx") is None, reason="nghttpx is not installed")
async def test_storm_over_http2(tmp_path: Path) -> None:
    with over_h2(tmp_path) as target:
        await weather(target, 1500)

"""`limits=` of synchronous clients: calls of many threads wait for their turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from openai_native import OpenAI, RateLimits
from openai_native.mock import MockServer


def test_threads_share_the_limits(server: MockServer) -> None:
    limits = RateLimits(requests_per_minute=12_000, max_in_flight=3)
    with OpenAI(api_key="k", base_url=server.base_url, limits=limits) as client:

        def call(_: int) -> str:
            return client.models.list().data[0].id

        with ThreadPoolExecutor(8) as threads:
            assert len(list(threads.map(call, range(60)))) == 60
        pacing = client.stats().pacing
    assert pacing is not None
    assert (pacing.granted, pacing.refused, pacing.waiting) == (60, 0, 0)

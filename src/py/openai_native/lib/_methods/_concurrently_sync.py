"""What _concurrently.py is, with threads in place of tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

_T = TypeVar("_T")


def call_for_each(calls: Sequence[Callable[[], _T]], max_concurrency: int) -> list[_T]:
    """The results, in the order of the calls. The first error ends all that did not begin."""
    if max_concurrency < 1:
        raise ValueError("max_concurrency must be greater than 0")
    with ThreadPoolExecutor(max_workers=max_concurrency) as executor:
        running = [executor.submit(call) for call in calls]
        try:
            for each in as_completed(running):
                each.result()
            return [each.result() for each in running]
        except BaseException:
            executor.shutdown(wait=True, cancel_futures=True)
            raise

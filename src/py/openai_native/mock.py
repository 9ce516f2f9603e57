"""A local server that answers like the OpenAI API, for demos, tests and benchmarks.

    with MockServer() as server:
        client = AsyncOpenAI(base_url=server.base_url, api_key="any")

The server runs on threads of its own and never takes the GIL. `docs/mock.md` lists what it
answers and how to make it fail.
"""

from __future__ import annotations

import argparse
import atexit
import math
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from . import _mock

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._mock import Recorded, Stats

__all__ = ["MockServer", "main"]

_running: weakref.WeakSet[MockServer] = weakref.WeakSet()


def _stop_all() -> None:
    for server in list(_running):
        server.stop()


class MockServer:
    """The server as a context manager; `start()` and `stop()` do the same by hand."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        threads: int = 1,
        latency: float = 0.0,
        tokens_per_second: float = 0.0,
        burst: int = 1,
        tokens: int = 0,
        fail: Mapping[int, float] | Iterable[str] = (),
        seed: int = 0,
        api_key: str | None = None,
        max_body: int = 64 * 1024 * 1024,
        keep_requests: int = 1000,
        idle_timeout: float = 0.0,
        jobs: int = 100,
        quiet: bool = True,
    ) -> None:
        """
        latency: seconds before every answer.
        tokens_per_second: pace of streams; 0 is as fast as they go.
        burst: events of a stream that share one write.
        tokens: length of every text answer; 0 is one sentence about the prompt.
        fail: shares of requests that fail, `{429: 0.1}` or `["429:0.1"]`; `seed` picks which.
        api_key: the only key that is let in; by default any key is.
        keep_requests: how many requests `requests()` remembers.
        idle_timeout: close connections that are idle for so many seconds; 0 never.
        jobs: fine-tuning jobs that exist at start.
        """
        _check_range("port", port, 0, 65535)
        _check_range("threads", threads, 1, 64)
        _check_range("burst", burst, 1, 1_000_000)
        _check_range("tokens", tokens, 0, 1_000_000)
        _check_range("jobs", jobs, 0, 1_000_000)
        _check_range("max_body", max_body, 0, 2**40)
        _check_range("keep_requests", keep_requests, 0, 10_000_000)
        _check_range("seed", seed, 0, 2**64 - 1)
        _check_range("latency", latency, 0, 86_400)
        _check_range("idle_timeout", idle_timeout, 0, 86_400)
        _check_range("tokens_per_second", tokens_per_second, 0, 1e9)
        self.host = host
        self._native = _mock.Server(
            host=host,
            port=port,
            threads=threads,
            latency=latency,
            tokens_per_second=tokens_per_second,
            burst=burst,
            tokens=tokens,
            failures=_failures(fail),
            seed=seed,
            api_key=api_key or "",
            max_body=max_body,
            keep_requests=keep_requests,
            idle_limit=idle_timeout,
            jobs=jobs,
            quiet=quiet,
        )
        self._started = False

    @property
    def port(self) -> int:
        return self._native.port

    @property
    def url(self) -> str:
        """`http://host:port`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What clients take as `base_url`."""
        return f"{self.url}/v1"

    def start(self) -> Self:
        if self._started:
            raise RuntimeError("this MockServer was started before; make a new one")
        self._native.start()
        self._started = True
        _running.add(self)
        return self

    def stop(self) -> None:
        """Closes every connection and ends the threads. Twice is harmless."""
        _running.discard(self)
        self._native.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stats(self) -> Stats:
        """Counters since the start; `last_disconnect_at` is on `time.monotonic()`'s clock."""
        return self._native.stats()

    def requests(self) -> list[Recorded]:
        """The last requests, oldest first."""
        return self._native.requests()

    def clear_requests(self) -> None:
        self._native.clear_requests()

    def wait_for(self, condition: Callable[[Stats], object], timeout: float = 5.0) -> Stats:
        """Waits until `condition(stats)` is true and returns these stats, or raises TimeoutError.

        Blocks the calling thread: in a coroutine, use `asyncio.to_thread`.
        """
        end = time.monotonic() + timeout
        pause = 0.0005
        while not condition(stats := self.stats()):
            if time.monotonic() >= end:
                raise TimeoutError(f"the mock server did not get there in {timeout} s: {stats}")
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        return stats


atexit.register(_stop_all)


def _check_range(name: str, value: float, least: float, most: float) -> None:
    if not (least <= value <= most):
        raise ValueError(f"{name} must be between {least} and {most}, not {value!r}")


def _failures(fail: Mapping[int, float] | Iterable[str]) -> list[tuple[int, float]]:
    pairs = list(fail.items()) if isinstance(fail, Mapping) else [_failure(one) for one in fail]
    for status, share in pairs:
        _check_range("the status in fail", status, 400, 599)
        _check_range("the share in fail", share, 0, 1)
    if sum(share for _, share in pairs) > 1:
        raise ValueError("the shares in fail add up to more than 1")
    return pairs


def _failure(text: str) -> tuple[int, float]:
    status, colon, share = text.partition(":")
    try:
        pair = int(status), float(share)
    except ValueError:
        raise ValueError(f"fail must look like 429:0.1, not {text!r}") from None
    if not colon or math.isnan(pair[1]):
        raise ValueError(f"fail must look like 429:0.1, not {text!r}")
    return pair


_EPILOG = """\
Faults are asked for by a request's header, several separated by ';', or by the model's name:

  X-Mock-Fault: status=429; retry-after=1      "model": "mock-fault:disconnect=mid-body"

  status=N  fail-times=N  retry-after=S  retry-after-ms=MS  should-retry=true|false  location=URL
  delay=S  slow-head=S  drip=S  ping=S  hang[=EVENTS]  close  keepalive-timeout[=S]
  disconnect=before-head|mid-head|mid-body|reset|reset-mid-body  truncate  empty-body  html
  error-event[=EVENTS]  no-done  bad-json  extra-field  gzip  deflate
  huge-event=BYTES  tokens=N
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m openai_native mock",
        description="A local server that answers like the OpenAI API. Prints its base URL.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port to listen on (default: any free one)")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--threads", type=int, default=1, help="server threads (default: %(default)s)")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before every answer")
    add("--tokens-per-second", type=float, default=0.0, metavar="N", help="pace of streams")
    add("--tokens", type=int, default=0, metavar="N", help="length of every text answer")
    add("--burst", type=int, default=1, metavar="N", help="stream events that share one write")
    add(
        "--fail",
        action="append",
        default=[],
        metavar="STATUS:SHARE",
        help="fail this share of requests, e.g. 429:0.1; may be repeated",
    )
    add("--seed", type=int, default=0, metavar="N", help="changes answers and which calls fail")
    add("--api-key", metavar="KEY", help="let only this key in (default: any key)")
    add("--max-body", type=int, default=64 << 20, metavar="BYTES", help="larger bodies get a 413")
    add("--idle-timeout", type=float, default=0.0, metavar="SECONDS", help="close idle connections")
    add("--jobs", type=int, default=100, metavar="N", help="fine-tuning jobs that exist at start")
    add("--quiet", action="store_true", help="no log lines on stderr")
    return parser


def _raise_descriptor_limit() -> None:
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(argv: Sequence[str] | None = None) -> int:
    parser = _parser()
    chosen = vars(parser.parse_args(argv))
    try:
        server = MockServer(**chosen)
    except ValueError as error:
        parser.error(str(error))
    _raise_descriptor_limit()
    done = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        done.set()

    previous = {one: signal.signal(one, on_signal) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with server:
            print(server.base_url, flush=True)
            done.wait()
    except OSError as error:
        print(f"{parser.prog}: {error.strerror}", file=sys.stderr)
        return 1
    finally:
        for one, handler in previous.items():
            signal.signal(one, handler)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

from typing import TypedDict

class Recorded(TypedDict):
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int
    status: int
    stream: bool
    at: float

class Stats(TypedDict):
    connections_total: int
    connections_open: int
    requests: int
    bad_requests: int
    answers_2xx: int
    answers_4xx: int
    answers_5xx: int
    streams_total: int
    streams_open: int
    in_flight: int
    disconnects_mid_stream: int
    disconnects_mid_answer: int
    faults: int
    bytes_in: int
    bytes_out: int
    last_disconnect_at: float | None

class Server:
    def __init__(
        self,
        *,
        host: str,
        port: int,
        threads: int,
        latency: float,
        tokens_per_second: float,
        burst: int,
        tokens: int,
        failures: list[tuple[int, float]],
        seed: int,
        api_key: str,
        max_body: int,
        keep_requests: int,
        idle_limit: float,
        jobs: int,
        quiet: bool,
    ) -> None: ...
    @property
    def port(self) -> int: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def stats(self) -> Stats: ...
    def requests(self) -> list[Recorded]: ...
    def clear_requests(self) -> None: ...

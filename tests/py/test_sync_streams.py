"""Event streams that a thread waits for: every way to read one, to stop, and to fail."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openai_native import APIConnectionError, APIError, OpenAI, Stream
from openai_native._core import Endpoint
from scripted_sync import ScriptedServer, events
from twin_tests import FIXTURES

globals().update(FIXTURES)

_events = Endpoint(
    "POST",
    "/events",
    params=(("stream", "stream", "body"),),
    cast_to=object,
    stream_cast_to=object,
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class Source:
    """One endless stream; events are sent when the test says so."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.client = OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="k", max_retries=0)

    def stream(self) -> Any:
        with ThreadPoolExecutor(1) as pool:
            made = pool.submit(_events, self.client, (True,))
            self.connection, _ = self.listener.accept()
            while b"\r\n\r\n" not in self.connection.recv(4096):
                pass
            self.connection.sendall(HEAD)
            return made.result(5)

    def send(self, *values: Any) -> None:
        for value in values:
            self.connection.sendall(chunk(b"data: %s\n\n" % json.dumps(value).encode()))

    def wait_until_closed(self) -> None:
        self.connection.settimeout(5)
        while self.connection.recv(4096):
            pass


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.client.close()
    made.listener.close()
    made.connection.close()


def later(action: Callable[[], Any], seconds: float = 0.05) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def test_whole_stream(scripted: ScriptedServer, scripted_client: OpenAI) -> None:
    scripted.answers.append(events('{"a":1}', "[1,2]", '"x"', "5", "null", '{"error":null}'))
    stream = _events(scripted_client, (True,))
    assert isinstance(stream, Stream)
    assert scripted.last.json() == {"stream": True}
    assert list(stream) == [{"a": 1}, [1, 2], "x", 5, None, {"error": None}]
    assert list(stream) == []
    with pytest.raises(StopIteration):
        next(stream)


def test_every_way_to_read(scripted: ScriptedServer, scripted_client: OpenAI) -> None:
    scripted.answers.append(events("1", "2", "3", "4"))
    stream = _events(scripted_client, (True,))
    assert next(stream) == 1
    iterator = iter(stream)
    assert next(iterator) == 2
    assert next(stream) == 3
    assert next(iterator, None) == 4
    assert next(iterator, None) is None


def test_events_arrive_one_by_one(source: Source) -> None:
    stream = source.stream()
    seen = []
    source.send(0)
    for event in stream:
        seen.append(event)
        if event == 20:
            source.connection.sendall(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        else:
            source.send(event + 1)
    assert seen == list(range(21))


def test_waits_for_the_next_event(source: Source) -> None:
    stream = source.stream()
    timer = later(lambda: source.send("late"))
    assert next(stream) == "late"
    timer.join()


def test_two_readers_at_once(source: Source) -> None:
    stream = source.stream()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(next, stream)
        time.sleep(0.05)
        with pytest.raises(ValueError, match="another thread"):
            next(stream)
        source.send("x")
        assert first.result(5) == "x"


def test_break_closes_soon(source: Source) -> None:
    stream = source.stream()
    source.send(1)
    for _ in stream:
        break
    source.wait_until_closed()
    with pytest.raises(RuntimeError, match="closed when its `for` was left"):
        next(stream)


def test_coming_back_calls_the_close_off(source: Source) -> None:
    stream = source.stream()
    source.send(1, 2)
    for event in stream:
        assert event == 1
        break
    assert next(stream) == 2
    time.sleep(0.08)
    source.send(3)
    assert next(stream) == 3
    stream.close()
    source.wait_until_closed()


def test_error_in_the_loop_body(source: Source) -> None:
    stream = source.stream()
    source.send(1)
    with pytest.raises(ZeroDivisionError):
        for _ in stream:
            raise ZeroDivisionError
    source.wait_until_closed()


def test_dropped_stream(source: Source) -> None:
    stream = source.stream()
    assert stream is not None
    del stream
    source.wait_until_closed()


def test_stream_in_a_cycle(source: Source) -> None:
    cycle: list[Any] = [source.stream()]
    cycle.append(cycle)
    del cycle
    gc.collect()
    source.wait_until_closed()


def test_context_manager(source: Source) -> None:
    with source.stream() as stream:
        pass
    source.wait_until_closed()
    assert stream._events.closed
    stream.close()
    assert list(stream) == []


def test_closed_from_another_thread(source: Source) -> None:
    """The reader comes to the end of its loop at once."""
    stream = source.stream()
    timer = later(stream.close)
    assert list(stream) == []
    timer.join()
    source.wait_until_closed()


def test_response_closed_from_another_thread(source: Source) -> None:
    stream = source.stream()
    timer = later(stream.response.close)
    assert list(stream) == []
    timer.join()
    assert stream.response.is_closed


def test_client_closed_under_a_stream(source: Source) -> None:
    stream = source.stream()
    timer = later(source.client.close)
    with pytest.raises(APIConnectionError):
        next(stream)
    timer.join()


def test_error_object(scripted: ScriptedServer, scripted_client: OpenAI) -> None:
    scripted.answers.append(events("1", '{"error":{"message":"no","code":7,"type":"t"}}', "2"))
    stream = _events(scripted_client, (True,))
    seen = []
    with pytest.raises(APIError, match="no") as caught:
        for event in stream:
            seen.append(event)
    assert seen == [1]
    assert (caught.value.code, caught.value.type) == ("7", "t")
    assert list(stream) == []


def test_connection_lost_in_the_middle(source: Source) -> None:
    stream = source.stream()
    source.send(1)
    assert next(stream) == 1
    source.connection.close()
    with pytest.raises(APIConnectionError):
        next(stream)
    assert list(stream) == []


def test_slow_reader_gets_everything(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="mock-fault:tokens=5000", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    time.sleep(0.2)
    assert sum(bool(part.choices and part.choices[0].delta.content) for part in stream) >= 5000


def test_streams_of_many_threads(client: OpenAI) -> None:
    def read() -> int:
        return sum(
            1
            for _ in client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
            )
        )

    with ThreadPoolExecutor(10) as pool:
        counts = {done.result(30) for done in [pool.submit(read) for _ in range(50)]}
    assert len(counts) == 1

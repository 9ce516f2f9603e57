"""LocalAudioPlayer and Microphone on make-believe devices: they play and record what the official
package plays and records.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import sys
import threading
import types
import wave
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

import pytest

np = pytest.importorskip("numpy")

FRAMES = 4


class Stop(Exception):
    pass


class Device:
    """Calls its callback from a thread of its own until it is told to stop."""

    heard: ClassVar[list[Any]] = []
    settings: ClassVar[dict[str, Any]] = {}

    def __init__(self, *, callback: Any, **settings: Any) -> None:
        self.callback = callback
        Device.settings = settings
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.thread.join()

    def run(self) -> None:
        try:
            for number in range(100):
                self.turn(number)
        except Stop:
            pass


class Speaker(Device):
    def turn(self, _: int) -> None:
        shape = (FRAMES, self.settings["channels"])
        frames = np.full(shape, 7, dtype=self.settings["dtype"])
        self.callback(frames, FRAMES, None, None)
        self.heard.append(frames.tolist())


class Ear(Device):
    def turn(self, number: int) -> None:
        scale = 0.25 if self.settings["dtype"] == np.float32 else 1
        frames = np.full((2, self.settings["channels"]), number, dtype=self.settings["dtype"])
        self.callback(frames * self.settings["dtype"](scale), 2, None, None)


@pytest.fixture(autouse=True)
def devices(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("sounddevice")
    module.OutputStream, module.InputStream, module.CallbackStop = Speaker, Ear, Stop
    monkeypatch.setitem(sys.modules, "sounddevice", module)


async def played(package: str, play: Any) -> Any:
    Device.heard = []
    player = importlib.import_module(f"{package}.helpers").LocalAudioPlayer
    try:
        await asyncio.wait_for(play(player), 20)
    except ValueError as error:
        return str(error)
    return Device.heard, {name: str(value) for name, value in Device.settings.items()}


async def same(play: Any) -> Any:
    official, ours = await played("openai", play), await played("openai_native", play)
    assert ours == official
    return ours


class Spoken:
    """A binary response."""

    def iter_bytes(self, chunk_size: int) -> Any:
        pieces = [b"\x01\x00\x02\x00", b"", b"\x03\x00"]

        async def streamed() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        return streamed()


async def test_arrays_and_responses_are_played() -> None:
    for samples in (
        np.arange(10, dtype=np.int16),
        np.arange(10, dtype=np.float32).reshape(5, 2),
        np.arange(3, dtype=np.float32).reshape(3, 1),
        np.arange(3, dtype=np.float64),
        np.zeros((0, 1), dtype=np.float32),
        Spoken(),
    ):
        await same(lambda player, samples=samples: player().play(samples))


async def test_playing_stops_when_asked() -> None:
    def play(player: Any) -> Any:
        turns = iter([False, False, True])
        return player(should_stop=lambda: next(turns)).play(np.arange(100, dtype=np.int16))

    heard, _ = await same(play)
    assert len(heard) == 2


@pytest.mark.parametrize("with_end", [False, True])
async def test_streams_of_buffers_are_played(with_end: bool) -> None:
    async def buffers() -> AsyncIterator[Any]:
        yield np.arange(3, dtype=np.int16)
        yield np.arange(6, dtype=np.float32).reshape(6, 1)
        if with_end:
            yield None
            yield np.arange(3, dtype=np.int16)

    heard, settings = await same(lambda player: player().play_stream(buffers()))
    assert len(heard) == 2
    assert settings["samplerate"] == "24000"


async def test_a_broken_stream_of_buffers_is_an_error() -> None:
    from openai_native.helpers import LocalAudioPlayer

    async def buffers() -> AsyncIterator[Any]:
        yield np.arange(8, dtype=np.int16)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await asyncio.wait_for(LocalAudioPlayer().play_stream(buffers()), 20)


def until(turns: int) -> Any:
    answers = iter([True] * turns)
    return lambda: next(answers, False)


async def recorded(package: str, as_array: Any, **options: Any) -> Any:
    microphone = importlib.import_module(f"{package}.helpers").Microphone
    turns = options.pop("turns", 3)
    recording = microphone(should_record=until(turns), **options)
    found = await asyncio.wait_for(recording.record(as_array), 20)
    if as_array:
        return found.tolist(), str(found.dtype)
    name, content, kind = found
    with wave.open(io.BytesIO(content.read())) as file:
        return name, kind, file.getparams(), file.readframes(100)


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "float32"])
@pytest.mark.parametrize("as_array", [True, False, None])
async def test_recordings(kind: str, as_array: Any) -> None:
    options: dict[str, Any] = {"dtype": getattr(np, kind), "channels": 2}
    for more in ({}, {"turns": 0} if as_array else {}):
        ours = await recorded("openai_native", as_array, **options, **more)
        assert ours == await recorded("openai", as_array, **options, **more)


async def test_recordings_end_in_time() -> None:
    from openai_native.helpers import Microphone

    microphone: Any = Microphone(timeout=-1)
    assert (await microphone.record(True)).dtype == np.int16
    assert not microphone.has_record_function


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("numpy", "pandas", "sounddevice"):
        monkeypatch.setitem(sys.modules, name, None)
    yield


@pytest.mark.usefixtures("nothing_installed")
def test_what_is_missing_is_told() -> None:
    from openai_native import OpenAIError, _extras
    from openai_native.helpers import LocalAudioPlayer, Microphone

    for use in (LocalAudioPlayer, Microphone, lambda: _extras.sounddevice.OutputStream):
        with pytest.raises(_extras.MissingDependencyError, match=r"\[voice_helpers\]") as caught:
            use()
        assert isinstance(caught.value, OpenAIError)
    with pytest.raises(_extras.MissingDependencyError, match=r"pandas.*\[datalib\]"):
        _extras.pandas.DataFrame  # noqa: B018
    assert "numpy" in repr(_extras.numpy)

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncIterator, Callable
from typing import Any

from .._extras import numpy as np
from .._extras import sounddevice as sd
from ._pcm import SAMPLE_RATE, as_float

_AHEAD = 50  # buffers that a stream may be ahead of the loudspeaker
_PATIENCE = 0.1  # seconds that the loudspeaker's thread waits for the next one


class LocalAudioPlayer:
    """Plays 24 kHz audio: what `audio.speech.create` answers with `response_format="pcm"`."""

    def __init__(self, should_stop: Callable[[], bool] | None = None) -> None:
        self.channels = 1
        self.dtype = np.float32
        self.should_stop = should_stop

    async def play(self, input: Any) -> None:
        """Plays an array of samples, or a binary response, to its end."""
        samples = await self._samples(input)
        await self._until_stopped(self._from_array(samples), samples.dtype, samples.shape[1])

    async def play_stream(self, buffer_stream: AsyncIterator[Any]) -> None:
        """Plays arrays as they come, until None comes or there are no more."""
        buffers: queue.Queue[Any] = queue.Queue(maxsize=_AHEAD)
        loop = asyncio.get_running_loop()

        async def fill() -> None:
            try:
                async for buffer in buffer_stream:
                    if buffer is None:
                        break
                    await loop.run_in_executor(None, buffers.put, buffer)
            finally:
                await loop.run_in_executor(None, buffers.put, None)

        filling = asyncio.create_task(fill())
        try:
            await self._until_stopped(self._from_queue(buffers), self.dtype, self.channels)
            await filling
        except BaseException:
            filling.cancel()
            with buffers.not_full:  # a thread may be waiting for a place
                buffers.queue.clear()
                buffers.not_full.notify_all()
            await asyncio.gather(filling, return_exceptions=True)
            raise

    async def _until_stopped(self, fill: Callable[[Any], bool], dtype: Any, channels: int) -> None:
        """`fill` puts the next samples into an array; it says whether there were any."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def callback(outdata: Any, _frames: int, _time: Any, _status: Any) -> None:
            if not fill(outdata):
                loop.call_soon_threadsafe(over.set)
                raise sd.CallbackStop

        with sd.OutputStream(
            samplerate=SAMPLE_RATE, channels=channels, dtype=dtype, callback=callback
        ):
            await over.wait()

    def _from_array(self, samples: Any) -> Callable[[Any], bool]:
        def fill(outdata: Any) -> bool:
            nonlocal samples
            if len(samples) == 0 or (callable(self.should_stop) and self.should_stop()):
                return False
            now, samples = samples[: len(outdata)], samples[len(outdata) :]
            outdata[: len(now)] = now
            outdata[len(now) :] = 0
            return True

        return fill

    def _from_queue(self, buffers: queue.Queue[Any]) -> Callable[[Any], bool]:
        rest: Any = ()

        def fill(outdata: Any) -> bool:
            nonlocal rest
            filled = 0
            while filled < len(outdata):
                if len(rest) == 0:
                    try:
                        rest = buffers.get(timeout=_PATIENCE)
                    except queue.Empty:  # silence until more comes
                        outdata[filled:] = 0
                        return True
                    if rest is None:
                        return False
                    rest = self._in_own_form(rest)
                now, rest = rest[: len(outdata) - filled], rest[len(outdata) - filled :]
                outdata[filled : filled + len(now)] = now
                filled += len(now)
            return True

        return fill

    def _in_own_form(self, samples: Any) -> Any:
        if samples.dtype == np.int16 and self.dtype == np.float32:
            return as_float(samples).reshape(-1, self.channels)
        return samples

    async def _samples(self, input: Any) -> Any:
        if not isinstance(input, np.ndarray):
            content = b"".join([chunk async for chunk in _chunks(input)])
            return as_float(np.frombuffer(content, dtype=np.int16)).reshape(-1, 1)
        samples = self._in_own_form(input)
        if samples.dtype != np.float32:
            raise ValueError(f"Unsupported dtype: {input.dtype}")
        return samples


async def _chunks(response: Any) -> AsyncIterator[bytes]:
    chunks = response.iter_bytes(chunk_size=1024)
    if hasattr(chunks, "__aiter__"):
        async for chunk in chunks:
            yield chunk
    else:
        for chunk in chunks:
            yield chunk

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from .._extras import numpy as np
from .._extras import sounddevice as sd
from ._pcm import SAMPLE_RATE, as_wav

if TYPE_CHECKING:
    from .._types import FileTypes

DType = TypeVar("DType")


class Microphone(Generic[DType]):
    """Records until `should_record` says no, or for `timeout` seconds."""

    def __init__(
        self,
        channels: int = 1,
        dtype: type[DType] | None = None,
        should_record: Callable[[], bool] | None = None,
        timeout: float | None = None,
    ) -> None:
        self.channels = channels
        self.dtype: Any = np.int16 if dtype is None else dtype
        self.should_record = should_record
        self.buffer_chunks: list[Any] = []
        self.timeout = timeout
        self.has_record_function = callable(should_record)

    @overload
    async def record(self, return_ndarray: Literal[True]) -> Any: ...

    @overload
    async def record(self, return_ndarray: Literal[False]) -> FileTypes: ...

    @overload
    async def record(self, return_ndarray: None = ...) -> FileTypes: ...

    async def record(self, return_ndarray: bool | None = False) -> Any:
        """The samples as an array, or as a WAV file that uploads take."""
        await self._listen()
        chunks = self.buffer_chunks
        samples = np.concatenate(chunks, axis=0) if chunks else np.array([], dtype=self.dtype)
        if return_ndarray:
            return samples
        return ("audio.wav", as_wav(samples, self.channels), "audio/wav")

    async def _listen(self) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        self.buffer_chunks = []
        start = time.perf_counter()

        def callback(indata: Any, _frames: int, _time: Any, _status: Any) -> None:
            late = self.timeout is not None and time.perf_counter() - start > self.timeout
            if late or (callable(self.should_record) and not self.should_record()):
                loop.call_soon_threadsafe(over.set)
                raise sd.CallbackStop
            self.buffer_chunks.append(indata.copy())

        with sd.InputStream(
            callback=callback, dtype=self.dtype, samplerate=SAMPLE_RATE, channels=self.channels
        ):
            await over.wait()

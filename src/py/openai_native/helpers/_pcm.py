"""Samples as numpy arrays."""

from __future__ import annotations

import io
import wave
from typing import Any

from .._extras import numpy as np

SAMPLE_RATE = 24000


def as_float(samples: Any) -> Any:
    """16-bit samples as numbers between -1 and 1."""
    return samples.astype(np.float32) / 32767.0


def as_wav(samples: Any, channels: int) -> io.BytesIO:
    """A WAV file, which holds unsigned bytes or signed integers of 16 bits and more."""
    if samples.dtype == np.float32:
        samples = (np.clip(samples, -1, 1) * np.iinfo(np.int16).max).astype(np.int16)
    elif samples.dtype == np.int8:
        samples = (samples.astype(np.int16) + 128).astype(np.uint8)
    content = io.BytesIO()
    with wave.open(content, "w") as file:
        file.setnchannels(channels)
        file.setsampwidth(samples.dtype.itemsize)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    content.seek(0)
    return content

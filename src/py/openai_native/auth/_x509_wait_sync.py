"""How an exchange waits."""

from __future__ import annotations

import time


def pause(seconds: float) -> None:
    time.sleep(seconds)

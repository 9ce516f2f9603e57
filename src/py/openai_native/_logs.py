"""Logging under the official names. OPENAI_LOG=debug (or info ...) shows it on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._constants import OVERRIDE_CAST_TO_HEADER
from ._secrets import REDACTED, is_secret

if TYPE_CHECKING:
    import logging as _logging

LOGGER = "openai"
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


def setup_logging() -> None:
    level = _LEVELS.get(os.environ.get("OPENAI_LOG", "").strip().lower())
    if level is None:
        return
    import logging

    logging.basicConfig(
        format="[%(asctime)s - %(name)s:%(lineno)d - %(levelname)s] %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logging.getLogger(LOGGER).setLevel(level)


def debug_logger() -> _logging.Logger | None:
    """The logger if it wants debug records. A program that never imported logging has none."""
    logging = sys.modules.get("logging")
    if logging is None:
        return None
    logger: _logging.Logger = logging.getLogger(f"{LOGGER}._client")
    return logger if logger.isEnabledFor(logging.DEBUG) else None


def log_retry(pause: float, number: int, of: int) -> None:
    """Called by the core when a retry is decided, if the logger wanted info when the call began."""
    import logging

    logging.getLogger(f"{LOGGER}._client").info(
        "Retrying request in %f seconds (retry %i of %i)", pause, number, of
    )


def redacted(headers: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: REDACTED if is_secret(name) else value
        for name, value in (headers or {}).items()
        if name != OVERRIDE_CAST_TO_HEADER  # never sent
    }

"""Logging under the official names. OPENAI_LOG=debug (or info ...) shows it on the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging as _logging

LOGGER = "openai"
CALLS = "openai._base_client"  # the official name: programs set its level
RESPONSES = "openai._response"
WEBSOCKETS = "openai._websocket_connection"
_LONGEST_ID = 200  # characters: the server chooses it
_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}
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


def _logger() -> _logging.Logger:
    import logging

    return logging.getLogger(CALLS)


def log_start(method: str) -> None:
    """A call begins. Neither address nor fields nor body: any of them may be private."""
    log_building(method, 0)
    log_sending(method)


def log_building(method: str, retries_taken: int) -> None:
    _logger().debug(
        "Building HTTP request: method=%s retries_taken=%i", _known(method), retries_taken
    )


def log_sending(method: str) -> None:
    _logger().debug("Sending HTTP Request: %s", _known(method))


def log_attempt(method: str, status: int, request_id: str | None, failed: str | None) -> None:
    """How an attempt ended: its answer, or why there is none."""
    logger = _logger()
    if failed is not None:
        logger.debug("Encountered exception: %s", failed)
    else:
        logger.debug("HTTP Response: %s %i", _known(method), status)
        logger.debug("request_id: %s", request_id and request_id[:_LONGEST_ID])


def log_retry(pause: float, number: int, of: int) -> None:
    """Before the pause, in seconds."""
    _logger().info("Retrying request in %f seconds (retry %i of %i)", pause, number, of)


def log_no_json(error: Exception) -> None:
    """A body is returned as text, as it is not what its type says."""
    import logging

    logging.getLogger(RESPONSES).debug(
        "Could not read JSON from response data due to %s", type(error).__name__
    )


def _known(method: str) -> str:
    method = method.upper()
    return method if method in _METHODS else "<custom>"

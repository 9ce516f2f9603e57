"""The official module path of what the loggers are set up with."""

from __future__ import annotations

import logging

from .._logs import LOGGER, SENSITIVE_HEADERS
from .._logs import setup_logging as setup_logging

logger: logging.Logger = logging.getLogger(LOGGER)


class SensitiveHeadersFilter(logging.Filter):
    """Redacts the secrets among the headers of a record's arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        given = record.args
        if isinstance(given, dict) and isinstance(given.get("headers"), dict):
            given["headers"] = {
                name: "<redacted>" if str(name).lower() in SENSITIVE_HEADERS else value
                for name, value in given["headers"].items()
            }
        return True

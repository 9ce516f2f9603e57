"""The official module path of what the loggers are set up with."""

from __future__ import annotations

import logging

from .._logs import LOGGER
from .._logs import setup_logging as setup_logging
from .._secrets import REDACTED, is_secret

logger: logging.Logger = logging.getLogger(LOGGER)


class SensitiveHeadersFilter(logging.Filter):
    """Redacts the secrets among the headers of a record's arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        given = record.args
        if isinstance(given, dict) and isinstance(given.get("headers"), dict):
            given["headers"] = {
                name: REDACTED if is_secret(str(name)) else value
                for name, value in given["headers"].items()
            }
        return True

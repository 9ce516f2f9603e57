"""Lenient dates, by the rules of pydantic v1: ISO text, or a number of seconds or milliseconds."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_TIME = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d{0,6})?)?"
_ZONE = r"(Z|[+-]\d{2}(?::?\d{2})?)?"
_date_pattern = re.compile(f"{_DATE}$")
_datetime_pattern = re.compile(f"{_DATE}[T ]{_TIME}{_ZONE}$")

_EPOCH = datetime(1970, 1, 1)
# Beyond this a number cannot be seconds: it is milliseconds (or finer, by further thousands).
_LARGEST_SECONDS = 20_000_000_000
_LARGEST_NUMBER = 3 * 10**20


def parse_datetime(value: datetime | str | bytes | float) -> datetime:
    """Raises ValueError or TypeError for what is no date and time."""
    if isinstance(value, datetime):
        return value
    number = _number(value, "datetime")
    if number is not None:
        return _from_timestamp(number)

    match = _datetime_pattern.match(_text(value))
    if match is None:
        raise ValueError("invalid datetime format")
    *parts, fraction, zone = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    microsecond = int(fraction.ljust(6, "0")) if fraction else 0
    return datetime(year, month, day, hour, minute, second, microsecond, _zone(zone))


def parse_date(value: date | str | bytes | float) -> date:
    """Raises ValueError or TypeError for what is no date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    number = _number(value, "date")
    if number is not None:
        return _from_timestamp(number).date()

    match = _date_pattern.match(_text(value))
    if match is None:
        raise ValueError("invalid date format")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise ValueError("invalid date format") from None


def _text(value: str | bytes | float) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _number(value: str | bytes | float, expected: str) -> int | float | None:
    if isinstance(value, (int, float)):
        return value
    try:
        return float(value)
    except ValueError:
        return None
    except TypeError:
        raise TypeError(f"invalid type; expected {expected}, string, bytes, int or float") from None


def _from_timestamp(number: int | float) -> datetime:
    if number > _LARGEST_NUMBER:
        return datetime.max
    if number < -_LARGEST_NUMBER:
        return datetime.min
    while abs(number) > _LARGEST_SECONDS:
        number /= 1000
    return (_EPOCH + timedelta(seconds=number)).replace(tzinfo=timezone.utc)


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return timezone.utc
    minutes = 60 * int(text[1:3]) + (int(text[-2:]) if len(text) > 3 else 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))

"""Days as tables write them, and as the store keeps them: the number CCYYMMDD."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

FIRST_DAY: Final = 0
LAST_DAY: Final = 99991231
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def number_of(day: date) -> int:
    """Return a day as the store keeps it."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """Return the day of a number; the first and the last day there are for the two ends."""
    if number <= 10101:
        return date.min
    return date.max if number >= LAST_DAY else date(number // 10_000, number // 100 % 100, number % 100)


def day_before(number: int) -> int:
    """Return the number of the day before."""
    return number_of(day_of(number) - timedelta(days=1)) if number > 10101 else FIRST_DAY


def read_day(text: str, default: int) -> int:
    """Return a day written as CCYYMMDD, CCYY-MM-DD or MM/DD/CCYY.

    Args:
        text: as the table has it; what stands for none is empty or ``*``.
        default: for none.

    Raises:
        ValueError: it is no day.
    """
    text = text.strip()
    if text in ("", "*", "99999999", "00000000"):
        return default
    text = text.removesuffix(".0")
    if len(text) == 8 and text.isdigit():
        return number_of(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    if match := _ISO.fullmatch(text):
        return number_of(date(int(match[1]), int(match[2]), int(match[3])))
    if match := _AMERICAN.fullmatch(text):
        return number_of(date(int(match[3]), int(match[1]), int(match[2])))
    message = f"{text!r} is no day"
    raise ValueError(message)


def read_ordinal_day(text: str, default: int) -> int:
    """Return a day written as YYYYDDD, the year and the day of the year.

    Args:
        text: as the table has it; what stands for none is empty, ``*`` or zeros.
        default: for none.

    Raises:
        ValueError: it is no such day.
    """
    text = text.strip().removesuffix(".0")
    if text.strip("0") in ("", "*") or text == "9999365":
        return default
    if len(text) != 7 or not text.isdigit() or not 1 <= int(text[4:]) <= 366:
        message = f"{text!r} is no year with a day of the year"
        raise ValueError(message)
    day = date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
    if day.year != int(text[:4]):
        message = f"{text!r} is no year with a day of the year"
        raise ValueError(message)
    return number_of(day)

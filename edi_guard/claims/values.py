"""Reads element text as amounts, counts and dates; what cannot be read is None, never a guess."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

_AMOUNT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


class Period(NamedTuple):
    """A range of days, both ends included; one day has equal ends."""

    first: date
    last: date

    def overlaps(self, other: Period) -> bool:
        """Whether the two ranges share a day."""
        return self.first <= other.last and other.first <= self.last


def read_amount(text: str) -> Decimal | None:
    """Return a decimal (X12 type R), or None when `text` is none."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def plain_amount(amount: Decimal | None) -> str:
    """Return an amount as a text by which equal amounts are equal (100 and 100.00); ``""`` for None."""
    if amount is None:
        return ""
    return str(amount.normalize()) if amount else "0"


def read_day(text: str) -> date | None:
    """Return the day written as CCYYMMDD (X12 type DT), or None."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_period(qualifier: str, text: str) -> Period | None:
    """Return the days named by a date format qualifier and its value.

    Args:
        qualifier: DTP02: ``D8`` a day, ``RD8`` a range, ``DT`` a day with a time.
        text: DTP03.
    """
    if qualifier == "RD8":
        first, dash, last = text.partition("-")
        start, end = read_day(first), read_day(last)
        return Period(start, end) if dash and start and end else None
    day = read_day(text[:8] if qualifier == "DT" else text)
    return Period(day, day) if day else None


def shifted(day: date, days: int) -> date:
    """Return the day so many days later, or earlier where `days` is negative.

    A mistyped year may be the first or the last that a calendar has; there it ends, without an error.
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def age_in_years(birth: date, on: date) -> int:
    """Return the completed years of age on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))

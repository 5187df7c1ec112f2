"""Reads the HCPCS file that CMS publishes, for what a code means on a day.

Two forms are read: the contractor file of fixed-width records (CMS, HCPCS record layout: code 1-5,
sequence 6-10, record type 11, long description 12-91, coverage 230, effective date 277-284,
termination date 285-292, as found in the published layout), and the same as CSV with headings.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from edi_guard.reference.tables import HcpcsEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CODE = re.compile(r"[A-Z]\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    description: str
    coverage: str
    first: date
    last: date


class HcpcsTable:
    """A HCPCS file in memory, asked by code and day."""

    def __init__(self, rows: Iterable[_Row], name: str) -> None:
        self._name = name
        self._rows: defaultdict[str, list[_Row]] = defaultdict(list)
        for row in rows:
            self._rows[row.code].append(row)

    @property
    def has_hcpcs(self) -> bool:
        """Whether there are any codes."""
        return bool(self._rows)

    def hcpcs(self, code: str, on: date) -> HcpcsEntry | None:
        """Return the row of a code on a day, None when the file has none."""
        for row in self._rows.get(code, ()):
            if row.first <= on <= row.last:
                return HcpcsEntry(row.code, row.description, row.coverage, self._name)
        return None


def load_hcpcs(path: Path) -> HcpcsTable:
    """Read a HCPCS file.

    Raises:
        ValueError: it cannot be read, or is no HCPCS file; the message says so in one sentence.
    """
    try:
        text = path.read_text(encoding="latin-1")
    except OSError as error:
        message = f"{path.name}: the HCPCS file cannot be read: {error.strerror}"
        raise ValueError(message) from error
    is_csv = text[:200].replace('"', "").upper().startswith(("HCPC,", "HCPCS,"))
    rows = list(_csv_rows(text) if is_csv else _fixed_rows(text))
    if not rows:
        message = (
            f"{path.name}: this is not CMS's HCPCS file: neither the fixed-width contractor file nor"
            " the CSV with the heading HCPC"
        )
        raise ValueError(message)
    return HcpcsTable(rows, path.name)


def _fixed_rows(text: str) -> Iterator[_Row]:
    """Join the lines of each code: record type 3 opens a procedure, 4 continues its description."""
    current: list[str] = []
    for line in text.splitlines():
        if len(line) < 11 or not _CODE.fullmatch(line[:5]):
            continue
        if line[10] == "3":
            if current:
                yield _fixed_row(current)
            current = [line]
        elif line[10] == "4" and current and current[0][:5] == line[:5]:
            current.append(line)
    if current:
        yield _fixed_row(current)


def _fixed_row(lines: list[str]) -> _Row:
    first = lines[0].ljust(320)
    words = " ".join(" ".join(line[11:91] for line in lines).split())
    return _Row(
        code=first[:5],
        description=words,
        coverage=first[229].strip(),
        first=_day(first[276:284]) or _day(first[268:276]) or date.min,
        last=_day(first[284:292]) or date.max,
    )


def _csv_rows(text: str) -> Iterator[_Row]:
    for row in csv.DictReader(text.splitlines()):
        code = (row.get("HCPC") or row.get("HCPCS") or "").strip()
        if _CODE.fullmatch(code) and (row.get("RECID") or "3").strip() == "3":
            yield _Row(
                code=code,
                description=" ".join((row.get("LONG DESCRIPTION") or "").split()),
                coverage=(row.get("COV") or "").strip(),
                first=_day(row.get("ACT EFF DT")) or _day(row.get("ADD DT")) or date.min,
                last=_day(row.get("TERM DT")) or date.max,
            )


def _day(text: str | None) -> date | None:
    digits = (text or "").strip()
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None

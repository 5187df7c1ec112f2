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

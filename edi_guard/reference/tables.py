"""What rules may ask of reference tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class HcpcsEntry:
    """A row of the HCPCS file that is in force on a day.

    Attributes:
        code: the code.
        description: the file's long description, as CMS publishes it.
        coverage: the coverage code, ``""`` where the file has none.
        table: the name of the file it comes from, for the finding's source.
    """

    code: str
    description: str
    coverage: str
    table: str


class CodeTables(Protocol):
    """The tables that are loaded."""

    @property
    def has_hcpcs(self) -> bool:
        """Whether a HCPCS file is loaded."""

    def hcpcs(self, code: str, on: date) -> HcpcsEntry | None:
        """Return the row of a code on a day, None when the file has none."""

"""How far archives may be expanded: what fills a disk is refused before it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from edi_guard.archives.errors import ArchiveError

MEGABYTE: Final = 1 << 20
# A short file may repeat itself as often as it likes.
_RATIO_COUNTS_FROM: Final = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an archive may be expanded.

    Attributes:
        expanded: bytes of all that is read of one archive.
        ratio: how many times its own size, once it is larger than 64 megabytes.
    """

    expanded: int = 4096 * MEGABYTE
    ratio: int = 200

    def check_size(self, expanded: int) -> None:
        """Make sure that an archive may hold so many bytes.

        Raises:
            ArchiveError: it may not.
        """
        if expanded > self.expanded:
            message = (
                f"the archive holds more than {self.expanded // MEGABYTE} megabytes: give it in parts, or"
                " raise archives.max-expanded-megabytes"
            )
            raise ArchiveError(message)

    def check(self, expanded: int, packed: int) -> None:
        """Make sure that so many bytes may come out of so many.

        Raises:
            ArchiveError: they may not.
        """
        self.check_size(expanded)
        if expanded > _RATIO_COUNTS_FROM and expanded > self.ratio * packed:
            message = (
                f"the archive grows to more than {self.ratio} times its size, as those do that are made to"
                " fill a disk: if it is what it should be, raise archives.max-ratio"
            )
            raise ArchiveError(message)

"""Who works on the parts of a file, which can be done without the others, in any order and anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from edi_guard.engine.examined import Examiner
from edi_guard.engine.parts import PartTaker
from edi_guard.workers import all_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from edi_guard.engine.examined import Examined
    from edi_guard.engine.parts import Item, Taken
    from edi_guard.engine.settings import Settings
    from edi_guard.engine.work import Work
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Source

# Large enough that handing over costs nothing beside the work, small enough that all cores have some.
_PART_BYTES: Final = 400_000
_CLAIMS_AT_ONCE: Final = 200


class Crew(Protocol):
    """Who works on the parts of a file."""

    @property
    def part_bytes(self) -> int:
        """About so much of the file is taken at a time."""

    @property
    def claims_at_once(self) -> int:
        """About so many claims are examined at a time."""

    def take(self, parts: Iterable[list[Item]]) -> Iterator[list[Taken | None]]:
        """Yield what the first pass finds in each part, in order.

        Args:
            parts: transaction sets, or sections of one, that know no others; asked for as somebody becomes
                free.
        """

    def examine(
        self,
        work: Sequence[Work],
        groups: Sequence[Sequence[int]],
        early: Mapping[int, Sequence[Finding]],
    ) -> Iterator[list[Examined]]:
        """Yield what the rules say of each group of transaction sets, in order.

        Args:
            work: the file's transaction sets between the passes.
            groups: the numbers of those to be examined.
            early: what was found about claims before, by ordinal.
        """


class ForkedCrew:
    """Processes of this machine, forked from this one: they know all that it knows."""

    def __init__(self, source: Source, settings: Settings, context: Context, jobs: int) -> None:
        """Take what every verdict depends on, and how many processes there are; one is this one."""
        self._source = source
        self._settings = settings
        self._context = context
        self._jobs = jobs

    @property
    def part_bytes(self) -> int:
        """About so much of the file is taken at a time."""
        return _PART_BYTES

    @property
    def claims_at_once(self) -> int:
        """About so many claims are examined at a time."""
        return _CLAIMS_AT_ONCE if self._jobs > 1 else 1

    def take(self, parts: Iterable[list[Item]]) -> Iterator[list[Taken | None]]:
        """Yield what the first pass finds in each part, in order.

        Raises:
            WorkerDiedError: a process died.
        """
        part = PartTaker(self._source, self._settings, self._context)
        return all_in_order(part.take, parts, self._jobs)

    def examine(
        self,
        work: Sequence[Work],
        groups: Sequence[Sequence[int]],
        early: Mapping[int, Sequence[Finding]],
    ) -> Iterator[list[Examined]]:
        """Yield what the rules say of each group of transaction sets, in order.

        Raises:
            WorkerDiedError: a process died.
        """
        examiner = Examiner(self._source, self._settings, self._context)

        def examine_some(numbers: Sequence[int]) -> list[Examined]:
            return [examiner.examine(work[number], early) for number in numbers]

        return all_in_order(examine_some, groups, self._jobs)

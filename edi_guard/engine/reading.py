"""The first pass over a whole file: on one core, or on several, which take parts of it.

A transaction set that is too long to be held is taken in sections, each like a part of the file.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from edi_guard.engine.first_pass import FirstPass, Taker, Teller, kind_of_claims
from edi_guard.engine.joints import sections_of
from edi_guard.engine.parts import Adder, Item, PartTaker, alone
from edi_guard.workers import WorkerDiedError, in_order
from edi_guard.x12 import EnvelopeReader

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from edi_guard.engine.first_pass import Progress
    from edi_guard.engine.settings import Settings
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Source, TransactionText

# Large enough that handing over costs nothing beside the work, small enough that all cores have some.
_PART_BYTES: Final = 400_000


def read_file(
    source: Source,
    settings: Settings,
    context: Context,
    progress: Progress | None = None,
    unmended: Container[int] = (),
) -> FirstPass:
    """Read the whole file once, and add the facts of every claim that needs a closer look.

    Args:
        source: the file.
        settings: the clock, the tables, the rules.
        context: its facts are added to.
        progress: is told how far the reading is.
        unmended: the transaction sets read in sections that are not repaired, counted from 0.

    Raises:
        RepairsWithdrawnError: the file is to be read again, one more transaction set without repairs.
    """
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope)
    taker = Taker(source, settings, context)
    sections = PartTaker(source, settings, context)
    adder = Adder(source, settings, context, result)
    told = Teller(progress)
    for text in reader:
        kind = kind_of_claims(text.span)
        if kind is None:
            continue
        items = _sections(source, text, settings, unmended)
        for item in items:
            adder.add(item, *sections.take([item]))
            told.tell(_end(item), result)
        if not items:
            taker.take(text, kind, result)
            told.tell(text.span.end, result)
    return result


def read_file_in_parts(
    source: Source,
    settings: Settings,
    context: Context,
    jobs: int,
    progress: Progress | None = None,
    unmended: Container[int] = (),
) -> FirstPass:
    """Read the whole file once, on several cores; the same as `read_file`.

    Args:
        source: the file.
        settings: the clock, the tables, the rules.
        context: its facts are added to.
        jobs: how many processes.
        progress: is told how far the reading is.
        unmended: the transaction sets read in sections that are not repaired, counted from 0.

    Raises:
        WorkerDiedError: a process died.
        RepairsWithdrawnError: the file is to be read again, one more transaction set without repairs.
    """
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope)
    told = Teller(progress)
    sent: deque[list[Item]] = deque()
    part = PartTaker(source, settings, context)
    adder = Adder(source, settings, context, result)

    def tasks() -> Iterator[list[Item]]:
        """Yield parts of the file, with spans that know no others; `sent` gets those that do."""
        for items in _parts(reader, source, settings, unmended):
            sent.append(items)
            yield alone(items)

    for answer in in_order(part.take, tasks(), jobs):
        if isinstance(answer, WorkerDiedError):
            raise answer
        for item, taken in zip(sent.popleft(), answer, strict=True):
            adder.add(item, taken)
            told.tell(_end(item), result)
    return result


def _parts(
    reader: EnvelopeReader, source: Source, settings: Settings, unmended: Container[int]
) -> Iterator[list[Item]]:
    """Yield the file in parts of about the same work; a section is one."""
    items: list[Item] = []
    size = 0
    for text in reader:
        if kind_of_claims(text.span) is None:
            continue
        sections = _sections(source, text, settings, unmended)
        if not sections:
            items.append(Item(text.span))
            size += text.span.end - text.span.start
        if items and (sections or size >= _PART_BYTES):
            yield items
            items, size = [], 0
        for section in sections:
            yield [section]
    if items:
        yield items


def _sections(
    source: Source, text: TransactionText, settings: Settings, unmended: Container[int]
) -> list[Item]:
    is_mended = text.span.ordinal not in unmended
    return [Item(text.span, section, is_mended) for section in sections_of(source, text, settings)]


def _end(item: Item) -> int:
    return item.span.end if item.section is None else item.section.home.stop

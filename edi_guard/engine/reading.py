"""The first pass over a whole file: here, or by a crew that takes parts of it.

A transaction set that is too long to be held is taken in sections, each like a part of the file.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from edi_guard.engine.first_pass import Taker, kind_of_claims
from edi_guard.engine.glances import Shelf
from edi_guard.engine.joints import sections_of
from edi_guard.engine.parts import Adder, Item, PartTaker, alone
from edi_guard.engine.work import FirstPass, Teller
from edi_guard.x12 import EnvelopeReader

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from edi_guard.engine.crew import Crew
    from edi_guard.engine.settings import Settings
    from edi_guard.engine.work import Progress
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Source, TransactionText


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
    result = FirstPass(reader.envelope, shelf=Shelf())
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
    crew: Crew,
    progress: Progress | None = None,
    unmended: Container[int] = (),
) -> FirstPass:
    """Read the whole file once, with a crew; the same as `read_file`.

    Args:
        source: the file.
        settings: the clock, the tables, the rules.
        context: its facts are added to.
        crew: takes the parts.
        progress: is told how far the reading is.
        unmended: the transaction sets read in sections that are not repaired, counted from 0.

    Raises:
        WorkerDiedError: a process died.
        RepairsWithdrawnError: the file is to be read again, one more transaction set without repairs.
    """
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope, shelf=Shelf())
    told = Teller(progress)
    sent: deque[list[Item]] = deque()
    adder = Adder(source, settings, context, result)

    def tasks() -> Iterator[list[Item]]:
        """Yield parts of the file, with spans that know no others; `sent` gets those that do."""
        for items in _parts(reader, source, settings, unmended, crew.part_bytes):
            sent.append(items)
            yield alone(items)

    for answer in crew.take(tasks()):
        for item, taken in zip(sent.popleft(), answer, strict=True):
            adder.add(item, taken)
            told.tell(_end(item), result)
    return result


def _parts(
    reader: EnvelopeReader,
    source: Source,
    settings: Settings,
    unmended: Container[int],
    part_bytes: int,
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
        if items and (sections or size >= part_bytes):
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

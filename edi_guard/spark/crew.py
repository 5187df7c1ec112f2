"""Executors as a crew: parts of one large file are taken and examined by all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final, Generic, TypeVar, cast

from edi_guard.engine.examined import Examiner
from edi_guard.engine.parts import Item, PartTaker, alone
from edi_guard.engine.process import context_of
from edi_guard.internal import place_of
from edi_guard.ordinals import Ordinals
from edi_guard.rules.facts import FileFacts
from edi_guard.spark.judging import CrashedError
from edi_guard.spark.pieces import Pieces
from edi_guard.spark.shipping import unpack
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession

    from edi_guard.engine import Settings
    from edi_guard.engine.examined import Examined
    from edi_guard.engine.parts import Taken
    from edi_guard.engine.work import Work
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import PackedFact
    from edi_guard.spark.shipping import Shipment
    from edi_guard.x12 import Section, TransactionSpan

T = TypeVar("T")
R = TypeVar("R")

# So many tasks are sent at a time for each core: while the last ones run, the others wait.
_TASKS_FOR_A_CORE: Final = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """Transaction sets, or sections, to be taken, with their texts."""

    items: list[Item]
    texts: list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class _Group:
    """Transaction sets, or sections, to be examined, their texts, and what rules may ask of other claims."""

    work: list[Work]
    texts: list[tuple[int, bytes]]
    facts: list[PackedFact]
    early: dict[int, Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    """What came of a task: a result, or why there is none."""

    result: R | None
    crashed: str = ""


class SparkCrew:
    """The executors of a session."""

    # Each task costs Spark some hundredths of a second.
    part_bytes: Final = 2_000_000
    claims_at_once: Final = 1_000

    def __init__(self, spark: SparkSession, shipment: Shipment, source: Source, context: Context) -> None:
        """Take what every verdict depends on.

        Args:
            spark: the session.
            shipment: what executors need.
            source: the file, as the driver can read it.
            context: the facts of the whole file are collected here.
        """
        self._spark = spark
        self._shipment = shipment
        self._source = source
        self._context = context

    def take(self, parts: Iterable[list[Item]]) -> Iterator[list[Taken | None]]:
        """Yield what the first pass finds in each part, in order.

        Raises:
            CrashedError: a part could not be worked on.
        """
        return self._in_order(_take, map(self._part, parts))

    def _part(self, items: list[Item]) -> _Part:
        return _Part(items, self._texts((item.span, item.section) for item in items))

    def _texts(self, places: Iterable[tuple[TransactionSpan, Section | None]]) -> list[tuple[int, bytes]]:
        """Return the bytes of transaction sets and sections, each range with the place where it begins."""
        # What sections carry along comes with every one of them, and is sent once.
        ranges = Ordinals(runs=(run for span, section in places for run in _ranges(span, section)))
        return [(run.start, self._source.read_bytes(run.start, run.stop)) for run in ranges.runs]

    def examine(
        self,
        work: Sequence[Work],
        groups: Sequence[Sequence[int]],
        early: Mapping[int, Sequence[Finding]],
    ) -> Iterator[list[Examined]]:
        """Yield what the rules say of each group of transaction sets, in order.

        Raises:
            CrashedError: a group could not be worked on.
        """
        return self._in_order(
            _examine, (self._group([work[number] for number in numbers], early) for numbers in groups)
        )

    def _group(self, work: list[Work], early: Mapping[int, Sequence[Finding]]) -> _Group:
        plans = [item.plan for item in work]
        items = alone([Item(plan.span, plan.section) for plan in plans])
        sent = [
            replace(one, plan=replace(one.plan, span=item.span), transaction=None)
            for one, item in zip(work, items, strict=True)
        ]
        awake = [ordinal for item in work for ordinal in item.awake]
        return _Group(
            work=sent,
            texts=self._texts((plan.span, plan.section) for plan in plans),
            facts=self._context.facts.around(awake),
            early={n: early[n] for plan in plans for n in plan.ordinals if n in early} if early else {},
        )

    def _in_order(self, do: Callable[[Shipment, T], R], tasks: Iterable[T]) -> Iterator[R]:
        spark = self._spark.sparkContext
        most = max(1, spark.defaultParallelism) * _TASKS_FOR_A_CORE
        waiting = iter(tasks)
        while some := list(islice(waiting, most)):
            done = spark.parallelize(some, len(some)).map(partial(_do, do, self._shipment)).collect()
            for one in done:
                if one.crashed:
                    raise CrashedError(one.crashed)
                yield cast("R", one.result)


def _ranges(span: TransactionSpan, section: Section | None) -> Iterator[range]:
    if section is None:
        yield range(span.start, span.end)
    else:
        yield from (range(piece.start, piece.end) for piece in section.pieces)


# ------------------------------------------------------------------- on an executor


def _do(do: Callable[[Shipment, T], R], shipment: Shipment, task: T) -> _Done[R]:
    """Do a task; that it crashed is a result, so that Spark does not try it again and give the job up."""
    unpack(shipment)
    try:
        return _Done(do(shipment, task))
    except Exception as error:  # noqa: BLE001 - raised again by the driver
        return _Done(None, place_of(error))


def _take(shipment: Shipment, part: _Part) -> list[Taken | None]:
    settings = unpack(shipment)
    with _source(part.texts) as source:
        return PartTaker(source, settings, _context(settings, [])).take(part.items)


def _examine(shipment: Shipment, group: _Group) -> list[Examined]:
    settings = unpack(shipment)
    with _source(group.texts) as source:
        examiner = Examiner(source, settings, _context(settings, group.facts))
        return [examiner.examine(work, group.early) for work in group.work]


def _source(pieces: list[tuple[int, bytes]]) -> Source:
    return Source(cast("BinaryIO", Pieces(pieces)), "")


def _context(settings: Settings, packed: Iterable[PackedFact]) -> Context:
    facts = FileFacts()
    for fact in packed:
        facts.take(fact)
    return context_of(settings, facts)

"""Parts of a file that are taken apart from the others, perhaps in a process of their own.

What is returned is what `Taker` makes, with ordinals counted from 1 in the part; it is moved to where the
part stands in the file. Whatever one transaction set, or section of one, cannot know, nobody asks for here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import read_claims
from edi_guard.engine.first_pass import Taker, kind_of_claims, objections
from edi_guard.engine.plan import TransactionPlan
from edi_guard.engine.sectioned import Mending, OwnedRepair, join_sections
from edi_guard.engine.work import FirstPass, Work
from edi_guard.rules.facts import FileFacts
from edi_guard.x12 import Envelope, FunctionalGroup, Interchange, Section, TransactionSpan, read_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.claims import ClaimKind
    from edi_guard.engine.glances import Glances
    from edi_guard.engine.sectioned import Signature
    from edi_guard.engine.settings import Settings
    from edi_guard.findings import Edit
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import PackedFact
    from edi_guard.x12 import Source


class Item(NamedTuple):
    """A transaction set to be taken, or a section of one.

    Attributes:
        span: the transaction set.
        section: None for all of it.
        is_mended: whether it is repaired.
    """

    span: TransactionSpan
    section: Section | None = None
    is_mended: bool = True


class Taken(NamedTuple):
    """What was taken."""

    claims: int
    edits: tuple[Edit, ...]
    glances: Glances
    repairs: tuple[OwnedRepair, ...]
    errors: tuple[GuideError, ...]
    is_awake: bool
    is_regular: bool
    withdrawn: bool
    mending: Mending | None
    facts: list[PackedFact]


class _CollectedFacts(FileFacts):
    """Facts that are handed over."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[PackedFact] = []

    def take(self, packed: PackedFact) -> None:
        self.taken.append(packed)


class PartTaker:
    """Takes parts of a file; what it remembers speeds up the next part."""

    def __init__(self, source: Source, settings: Settings, context: Context) -> None:
        self._source = source
        self._facts = _CollectedFacts()
        self._taker = Taker(source, settings, replace(context, facts=self._facts, memo={}), most_kept=0)

    def take(self, items: Sequence[Item]) -> list[Taken | None]:
        """Take some transaction sets or sections; None instead of one whose hierarchy is broken."""
        return [self._one(item) for item in items]

    def _one(self, item: Item) -> Taken | None:
        result = FirstPass(Envelope())
        self._facts.taken = []
        text = read_transaction(self._source, item.span, item.section)
        self._taker.take(text, _kind(item.span), result, is_mended=item.is_mended)
        if result.broken:
            return None
        (work,) = result.work
        return Taken(
            claims=work.plan.claims,
            edits=work.plan.edits,
            glances=work.glances,
            repairs=work.repairs,
            errors=work.errors,
            is_awake=work.is_awake,
            is_regular=work.is_regular,
            withdrawn=work.withdrawn or not item.is_mended,
            mending=work.mending,
            facts=self._facts.taken,
        )


def _kind(span: TransactionSpan) -> ClaimKind:
    kind = kind_of_claims(span)
    if kind is None:
        message = "a transaction set without claims was taken"
        raise RuntimeError(message)
    return kind


def alone(items: Sequence[Item]) -> list[Item]:
    """Return the same with spans that know no others, so that handing them over costs little."""
    groups: dict[int, FunctionalGroup] = {}
    for item in items:
        group = item.span.group
        if id(group) not in groups:
            interchange = Interchange(group.interchange.isa, group.interchange.start)
            groups[id(group)] = FunctionalGroup(group.gs, interchange)
    return [item._replace(span=replace(item.span, group=groups[id(item.span.group)])) for item in items]


class Adder:
    """Puts what was taken where it stands in the file."""

    def __init__(self, source: Source, settings: Settings, context: Context, result: FirstPass) -> None:
        """Begin; the context's facts and the result are added to."""
        self._source = source
        self._settings = settings
        self._context = context
        self._result = result

    def add(self, item: Item, taken: Taken | None) -> None:
        """Add what was taken next.

        Raises:
            RepairsWithdrawnError: the file is to be read again, one transaction set without repairs.
        """
        result, kind = self._result, _kind(item.span)
        if taken is None:
            transaction = read_claims(read_transaction(self._source, item.span), kind, result.claims + 1)
            result.claims += len(transaction.claims)
            result.broken.append(transaction)
            return
        before = result.claims
        for packed in taken.facts:
            self._context.facts.take(packed.moved(before))
        result.add(
            Work(
                plan=TransactionPlan(item.span, kind, before + 1, taken.claims, taken.edits, item.section),
                glances=taken.glances,
                repairs=tuple(_moved(repair, before) for repair in taken.repairs),
                errors=taken.errors,
                is_awake=taken.is_awake,
                is_regular=taken.is_regular,
                withdrawn=taken.withdrawn,
                mending=taken.mending,
            )
        )
        if item.section is not None and item.section.is_last:
            join_sections(self._sections(item.span), self._objections)

    def _sections(self, span: TransactionSpan) -> list[Work]:
        work = self._result.work
        first = len(work)
        while first and work[first - 1].plan.span is span:
            first -= 1
        return work[first:]

    def _objections(self, work: Work) -> frozenset[Signature]:
        return objections(replace(work.plan, edits=()).read(self._source), self._settings)


def _moved(repair: OwnedRepair, before: int) -> OwnedRepair:
    return OwnedRepair(
        repair.repair,
        None if repair.claim is None else repair.claim + before,
        tuple(ordinal + before for ordinal in repair.affects),
        repair.rank,
    )

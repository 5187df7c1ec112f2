"""The first pass on several cores: parts of the file are taken by processes of their own.

What they return is what `Taker` makes, with ordinals counted from 1 in the part; they are moved to where the
part stands in the file. Whatever one transaction set cannot know, nobody asks for here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import read_claims
from edi_guard.engine.first_pass import FirstPass, OwnedRepair, Taker, Teller, Work, kind_of_claims
from edi_guard.engine.plan import TransactionPlan
from edi_guard.rules.facts import FileFacts
from edi_guard.workers import WorkerDiedError, in_order
from edi_guard.x12 import (
    Envelope,
    EnvelopeReader,
    FunctionalGroup,
    Interchange,
    TransactionSpan,
    read_transaction,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.claims import ClaimKind
    from edi_guard.engine.first_pass import Progress
    from edi_guard.engine.glances import Glances
    from edi_guard.engine.settings import Settings
    from edi_guard.findings import Edit
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import PackedFact
    from edi_guard.x12 import Source

# Large enough that handing over costs nothing beside the work, small enough that all cores have some.
_PART_BYTES: Final = 400_000


class _Taken(NamedTuple):
    """A transaction set as a process took it; None instead of it where its hierarchy is broken."""

    claims: int
    edits: tuple[Edit, ...]
    glances: Glances
    repairs: tuple[OwnedRepair, ...]
    errors: tuple[GuideError, ...]
    is_awake: bool
    is_regular: bool
    withdrawn: bool
    facts: list[PackedFact]


class _CollectedFacts(FileFacts):
    """Facts that are handed over."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[PackedFact] = []

    def take(self, packed: PackedFact) -> None:
        self.taken.append(packed)


def read_file_in_parts(
    source: Source, settings: Settings, context: Context, jobs: int, progress: Progress | None = None
) -> FirstPass:
    """Read the whole file once, on several cores; the same as `read_file`.

    Args:
        source: the file.
        settings: the clock, the tables, the rules.
        context: its facts are added to.
        jobs: how many processes.
        progress: is told how far the reading is.

    Raises:
        WorkerDiedError: a process died.
    """
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope)
    told = Teller(progress)
    sent: deque[list[TransactionSpan]] = deque()
    part = _Part(source, settings, context)
    for answer in in_order(part.take, _tasks(reader, sent), jobs):
        if isinstance(answer, WorkerDiedError):
            raise answer
        for span, taken in zip(sent.popleft(), answer, strict=True):
            _add(span, taken, source, result, context)
            told.tell(span, result)
    return result


def _tasks(reader: EnvelopeReader, sent: deque[list[TransactionSpan]]) -> Iterator[list[TransactionSpan]]:
    """Yield parts of the file, as spans that know no others; `sent` gets the spans that do."""
    spans: list[TransactionSpan] = []
    size = 0
    for text in reader:
        if kind_of_claims(text.span) is None:
            continue
        spans.append(text.span)
        size += text.span.end - text.span.start
        if size >= _PART_BYTES:
            sent.append(spans)
            yield _alone(spans)
            spans, size = [], 0
    if spans:
        sent.append(spans)
        yield _alone(spans)


def _alone(spans: Sequence[TransactionSpan]) -> list[TransactionSpan]:
    groups: dict[int, FunctionalGroup] = {}
    for span in spans:
        group = span.group
        if id(group) not in groups:
            groups[id(group)] = FunctionalGroup(
                group.gs, Interchange(group.interchange.isa, group.interchange.start)
            )
    return [replace(span, group=groups[id(span.group)]) for span in spans]


class _Part:
    """Takes parts of a file in a process of its own; what it remembers speeds up the next part."""

    def __init__(self, source: Source, settings: Settings, context: Context) -> None:
        self._source = source
        self._facts = _CollectedFacts()
        self._taker = Taker(source, settings, replace(context, facts=self._facts, memo={}), most_kept=0)

    def take(self, spans: Sequence[TransactionSpan]) -> list[_Taken | None]:
        """Take some transaction sets."""
        return [self._one(span) for span in spans]

    def _one(self, span: TransactionSpan) -> _Taken | None:
        kind = _kind(span)
        result = FirstPass(Envelope())
        self._facts.taken = []
        self._taker.take(read_transaction(self._source, span), kind, result)
        if result.broken:
            return None
        (work,) = result.work
        return _Taken(
            claims=work.plan.claims,
            edits=work.plan.edits,
            glances=work.glances,
            repairs=work.repairs,
            errors=work.errors,
            is_awake=work.is_awake,
            is_regular=work.is_regular,
            withdrawn=work.withdrawn,
            facts=self._facts.taken,
        )


def _kind(span: TransactionSpan) -> ClaimKind:
    kind = kind_of_claims(span)
    if kind is None:
        message = "a transaction set without claims was taken"
        raise RuntimeError(message)
    return kind


def _add(
    span: TransactionSpan, taken: _Taken | None, source: Source, result: FirstPass, context: Context
) -> None:
    """Put a transaction set where it stands in the file."""
    kind = _kind(span)
    if taken is None:
        transaction = read_claims(read_transaction(source, span), kind, result.claims + 1)
        result.claims += len(transaction.claims)
        result.broken.append(transaction)
        return
    before = result.claims
    for packed in taken.facts:
        context.facts.take(packed.moved(before))
    result.work.append(
        Work(
            plan=TransactionPlan(span, kind, before + 1, taken.claims, taken.edits),
            glances=taken.glances,
            repairs=tuple(_moved(repair, before) for repair in taken.repairs),
            errors=taken.errors,
            is_awake=taken.is_awake,
            is_regular=taken.is_regular,
            withdrawn=taken.withdrawn,
        )
    )
    result.claims += taken.claims


def _moved(repair: OwnedRepair, before: int) -> OwnedRepair:
    return OwnedRepair(
        repair.repair,
        None if repair.claim is None else repair.claim + before,
        tuple(ordinal + before for ordinal in repair.affects),
    )

"""The first pass: envelopes, repairs, the guide's verdict and the facts of every claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, HierarchyFaultKind, claim_kind, read_claims
from edi_guard.engine.outcome import AppliedRepair
from edi_guard.engine.plan import TransactionPlan
from edi_guard.engine.relocate import Relocator
from edi_guard.guide import GuideInput, guide_for
from edi_guard.repair import MadeRepair, RepairError, Settled, settle
from edi_guard.x12 import EnvelopeReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Transaction
    from edi_guard.engine.settings import Settings
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Envelope, Source, TransactionText

# Transactions are kept between the passes up to this many segments in all; beyond it they are read
# again, so that memory follows the largest transaction and not the file.
KEPT_SEGMENTS = 200_000


@dataclass(frozen=True, slots=True)
class OwnedRepair:
    """A repair that was made, with the claim it was made on or the claims that inherit it."""

    repair: AppliedRepair
    claim: int | None
    affects: tuple[int, ...]


@dataclass(slots=True)
class Work:
    """One transaction set on its way from the first pass to the second.

    Attributes:
        plan: where it is and what is repaired.
        transaction: its claims after repair; None when they are to be read again.
        repairs: what was repaired.
        errors: what the guide says against it, after repair.
        withdrawn: whether repairs were taken back because the guide objected to their result.
    """

    plan: TransactionPlan
    transaction: Transaction | None
    repairs: tuple[OwnedRepair, ...]
    errors: tuple[GuideError, ...]
    withdrawn: bool = False

    def read(self, source: Source) -> Transaction:
        """Return the claims, from memory or from the file."""
        return self.transaction or self.plan.read(source)


@dataclass(slots=True)
class FirstPass:
    """What the first pass found.

    Attributes:
        envelope: the file's envelopes.
        work: the transaction sets.
        broken: transaction sets whose hierarchy leaves the claims' owners in doubt.
        claims: how many claims there are.
    """

    envelope: Envelope
    work: list[Work] = field(default_factory=list)
    broken: list[Transaction] = field(default_factory=list)
    claims: int = 0


def read_file(source: Source, settings: Settings, context: Context) -> FirstPass:
    """Read the whole file once and add every claim's facts to the context."""
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope)
    segments = 0
    for transaction in _claim_transactions(reader, result):
        result.claims += len(transaction.claims)
        if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
            result.broken.append(transaction)
            continue
        settled, work = _take(transaction, source, settings, context)
        for claim in settled.transaction.claims:
            context.facts.add(claim)
        segments += len(settled.transaction.text.segments)
        if segments <= KEPT_SEGMENTS:
            work.transaction = settled.transaction
        result.work.append(work)
    return result


def _claim_transactions(reader: EnvelopeReader, result: FirstPass) -> Iterator[Transaction]:
    for text in reader:
        kind = claim_kind(guide_version(text))
        if text.span.kind == "837" and kind is not None:
            yield read_claims(text, kind, result.claims + 1)


def guide_version(text: TransactionText) -> str:
    """Return the guide that a transaction set names: ST03, or GS08 where it is left out."""
    return text.span.version or text.span.group.version


def _take(
    transaction: Transaction, source: Source, settings: Settings, context: Context
) -> tuple[Settled, Work]:
    span = transaction.text.span
    original = source.read(span.start, span.end)
    rules = settings.ruleset.repairing()
    settled = settle(transaction, original, rules, context, settings.repairs)
    errors = guide_errors(settled.transaction, settings)
    withdrawn = bool(settled.made) and _objects_more(transaction, errors, settings)
    if withdrawn:
        settled = settle(transaction, original, rules, context, _nothing)
        errors = guide_errors(transaction, settings)
    first = transaction.claims[0].ordinal if transaction.claims else 0
    plan = TransactionPlan(span, transaction.kind, first, len(transaction.claims), tuple(settled.edits))
    return settled, Work(plan, None, _owned_repairs(settled), errors, withdrawn)


def _owned_repairs(settled: Settled) -> tuple[OwnedRepair, ...]:
    if not settled.made:
        return ()
    relocator = Relocator(settled.text, settled.transaction.text.span)
    return tuple(_owned_repair(made, settled.transaction, relocator) for made in settled.made)


def _owned_repair(made: MadeRepair, transaction: Transaction, relocator: Relocator) -> OwnedRepair:
    finding, owner = made.placed.finding, made.placed.owner
    location = finding.location
    if location is None:
        message = f"{finding.rule} repairs without saying where"
        raise RepairError(message)
    end = made.origin + len(made.before)
    repair = AppliedRepair(
        rule=finding.rule,
        tier=made.repair.tier,
        title=made.repair.title,
        location=location.moved(made.origin, end, relocator.number_at(made.origin)),
        before=made.before,
        after=made.after,
        line=finding.line,
    )
    affects = tuple(claim.ordinal for claim in made.placed.claims(transaction))
    return OwnedRepair(repair, owner.ordinal if isinstance(owner, Claim) else None, affects)


def _nothing(*_: object) -> bool:
    return False


def guide_errors(transaction: Transaction, settings: Settings) -> tuple[GuideError, ...]:
    """Ask the implementation guide about a transaction set."""
    text = transaction.text
    guide = guide_for(guide_version(text))
    if guide is None:
        return ()
    segments = [segment.text for segment in text.segments]
    asked = GuideInput(guide, segments, text.delimiters)
    return tuple(settings.guide.check(asked))


def _objects_more(before: Transaction, errors: tuple[GuideError, ...], settings: Settings) -> bool:
    """Whether the guide objects to something after repair that it did not object to before."""
    known = {_signature(error) for error in guide_errors(before, settings)}
    return any(_signature(error) not in known for error in errors)


def _signature(error: GuideError) -> tuple[object, ...]:
    # Without the segment's number: an inserted segment shifts those behind it.
    return (error.level, error.segment, error.element, error.component, error.code)

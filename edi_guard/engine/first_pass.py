"""The first pass: envelopes, a glance at every claim, repairs, the guide's verdict, the file's facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, HierarchyFaultKind, claim_kind, read_claims, read_excerpt
from edi_guard.engine.glance import Glance, glance_of
from edi_guard.engine.outcome import AppliedRepair
from edi_guard.engine.plan import TransactionPlan
from edi_guard.engine.relocate import Relocator
from edi_guard.engine.screen import Screens
from edi_guard.findings import Tier
from edi_guard.guide import CompiledGuide, GuideInput, guide_for
from edi_guard.repair import MadeRepair, RepairError, Settled, settle, wants_repairs
from edi_guard.rules.signs import ONCE, Sign
from edi_guard.x12 import EnvelopeReader, read_transaction

if TYPE_CHECKING:
    from collections.abc import Container

    from edi_guard.claims import ClaimKind, Transaction
    from edi_guard.engine.glance import ClaimGlance
    from edi_guard.engine.settings import Settings
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Rule
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
        glances: its claims in brief, after repair.
        transaction: its claims after repair; None when they are to be read again.
        repairs: what was repaired.
        errors: what the guide says against it, after repair.
        is_awake: whether rules may have something to say about what stands above the claims.
        is_regular: whether nothing but single claims needs a closer look.
        withdrawn: whether repairs were taken back because the guide objected to their result.
    """

    plan: TransactionPlan
    glances: list[ClaimGlance]
    transaction: Transaction | None = None
    repairs: tuple[OwnedRepair, ...] = ()
    errors: tuple[GuideError, ...] = ()
    is_awake: bool = False
    is_regular: bool = False
    withdrawn: bool = False

    def read(self, source: Source) -> Transaction:
        """Return the claims that need a closer look, from memory or from the file.

        With them come the others, unless `is_regular`.
        """
        if self.transaction is not None:
            return self.transaction
        if self.is_regular:
            return self.excerpt(source, self.awake)
        return self.plan.read(source)

    def excerpt(self, source: Source, ordinals: Container[int]) -> Transaction:
        """Return some claims of a transaction set that is regular, from the file."""
        text = read_transaction(source, self.plan.span)
        return read_excerpt(text, self.plan.kind, self.plan.first_ordinal, ordinals)

    @property
    def awake(self) -> dict[int, int]:
        """The claims that need a closer look: the bits of the rules they need it of, by ordinal."""
        return {n: g.awake for n, g in zip(self.plan.ordinals, self.glances, strict=True) if g.awake}

    @property
    def needs_rules(self) -> bool:
        """Whether any rule has to look at it."""
        return self.is_awake or bool(self.errors) or any(glance.awake for glance in self.glances)


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


Progress = Callable[[int, int, Decimal], None]
"""Is told how many bytes were read, how many claims they hold, and their charges in dollars."""


def read_file(
    source: Source, settings: Settings, context: Context, progress: Progress | None = None
) -> FirstPass:
    """Read the whole file once, and add the facts of every claim that needs a closer look."""
    charges = Decimal(0)
    reader = EnvelopeReader(source)
    result = FirstPass(reader.envelope)
    taker = _Taker(source, settings, context)
    for text in reader:
        kind = claim_kind(guide_version(text))
        if text.span.kind == "837" and kind is not None:
            taker.take(text, kind, result)
            if progress is not None and result.work:
                charges += sum((g.charge for g in result.work[-1].glances if g.charge), Decimal(0))
                progress(text.span.end, result.claims, charges)
    return result


def guide_version(text: TransactionText) -> str:
    """Return the guide that a transaction set names: ST03, or GS08 where it is left out."""
    return text.span.version or text.span.group.version


class _Taker:
    """Takes transaction set after transaction set."""

    def __init__(self, source: Source, settings: Settings, context: Context) -> None:
        self._source = source
        self._settings = settings
        self._context = context
        self._repairing = settings.ruleset.repairing()
        # The bits of the rules whose repairs may be made.
        self._mending = sum(
            settings.ruleset.bit(code)
            for code, rule in self._repairing.rules.items()
            if _may_be_made(rule, settings)
        )
        guide = settings.guide
        self._screens = (
            Screens(guide, settings.ruleset, context, once=_said_once(settings))
            if isinstance(guide, CompiledGuide)
            else None
        )
        self._kept = 0

    def take(self, text: TransactionText, kind: ClaimKind, result: FirstPass) -> None:
        """Add a transaction set to the result."""
        glance = self._glance(text, kind)
        if glance is not None and glance.is_regular:
            plan = TransactionPlan(text.span, kind, result.claims + 1, len(glance.claims))
            work = Work(plan, glance.claims, is_regular=True)
            if glance.is_quiet or self._take_some(text, work):
                result.work.append(work)
                result.claims += len(glance.claims)
                return
        transaction = read_claims(text, kind, result.claims + 1)
        result.claims += len(transaction.claims)
        if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
            result.broken.append(transaction)
            return
        result.work.append(self._closer(transaction, glance))

    def _take_some(self, text: TransactionText, work: Work) -> bool:
        """Take the claims that need a closer look without the others; False if there is to be repaired."""
        awake = work.awake
        transaction = read_excerpt(text, work.plan.kind, work.plan.first_ordinal, awake)
        if any(bits & self._mending for bits in awake.values()) and wants_repairs(
            transaction, self._repairing, self._context, self._settings.repairs
        ):
            return False
        for claim in transaction.claims:
            self._context.facts.add(claim)
            work.glances[claim.ordinal - work.plan.first_ordinal].has_facts = True
        self._keep(work, transaction)
        return True

    def _keep(self, work: Work, transaction: Transaction) -> None:
        self._kept += len(transaction.text.segments)
        if self._kept <= KEPT_SEGMENTS:
            work.transaction = transaction

    def _glance(self, text: TransactionText, kind: ClaimKind) -> Glance | None:
        guide = guide_for(guide_version(text))
        if self._screens is None or guide is None or text.has_empty_segments:
            return None
        return self._screens.glance(text, guide, kind)

    def _closer(self, transaction: Transaction, glance: Glance | None) -> Work:
        settled, work = self._settled(transaction, glance)
        for claim, brief in zip(settled.transaction.claims, work.glances, strict=True):
            self._context.facts.add(claim)
            brief.has_facts = True
        self._keep(work, settled.transaction)
        return work

    def _settled(self, transaction: Transaction, glance: Glance | None) -> tuple[Settled, Work]:
        original = transaction.text.text
        switch = self._settings.repairs
        settled = settle(transaction, original, self._repairing, self._context, switch)
        if settled.made:
            glance = self._glance(settled.transaction.text, transaction.kind)
        errors = self._errors(settled.transaction, glance)
        withdrawn = bool(settled.made) and _objects_more(transaction, errors, self._settings)
        if withdrawn:
            settled = settle(transaction, original, self._repairing, self._context, _nothing)
            glance = None
            errors = self._errors(transaction, None)
        work = _work(settled, glance, errors, withdrawn=withdrawn)
        self._wake_repaired(work)
        return settled, work

    def _wake_repaired(self, work: Work) -> None:
        """Have the claims that were repaired looked at: the report draws them."""
        for owned in work.repairs:
            if owned.claim is not None:
                glance = work.glances[owned.claim - work.plan.first_ordinal]
                glance.awake |= self._settings.ruleset.bit(owned.repair.rule)

    def _errors(self, transaction: Transaction, glance: Glance | None) -> tuple[GuideError, ...]:
        if glance is not None and not glance.is_doubtful:
            return tuple(glance.errors)
        return guide_errors(transaction, self._settings)


def _work(
    settled: Settled, glance: Glance | None, errors: tuple[GuideError, ...], *, withdrawn: bool
) -> Work:
    transaction = settled.transaction
    claims = transaction.claims
    # Where the guide objects above the claims, what a glance took for somebody's may be somebody else's.
    trusted = (
        glance is not None
        and not glance.is_doubtful
        and not (glance.errors and glance.is_awake)
        and len(glance.claims) == len(claims)
    )
    first = claims[0].ordinal if claims else 0
    span = transaction.text.span
    return Work(
        plan=TransactionPlan(span, transaction.kind, first, len(claims), tuple(settled.edits)),
        glances=glance.claims if glance is not None and trusted else list(map(glance_of, claims)),
        repairs=_owned_repairs(settled),
        errors=errors,
        is_awake=glance is None or not trusted or glance.is_awake,
        withdrawn=withdrawn,
    )


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


def _may_be_made(rule: Rule[object], settings: Settings) -> bool:
    """Whether a rule's repairs are made for any payer."""
    if rule.repairs is Tier.FORMAT:
        return settings.format_repairs
    return rule.repairs is Tier.LOSSLESS and any(
        rule.code.startswith(switch.rule) for switch in settings.lossless_repairs
    )


def _said_once(settings: Settings) -> Sign:
    """Return the signs of which one claim of the file is enough: those whose repairs are off."""
    repaired = [
        rule for rule in settings.ruleset.rules.values() if rule.signs & ONCE and _may_be_made(rule, settings)
    ]
    return Sign.NONE if repaired else ONCE


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
    if not errors:
        return False
    known = {_signature(error) for error in guide_errors(before, settings)}
    return any(_signature(error) not in known for error in errors)


def _signature(error: GuideError) -> tuple[object, ...]:
    # Without the segment's number: an inserted segment shifts those behind it.
    return (error.level, error.segment, error.element, error.component, error.code)

"""The first pass: envelopes, a glance at every claim, repairs, the guide's verdict, the file's facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, HierarchyFaultKind, Level, claim_kind, read_claims, read_excerpt
from edi_guard.engine.glance import Glance, glance_of
from edi_guard.engine.glances import Glances
from edi_guard.engine.outcome import AppliedRepair
from edi_guard.engine.plan import TransactionPlan
from edi_guard.engine.relocate import Relocator
from edi_guard.engine.screen import Screens
from edi_guard.engine.sectioned import Mending, OwnedRepair, signature
from edi_guard.engine.work import FirstPass, Work
from edi_guard.findings import Tier
from edi_guard.guide import CompiledGuide, GuideInput, guide_for
from edi_guard.repair import MadeRepair, RepairError, Settled, settle
from edi_guard.rules.signs import ONCE, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.claims import ClaimKind, Transaction
    from edi_guard.engine.sectioned import Signature
    from edi_guard.engine.settings import Settings
    from edi_guard.guide import GuideError
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Rule
    from edi_guard.x12 import Source, TransactionSpan, TransactionText

# Transactions are kept between the passes up to this many segments in all; beyond it they are read
# again, so that memory follows the largest transaction and not the file.
KEPT_SEGMENTS = 10_000


def kind_of_claims(span: TransactionSpan) -> ClaimKind | None:
    """Return which claims a transaction set holds; None where it is none of claims."""
    return claim_kind(span.version or span.group.version) if span.kind == "837" else None


def guide_version(text: TransactionText) -> str:
    """Return the guide that a transaction set names: ST03, or GS08 where it is left out."""
    return text.span.version or text.span.group.version


class Taker:
    """Takes transaction set after transaction set."""

    def __init__(
        self, source: Source, settings: Settings, context: Context, most_kept: int = KEPT_SEGMENTS
    ) -> None:
        """Begin a file.

        Args:
            source: the file.
            settings: the clock, the tables, the rules.
            context: its facts are added to.
            most_kept: segments of transaction sets that are kept for the second pass.
        """
        self._most_kept = most_kept
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

    def take(
        self, text: TransactionText, kind: ClaimKind, result: FirstPass, *, is_mended: bool = True
    ) -> None:
        """Add a transaction set, or a section of one, to the result; repaired only where `is_mended`."""
        glance = self._glance(text, kind)
        # Where repairs were taken back, all claims are concerned.
        if is_mended and glance is not None and glance.is_regular:
            count = len(glance.claims)
            plan = TransactionPlan(text.span, kind, result.claims + 1, count, section=text.section)
            work = self._take_some(text, plan, glance)
            if work is not None:
                result.add(work)
                return
        transaction = read_claims(text, kind, result.claims + 1)
        if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
            result.claims += len(transaction.claims)
            result.broken.append(transaction)
            return
        result.add(self._closer(transaction, glance, is_mended=is_mended))

    def _take_some(self, text: TransactionText, plan: TransactionPlan, glance: Glance) -> Work | None:
        """Take the claims that need a closer look without the others; None where that cannot be done."""
        if glance.is_quiet:
            return Work(plan, Glances(glance.claims), is_regular=True)
        awake = _awake(plan, glance)

        def read(repaired: str) -> Transaction:
            return read_excerpt(text.edited(repaired), plan.kind, plan.first_ordinal, awake)

        transaction = read(text.text)
        if any(bits & self._mending for bits in awake.values()):
            settled = settle(
                transaction, text.text, self._repairing, self._context, self._settings.repairs, awake, read
            )
            if settled.made:
                transaction.dissolve()
                return self._take_repaired(text, plan, glance, settled)
        if not _are_within(glance.errors, transaction):
            return None
        return self._some(plan, glance, transaction, ())

    def _take_repaired(
        self, text: TransactionText, plan: TransactionPlan, before: Glance, settled: Settled
    ) -> Work | None:
        """Take claims of which some were repaired; None where the others have to be looked at."""
        if any(isinstance(made.placed.owner, Level) for made in settled.made):
            return None
        glance = self._glance(text.edited(settled.text.text), plan.kind)
        if glance is None or not glance.is_regular or len(glance.claims) != len(before.claims):
            return None
        objected, known = (frozenset(map(signature, one.errors)) for one in (glance, before))
        if not _are_within(glance.errors, settled.transaction) or (
            text.section is None and not known.issuperset(objected)
        ):
            return None
        # What is nobody's is everybody's, also of those that are not at hand.
        everybody = tuple(plan.ordinals)
        repairs = tuple(
            owned if owned.claim is not None else replace(owned, affects=everybody)
            for owned in _owned_repairs(settled)
        )
        self._wake_repaired(repairs, glance, plan.first_ordinal)
        if not _awake(plan, before).keys() >= _awake(plan, glance).keys():
            return None
        plan = replace(plan, edits=tuple(settled.edits))
        work = self._some(plan, glance, settled.transaction, repairs)
        if text.section is not None:
            work.mending = Mending(settled.added, objected, known)
        return work

    def _some(
        self,
        plan: TransactionPlan,
        glance: Glance,
        transaction: Transaction,
        repairs: tuple[OwnedRepair, ...],
    ) -> Work:
        """Return work on claims of which those that need a closer look are at hand, perhaps with others."""
        for claim in transaction.claims:
            brief = glance.claims[claim.ordinal - plan.first_ordinal]
            if brief.awake:
                self._context.facts.add(claim)
                brief.has_facts = True
        work = Work(plan, Glances(glance.claims), repairs=repairs, is_regular=True)
        work.errors = tuple(glance.errors)
        if len(transaction.claims) == len(work.awake):
            self._keep(work, transaction)
        else:
            transaction.dissolve()
        return work

    def _wake_repaired(self, repairs: Iterable[OwnedRepair], glance: Glance, first: int) -> None:
        """Wake the claims that were repaired: the report draws them."""
        for owned in repairs:
            if owned.claim is not None:
                glance.claims[owned.claim - first].awake |= self._settings.ruleset.bit(owned.repair.rule)

    def _keep(self, work: Work, transaction: Transaction) -> None:
        self._kept += len(transaction.text.segments)
        if self._kept <= self._most_kept:
            work.transaction = transaction
        else:
            transaction.dissolve()

    def _glance(self, text: TransactionText, kind: ClaimKind) -> Glance | None:
        guide = guide_for(guide_version(text))
        if self._screens is None or guide is None or text.has_empty_segments:
            return None
        return self._screens.glance(text, guide, kind)

    def _closer(self, transaction: Transaction, glance: Glance | None, *, is_mended: bool) -> Work:
        original = transaction.text.text
        switch = self._settings.repairs if is_mended else _nothing
        awake = None
        if glance is not None and _is_trusted(glance, transaction):
            ordinals = (claim.ordinal for claim in transaction.claims)
            briefs = zip(ordinals, glance.claims, strict=True)
            awake = {ordinal: brief.awake for ordinal, brief in briefs if brief.awake}
        settled = settle(transaction, original, self._repairing, self._context, switch, awake)
        if settled.made:
            glance = self._glance(settled.transaction.text, transaction.kind)
        errors = self._errors(settled.transaction, glance)
        mending = self._mended(transaction, settled, errors)
        withdrawn = bool(settled.made) and mending is None and self._objects_more(transaction, errors)
        if withdrawn:
            settled = settle(transaction, original, self._repairing, self._context, _nothing)
            glance = None
            errors = self._errors(transaction, None)
        work = self._work(settled, glance, errors, withdrawn=withdrawn)
        work.mending = mending
        if settled.transaction is not transaction:
            transaction.dissolve()
        self._keep(work, settled.transaction)
        return work

    def _mended(
        self, before: Transaction, settled: Settled, errors: tuple[GuideError, ...]
    ) -> Mending | None:
        """Return what the sections of a transaction set settle together; None for a whole one."""
        if before.text.section is None:
            return None
        objected = frozenset(map(signature, errors))
        known: frozenset[Signature] | None = objected
        if settled.made:
            known = objections(before, self._settings) if errors else None
        return Mending(settled.added, objected, known)

    def _objects_more(self, before: Transaction, errors: tuple[GuideError, ...]) -> bool:
        """Whether the guide objects to something after repair that it did not object to before."""
        return bool(errors) and not objections(before, self._settings).issuperset(map(signature, errors))

    def _work(
        self, settled: Settled, glance: Glance | None, errors: tuple[GuideError, ...], *, withdrawn: bool
    ) -> Work:
        transaction = settled.transaction
        claims = transaction.claims
        trusted = glance is not None and _is_trusted(glance, transaction)
        if glance is None or not trusted:
            glance = Glance(list(map(glance_of, claims)), is_awake=True)
        first = claims[0].ordinal if claims else 0
        repairs = _owned_repairs(settled)
        self._wake_repaired(repairs, glance, first)
        for claim, brief in zip(claims, glance.claims, strict=True):
            if brief.awake:
                self._context.facts.add(claim)
                brief.has_facts = True
        text = transaction.text
        edits = tuple(settled.edits)
        return Work(
            plan=TransactionPlan(text.span, transaction.kind, first, len(claims), edits, text.section),
            glances=Glances(glance.claims),
            repairs=repairs,
            errors=errors,
            is_awake=glance.is_awake,
            withdrawn=withdrawn,
        )

    def _errors(self, transaction: Transaction, glance: Glance | None) -> tuple[GuideError, ...]:
        if glance is not None and not glance.is_doubtful:
            return tuple(glance.errors)
        return guide_errors(transaction, self._settings)


def _awake(plan: TransactionPlan, glance: Glance) -> dict[int, int]:
    """Return the bits of the rules that claims need a look of, by ordinal."""
    briefs = zip(plan.ordinals, glance.claims, strict=True)
    return {ordinal: brief.awake for ordinal, brief in briefs if brief.awake}


def _are_within(errors: Iterable[GuideError], transaction: Transaction) -> bool:
    """Whether all errors are of segments of claims that are at hand."""
    claims = {segment.number for claim in transaction.claims for segment in claim.segments}
    return all(error.segment_number in claims for error in errors)


def _is_trusted(glance: Glance, transaction: Transaction) -> bool:
    """Whether what a glance saw of claims is so.

    Where the guide objects above the claims, what a glance took for somebody's may be somebody else's.
    """
    return not (glance.is_doubtful or glance.is_objected) and len(glance.claims) == len(transaction.claims)


def _owned_repairs(settled: Settled) -> tuple[OwnedRepair, ...]:
    if not settled.made:
        return ()
    relocator = Relocator(settled.text, settled.transaction.text.span)
    return tuple(_owned_repair(made, relocator) for made in settled.made)


def _owned_repair(made: MadeRepair, relocator: Relocator) -> OwnedRepair:
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
    claim = owner.ordinal if isinstance(owner, Claim) else None
    return OwnedRepair(repair, claim, made.affects, made.rank)


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
    asked = GuideInput(guide, segments, text.delimiters, text.section)
    return tuple(settings.guide.check(asked))


def objections(transaction: Transaction, settings: Settings) -> frozenset[Signature]:
    """Return what the implementation guide has against a transaction set, wherever."""
    return frozenset(map(signature, guide_errors(transaction, settings)))

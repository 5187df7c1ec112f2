"""How NCCI applies to a claim: whose tables, which services count together, which pairs are in force.

NCCI policy manual, chapter 1, in our own words: practitioners' tables for professional claims (and surgery
centres), the hospital tables for outpatient claims, none for inpatient stays; services of one patient, one
provider (or one group and specialty) and one day count together.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edi_guard.claims import ClaimKind
from edi_guard.policy import Ncci, PayerClass
from edi_guard.reference import EditSetting, TableKind
from edi_guard.rules.context import payer_key
from edi_guard.rules.facts import line_fact
from edi_guard.rules.sides import contradict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.findings import Severity
    from edi_guard.reference import Pair
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import ClaimFact, LineFact

# Bills that the outpatient tables are for: hospital Part B and outpatient, skilled nursing Part B, home
# health Part B, rehabilitation facilities, community mental health.
OUTPATIENT_BILLS: Final = frozenset("12 13 14 22 23 34 74 75 76".split())
ANATOMIC: Final = frozenset(
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI".split()
)
GLOBAL_SURGERY: Final = frozenset("24 25 57 58 78 79".split())
DISTINCT: Final = frozenset("59 XE XP XS XU".split())
# Every modifier with which a pair of indicator 1 may be billed.
ASSOCIATED: Final = ANATOMIC | GLOBAL_SURGERY | DISTINCT | {"27", "91"}
# What the claim itself can support, or fail to.
NEEDS_EVIDENCE: Final = ANATOMIC | {"59", "XS", "XU", "XP"}
SUPPLIER_TAXONOMY: Final = "332"


class Bypass(enum.Enum):
    """Whether modifiers let a pair of indicator 1 be billed."""

    NONE = enum.auto()
    UNSUPPORTED = enum.auto()
    SUPPORTED = enum.auto()


@dataclass(frozen=True, slots=True)
class Partner:
    """Another service that counts together with a line.

    Attributes:
        line: the service.
        diagnoses: what it points at; None on another claim, where it is not known.
        claim: the other claim's ordinal; None on the same claim.
    """

    line: LineFact
    diagnoses: frozenset[str] | None
    claim: int | None = None

    @property
    def words(self) -> str:
        """How messages name it."""
        where = f"claim {self.claim} line" if self.claim else "line"
        return f"{where} {self.line.number} {self.line.code}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line that a pair denies: it is the second column beside a partner."""

    pair: Pair
    partner: Partner
    bypass: Bypass


def edits_for(claim: Claim, context: Context, kind: TableKind) -> EditSetting | None:
    """Return whose tables apply to a claim; None where none do, or none of them is loaded."""
    setting = _setting(claim)
    if setting is None:
        return None
    if context.payer_class(claim) is PayerClass.MEDICAID and context.tables.has_kind(
        kind, setting.of_medicaid
    ):
        return setting.of_medicaid
    return setting if context.tables.has_kind(kind, setting) else None


def _setting(claim: Claim) -> EditSetting | None:
    if claim.kind is ClaimKind.PROFESSIONAL:
        is_supplier = claim.billing.taxonomy.startswith(SUPPLIER_TAXONOMY)
        return EditSetting.SUPPLIER if is_supplier else EditSetting.PRACTITIONER
    return EditSetting.OUTPATIENT if claim.facility_code in OUTPATIENT_BILLS else None


def severities(line: ServiceLine, context: Context) -> Ncci | None:
    """Return how severe NCCI findings are for a line's payer; None where they are switched off."""
    if line.date is None:
        return None
    return context.policies.ask(Ncci, code=line.code, payer=payer_key(line.claim), on=line.date)


def partners(line: ServiceLine, context: Context) -> list[Partner]:
    """Return the other services of the same patient, provider and day, of this claim and the file.

    Voids are left out, and so are other claims where either one replaces an earlier claim: which of its
    services still stand, the file does not say.
    """
    key = ("ncci partners", id(line))
    known = context.memo.get(key)
    if isinstance(known, list):
        return known
    is_asked = line.period is not None and not line.claim.is_void
    found = _partners(line, context) if is_asked else iter(())
    made = sorted(found, key=lambda partner: (partner.claim or 0, partner.line.number))
    context.memo[key] = made
    return made


def _partners(line: ServiceLine, context: Context) -> Iterator[Partner]:
    own = line_fact(line)
    claim = line.claim
    for other in claim.lines:
        fact = line_fact(other)
        if other is not line and other.code and _counts_together(own, fact, context.facts.fact(claim), claim):
            yield Partner(fact, frozenset(other.diagnoses))
    if claim.is_resubmission:
        return
    for elsewhere in context.facts.other_claims(claim):
        if elsewhere.billing == claim.billing.npi and not elsewhere.is_resubmission:
            for fact in elsewhere.lines:
                if fact.code and _counts_together(own, fact, elsewhere, claim):
                    yield Partner(fact, None, elsewhere.ordinal)


def _counts_together(own: LineFact, other: LineFact, of: ClaimFact, claim: Claim) -> bool:
    if own.period is None or other.period is None or not own.period.overlaps(other.period):
        return False
    if claim.kind is ClaimKind.INSTITUTIONAL:
        return True
    # Who bills and does not say who rendered may be anybody of the group.
    unsaid = {"", claim.billing.npi}
    if own.rendering == other.rendering or own.rendering in unsaid or other.rendering in unsaid:
        return of.billing == claim.billing.npi
    return bool(own.specialty) and own.specialty == other.specialty and of.billing == claim.billing.npi


def conflicts(line: ServiceLine, context: Context) -> list[Conflict]:
    """Return the pairs that deny a line; computed once."""
    key = ("ncci conflicts", id(line))
    known = context.memo.get(key)
    if isinstance(known, list):
        return known
    made = list(_conflicts(line, context))
    context.memo[key] = made
    return made


def conflict_severity(found: Conflict, said: Ncci) -> Severity | None:
    """Return how severe a pair is; None where its modifier is supported, so that nothing is said."""
    if found.bypass is Bypass.SUPPORTED:
        return None
    if found.pair.indicator == 0:
        return said.never
    return said.without_modifier if found.bypass is Bypass.NONE else said.unsupported


def is_pair(line: ServiceLine, code: str, context: Context, severity: Severity) -> bool:
    """Whether PTP says of a line and another line's code, in either order, what a mapping says too.

    Args:
        line: the line.
        code: the other line's code.
        context: the tables.
        severity: how severe the mapping's finding would be; where NCCI's is milder, the mapping speaks.
    """
    others = [other for other in line.claim.lines if other.code == code]
    for one, wanted in ((line, code), *((other, line.code) for other in others)):
        said = severities(one, context)
        for found in conflicts(one, context):
            if found.partner.line.code == wanted and said is not None:
                own = conflict_severity(found, said)
                if own is not None and own >= severity:
                    return True
    return False


def _conflicts(line: ServiceLine, context: Context) -> Iterator[Conflict]:
    setting = edits_for(line.claim, context, TableKind.PAIRS)
    if setting is None or line.period is None or not line.code or severities(line, context) is None:
        return
    seen: set[str] = set()
    for partner in partners(line, context):
        code = partner.line.code
        if code in seen or code == line.code:
            continue
        pair = context.tables.pair(setting, code, line.code, _day(line, partner))
        if pair is not None:
            seen.add(code)
            bypass = Bypass.NONE if pair.indicator == 0 else bypass_of(line, partner)
            yield Conflict(pair, partner, bypass)


def _day(line: ServiceLine, partner: Partner) -> date:
    """Return the first day that both have."""
    first, other = line.period, partner.line.period
    if first is None or other is None:
        message = "services without days do not count together"
        raise ValueError(message)
    return max(first.first, other.first)


def bypass_of(line: ServiceLine, partner: Partner) -> Bypass:
    """Return whether the modifiers of two services let their pair be billed, and whether the claim shows why.

    Sides that differ, diagnoses of which none is shared, and providers that differ show it. What a visit's
    modifiers (24, 25, 57), a return to the operating room or XE state cannot be seen on a claim.
    """
    mine, theirs = set(line.modifiers), set(partner.line.modifiers)
    used = (mine | theirs) & ASSOCIATED
    if not used:
        return Bypass.NONE
    if used - NEEDS_EVIDENCE:
        return Bypass.SUPPORTED
    sites = mine & ANATOMIC, theirs & ANATOMIC
    other_site = contradict(line.modifiers, partner.line.modifiers) or (
        all(sites) and not sites[0] & sites[1]
    )
    providers = line.rendering.npi, partner.line.rendering
    other_provider = all(providers) and providers[0] != providers[1]
    if other_site or other_provider or _shares_no_diagnosis(line, partner):
        return Bypass.SUPPORTED
    return Bypass.UNSUPPORTED


def _shares_no_diagnosis(line: ServiceLine, partner: Partner) -> bool:
    mine = frozenset(line.diagnoses)
    if line.claim.kind is ClaimKind.INSTITUTIONAL or partner.diagnoses is None:
        return False
    return bool(mine and partner.diagnoses and not mine & partner.diagnoses)

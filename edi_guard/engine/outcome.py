"""What became of one input: everything printed, written or remembered is a function of it."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from edi_guard.claims import ClaimKind, Period
    from edi_guard.engine.outcome_claims import OutcomeClaims
    from edi_guard.engine.plan import TransactionPlan
    from edi_guard.findings import Disposition, Edit, Finding, Location, Severity, Tier
    from edi_guard.ordinals import Ordinals
    from edi_guard.x12 import Envelope


class Status(enum.StrEnum):
    """Whether the file could be processed, or was refused whole."""

    PROCESSED = "processed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AppliedRepair:
    """A repair that was made.

    Attributes:
        rule: the code of the rule that asked for it.
        tier: how far it goes.
        title: what it does, without any value.
        location: where, in the input as it came.
        before: the text replaced; may be a patient's data.
        after: the text put there.
        line: the service line's ordinal, None above the lines.
    """

    rule: str
    tier: Tier
    title: str
    location: Location
    before: str
    after: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SharedFinding:
    """A finding of the file or of a level above the claims, with the claims that inherit it."""

    finding: Finding
    affects: Ordinals


@dataclass(frozen=True, slots=True)
class SharedRepair:
    """A repair above the claims, with the claims that inherit it."""

    repair: AppliedRepair
    affects: Ordinals


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A line whose code has a profile, and the lines that count as its primary procedure.

    Attributes:
        line: ordinal within the claim.
        code: the target code.
        modifiers: in order.
        primary_lines: ordinals of the linked primary lines of the same claim.
        primary_claims: ordinals of other claims of the file on which the primary stands.
        primary_procedure: whether an inpatient principal procedure (HI) counts as the primary.
        primary_earlier: whether a primary left with an earlier file.
    """

    line: int
    code: str
    modifiers: tuple[str, ...]
    primary_lines: tuple[int, ...]
    primary_claims: tuple[int, ...] = ()
    primary_procedure: bool = False
    primary_earlier: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    """A service line as a form shows it.

    Attributes:
        number: counted from 1.
        revenue_code: SV201; empty on professional claims.
        code: the procedure code.
        modifiers: in order.
        period: the days of service.
        place: place of service, the line's own or the claim's; empty on institutional claims.
        pointers: SV107, as letters that a CMS-1500 has.
        charge, units: as numbers; None where they are none.
    """

    number: int
    revenue_code: str
    code: str
    modifiers: tuple[str, ...]
    period: Period | None
    place: str
    pointers: str
    charge: Decimal | None
    units: Decimal | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as a form shows it; some of it is a patient's own data, which reports mask.

    Attributes:
        facility: place of service, or type of bill without its frequency.
        frequency: CLM05-3.
        statement: the statement period of an institutional claim.
        patient: last and first name.
        member: the subscriber's identifier.
        birth_date: the patient's.
        diagnoses: codes in order.
        lines: the service lines.
    """

    facility: str
    frequency: str
    statement: Period | None
    patient: str
    member: str
    birth_date: date | None
    diagnoses: tuple[str, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """One claim's verdict.

    Attributes:
        ordinal: counted from 1 in the file.
        id: CLM01.
        kind: professional or institutional.
        disposition: where the claim goes.
        charge: CLM02; None when it is no amount.
        interchange, group, transaction: ISA13, GS06, ST02.
        payer: 2010BB NM109.
        filing_indicator: SBR09.
        service: first and last day of service over the lines; None when no date can be read.
        target_lines: the lines with a profiled code.
        findings: of the claim and its lines, worst first.
        repairs: made on the claim and its lines.
        view: what a form of it shows; None for a claim about which nothing can be found.
    """

    ordinal: int
    id: str
    kind: ClaimKind
    disposition: Disposition
    charge: Decimal | None
    interchange: str
    group: str
    transaction: str
    payer: str
    filing_indicator: str
    service: Period | None
    target_lines: tuple[TargetLine, ...]
    findings: tuple[Finding, ...]
    repairs: tuple[AppliedRepair, ...]
    view: ClaimView | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input's verdict.

    Attributes:
        name: how the input is called in reports (its path as given, or ``-``).
        sha256: of the bytes read.
        size: bytes read.
        today: the day of the check.
        status: processed, or refused whole.
        rules_version: hash of the rules in force.
        policies_version: hash of the mappings in force.
        claims: in file order; empty when refused.
        findings: of the file and of levels above the claims.
        repairs: above the claims.
        envelope: the file's envelopes, for the partition.
        edits: every repair's edit, in bytes of the input, ascending.
        plans: the transaction sets, for the partition.
    """

    name: str
    sha256: str
    size: int
    today: date
    status: Status
    rules_version: str
    policies_version: str
    claims: OutcomeClaims
    findings: tuple[SharedFinding, ...]
    repairs: tuple[SharedRepair, ...]
    envelope: Envelope
    edits: tuple[Edit, ...] = field(default=())
    plans: tuple[TransactionPlan, ...] = field(default=())

    def charge_of(self, disposition: Disposition | None = None) -> Decimal:
        """Return the charges of all claims, or of those with a disposition, in dollars."""
        return self.claims.charge_of(disposition)

    def count_of(self, disposition: Disposition) -> int:
        """Return how many claims have a disposition."""
        return self.claims.count_of(disposition)

    def severities(self) -> Counter[Severity]:
        """Return how many findings of each severity there are, those above the claims among them."""
        return Counter(item.finding.severity for item in self.findings) + self.claims.severities()

    def repair_count(self) -> int:
        """Return how many repairs were made."""
        return len(self.repairs) + self.claims.repair_count()

"""The report of one input: the contract's JSON, as types, masked.

Everything that is printed or written about an input is a function of this. Keys are only ever added.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

import edi_guard
from edi_guard.engine import Outcome, Status
from edi_guard.findings import Disposition, Severity
from edi_guard.masking import HIDDEN, Hasher, Phi, masked
from edi_guard.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.engine import AppliedRepair, ClaimOutcome, SharedFinding, SharedRepair
    from edi_guard.findings import Finding, Location
    from edi_guard.rules import Rule

SCHEMA = "edi-guard/report/1"


class ToolReport(msgspec.Struct, frozen=True):
    """What made the verdict."""

    name: str
    version: str
    rules: str
    policies: str


class InputReport(msgspec.Struct, frozen=True):
    """What was judged."""

    path: str
    sha256: str
    bytes: int
    today: str


class ChargeReport(msgspec.Struct, frozen=True):
    """Charges in dollars."""

    total: str
    clean: str
    held: str
    rejected: str


class SeverityCounts(msgspec.Struct, frozen=True):
    """How many findings of each severity."""

    reject: int
    hold: int
    warn: int
    info: int


class SummaryReport(msgspec.Struct, frozen=True):
    """Counts over the file."""

    claims: int
    clean: int
    held: int
    rejected: int
    charges: ChargeReport
    findings: SeverityCounts
    repairs: int


class LocationReport(msgspec.Struct, frozen=True):
    """A place in the input."""

    loop: str
    segment: str
    element: str
    segment_number: int
    byte_start: int
    byte_end: int


class PredictionReport(msgspec.Struct, frozen=True):
    """The payer's likely answer."""

    carc: tuple[str, ...]
    rarc: tuple[str, ...]
    claim_status: tuple[str, ...]


class FindingReport(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    rule: str
    name: str
    snip: int
    severity: str
    line: int | None
    location: LocationReport | None
    form_locator: str
    observed: str
    expected: str
    message: str
    fix: str
    source: str
    predicts: PredictionReport
    charge_at_risk: str | None


class SharedFindingReport(FindingReport, frozen=True, kw_only=True):
    """A finding of the file or of a level above the claims."""

    claim: None
    affects: tuple[int, ...]
    transaction: str | None


class RepairReport(msgspec.Struct, frozen=True, kw_only=True):
    """One repair that was, or would be, made."""

    rule: str
    location: LocationReport
    before: str
    after: str
    title: str
    tier: str
    line: int | None


class SharedRepairReport(RepairReport, frozen=True, kw_only=True):
    """A repair above the claims."""

    affects: tuple[int, ...]


class TargetLineReport(msgspec.Struct, frozen=True):
    """A line with a profiled code."""

    line: int
    code: str
    modifiers: tuple[str, ...]
    primary_lines: tuple[int, ...]
    primary_claims: tuple[int, ...]
    primary_procedure: bool
    primary_earlier: bool = False


class PayerReport(msgspec.Struct, frozen=True):
    """The destination payer."""

    id: str
    filing_indicator: str


class ClaimReport(msgspec.Struct, frozen=True, kw_only=True):
    """One claim."""

    ordinal: int
    id: str
    type: str
    disposition: str
    charge: str | None
    interchange: str
    group: str
    transaction: str
    service_from: str | None
    service_to: str | None
    payer: PayerReport
    target_lines: tuple[TargetLineReport, ...]
    findings: tuple[FindingReport, ...]
    repairs: tuple[RepairReport, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one input."""

    schema: str
    tool: ToolReport
    input: InputReport
    status: str
    summary: SummaryReport
    findings: tuple[SharedFindingReport, ...]
    repairs: tuple[SharedRepairReport, ...]
    claims: tuple[ClaimReport, ...]


def make_report(
    outcome: Outcome, phi: Phi = Phi.MINIMAL, hasher: Hasher | None = None, *, brief: bool = False
) -> Report:
    """Return the report of an outcome.

    Args:
        outcome: the verdict.
        phi: how much patient data it may show.
        hasher: makes the keyed hashes of `none`; by default with a key of this run.
        brief: whether clean claims about which nothing is to be said are left out of `claims`.
    """
    return _Reporter(outcome, phi, hasher or Hasher()).report(brief=brief)


def amount(value: Decimal) -> str:
    """Return an amount with two decimals, more where it has more."""
    return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:f}"


class _Reporter:
    def __init__(self, outcome: Outcome, phi: Phi, hasher: Hasher) -> None:
        self._outcome = outcome
        self._phi = phi
        self._hasher = hasher
        self._rules: dict[str, Rule[object]] = load_rules()

    def report(self, *, brief: bool) -> Report:
        outcome = self._outcome
        claims = [claim for claim in outcome.claims if not (brief and _is_plain(claim))]
        return Report(
            schema=SCHEMA,
            tool=ToolReport(
                "edi-guard",
                edi_guard.__version__,
                outcome.rules_version,
                outcome.policies_version,
            ),
            input=InputReport(outcome.name, outcome.sha256, outcome.size, outcome.today.isoformat()),
            status=outcome.status,
            summary=self._summary(),
            findings=tuple(map(self._shared_finding, outcome.findings)),
            repairs=tuple(map(self._shared_repair, outcome.repairs)),
            claims=tuple(map(self._claim, claims)),
        )

    # --------------------------------------------------------------- summary

    def _summary(self) -> SummaryReport:
        outcome = self._outcome
        repairs = len(outcome.repairs) + sum(len(claim.repairs) for claim in outcome.claims)
        return SummaryReport(
            claims=len(outcome.claims),
            clean=outcome.count_of(Disposition.CLEAN),
            held=outcome.count_of(Disposition.HELD),
            rejected=outcome.count_of(Disposition.REJECTED),
            charges=ChargeReport(
                total=amount(outcome.charge_of()),
                clean=amount(outcome.charge_of(Disposition.CLEAN)),
                held=amount(outcome.charge_of(Disposition.HELD)),
                rejected=amount(outcome.charge_of(Disposition.REJECTED)),
            ),
            findings=self._counts(),
            repairs=repairs,
        )

    def _counts(self) -> SeverityCounts:
        found: list[Severity] = [item.finding.severity for item in self._outcome.findings]
        found += [f.severity for claim in self._outcome.claims for f in claim.findings]
        return SeverityCounts(
            reject=found.count(Severity.REJECT),
            hold=found.count(Severity.HOLD),
            warn=found.count(Severity.WARN),
            info=found.count(Severity.INFO),
        )

    # ---------------------------------------------------------------- claims

    def _claim(self, claim: ClaimOutcome) -> ClaimReport:
        hides = self._phi is Phi.NONE
        service = None if hides else claim.service
        return ClaimReport(
            ordinal=claim.ordinal,
            id=self._hasher(claim.id) if hides else claim.id,
            type=claim.kind,
            disposition=claim.disposition,
            charge=None if hides or claim.charge is None else amount(claim.charge),
            interchange=claim.interchange,
            group=claim.group,
            transaction=claim.transaction,
            service_from=service.first.isoformat() if service else None,
            service_to=service.last.isoformat() if service else None,
            payer=PayerReport(claim.payer, claim.filing_indicator),
            target_lines=() if hides else self._target_lines(claim),
            findings=tuple(map(self._finding, claim.findings)),
            repairs=tuple(map(self._repair, claim.repairs)),
        )

    def _target_lines(self, claim: ClaimOutcome) -> tuple[TargetLineReport, ...]:
        return tuple(
            TargetLineReport(
                target.line,
                target.code,
                target.modifiers,
                target.primary_lines,
                target.primary_claims,
                target.primary_procedure,
                target.primary_earlier,
            )
            for target in claim.target_lines
        )

    # -------------------------------------------------------------- findings

    def _finding(self, finding: Finding) -> FindingReport:
        return FindingReport(**self._finding_fields(finding))  # type: ignore[arg-type]

    def _shared_finding(self, item: SharedFinding) -> SharedFindingReport:
        fields = self._finding_fields(item.finding)
        return SharedFindingReport(
            **fields,  # type: ignore[arg-type]
            claim=None,
            affects=item.affects,
            transaction=self._transaction_of(item.finding.location),
        )

    def _finding_fields(self, finding: Finding) -> dict[str, object]:
        rule = self._rules[finding.rule]
        hides = self._phi is Phi.NONE
        at_risk = finding.charge_at_risk
        location = finding.location
        return {
            "rule": finding.rule,
            "name": rule.name,
            "snip": rule.snip,
            "severity": finding.severity.label,
            "line": finding.line,
            "location": _place(location) if location else None,
            "form_locator": location.form_locator if location else "",
            "observed": masked(finding.observed, location, self._phi),
            "expected": self._expected(finding),
            "message": rule.summary if hides else finding.message,
            "fix": finding.fix,
            "source": finding.source,
            "predicts": PredictionReport(
                finding.predicts.carc, finding.predicts.rarc, finding.predicts.claim_status
            ),
            "charge_at_risk": None if hides or at_risk is None else amount(at_risk),
        }

    def _expected(self, finding: Finding) -> str:
        """Mask what is expected only where it is a value: the result of a repair."""
        if self._phi is Phi.NONE:
            return HIDDEN if finding.expected else ""
        is_value = finding.repair is not None and bool(finding.repair.edits)
        return masked(finding.expected, finding.location, self._phi) if is_value else finding.expected

    def _transaction_of(self, location: Location | None) -> str | None:
        if location is None:
            return None
        for plan in self._outcome.plans:
            if plan.span.start <= location.byte_start < plan.span.end:
                return plan.span.control_number
        return None

    # --------------------------------------------------------------- repairs

    def _repair(self, repair: AppliedRepair) -> RepairReport:
        return RepairReport(**self._repair_fields(repair))  # type: ignore[arg-type]

    def _shared_repair(self, item: SharedRepair) -> SharedRepairReport:
        fields = self._repair_fields(item.repair)
        return SharedRepairReport(**fields, affects=item.affects)  # type: ignore[arg-type]

    def _repair_fields(self, repair: AppliedRepair) -> dict[str, object]:
        return {
            "rule": repair.rule,
            "location": _place(repair.location),
            "before": masked(repair.before, repair.location, self._phi),
            "after": masked(repair.after, repair.location, self._phi),
            "title": repair.title,
            "tier": repair.tier.value,
            "line": repair.line,
        }


def _place(location: Location) -> LocationReport:
    return LocationReport(
        location.loop,
        location.segment,
        location.element,
        location.segment_number,
        location.byte_start,
        location.byte_end,
    )


def _is_plain(claim: ClaimOutcome) -> bool:
    return not claim.findings and not claim.repairs and claim.disposition is Disposition.CLEAN


def is_failed(report: Report) -> bool:
    """Whether the input was refused whole."""
    return report.status == Status.FAILED


def exit_code(reports: Iterable[Report]) -> int:
    """Return the contract's exit code for judged inputs: 3 beats 1 beats 0."""
    code = 0
    for report in reports:
        if is_failed(report):
            return 3
        if report.summary.held or report.summary.rejected:
            code = 1
    return code

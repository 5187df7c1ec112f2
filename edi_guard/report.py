"""The report of one input: the contract's JSON, as types, masked.

Everything that is printed or written about an input is a function of this. Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, overload

import msgspec

import edi_guard
from edi_guard.engine import Outcome, Status
from edi_guard.excerpts import Excerpt, Excerpts
from edi_guard.findings import Disposition, Severity
from edi_guard.masking import HIDDEN, Hasher, Phi, masked
from edi_guard.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edi_guard.engine import AppliedRepair, ClaimOutcome, SharedFinding, SharedRepair
    from edi_guard.engine.outcome import ClaimView, LineView
    from edi_guard.findings import Finding, Location
    from edi_guard.rules import Rule
    from edi_guard.x12 import Source

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


class FindingReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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
    excerpt: Excerpt | None = None
    repairable: bool = False
    shadow: str = ""


class SharedFindingReport(FindingReport, frozen=True, kw_only=True, omit_defaults=True):
    """A finding of the file or of a level above the claims."""

    claim: None
    affects: Sequence[int]
    transaction: str | None


class RepairReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One repair that was, or would be, made."""

    rule: str
    location: LocationReport
    before: str
    after: str
    title: str
    tier: str
    line: int | None
    excerpt: Excerpt | None = None


class SharedRepairReport(RepairReport, frozen=True, kw_only=True, omit_defaults=True):
    """A repair above the claims."""

    affects: Sequence[int]


class TargetLineReport(msgspec.Struct, frozen=True):
    """A line with a profiled code."""

    line: int
    code: str
    modifiers: tuple[str, ...]
    primary_lines: tuple[int, ...]
    primary_claims: tuple[int, ...]
    primary_procedure: bool
    primary_earlier: bool = False


class LineViewReport(msgspec.Struct, frozen=True, kw_only=True):
    """A service line as a form shows it."""

    line: int
    revenue_code: str
    code: str
    modifiers: tuple[str, ...]
    service_from: str | None
    service_to: str | None
    place: str
    pointers: str
    charge: str | None
    units: str | None


class PatientReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whose claim it is; in reports that show everything only."""

    name: str
    member: str
    birth_date: str | None
    diagnoses: tuple[str, ...]


class ViewReport(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as a form shows it."""

    facility: str
    frequency: str
    statement_from: str | None
    statement_to: str | None
    diagnosis_count: int
    patient: PatientReport | None
    lines: tuple[LineViewReport, ...]


class PayerReport(msgspec.Struct, frozen=True):
    """The destination payer."""

    id: str
    filing_indicator: str


class ClaimReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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
    view: ViewReport | None = None


class ReportedClaims(Sequence[ClaimReport]):
    """The claims of a report, made anew each time they are gone through, since they may be millions."""

    def __init__(
        self, made: Callable[[], Iterator[ClaimReport]], remarkable: Callable[[], Iterator[ClaimReport]]
    ) -> None:
        """Take what makes them, and what makes those that `Report.remarkable` yields."""
        self._made = made
        self.remarkable = remarkable

    def __iter__(self) -> Iterator[ClaimReport]:
        return self._made()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> ClaimReport: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ClaimReport]: ...

    def __getitem__(self, index: int | slice) -> ClaimReport | Sequence[ClaimReport]:
        return tuple(self)[index]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one input."""

    schema: str
    tool: ToolReport
    input: InputReport
    status: str
    summary: SummaryReport
    findings: tuple[SharedFindingReport, ...]
    repairs: tuple[SharedRepairReport, ...]
    claims: Sequence[ClaimReport]

    @property
    def remarkable(self) -> Iterator[ClaimReport]:
        """The claims that are not clean, or of which there is something to say; perhaps others, too."""
        claims = self.claims
        return claims.remarkable() if isinstance(claims, ReportedClaims) else iter(claims)


def make_report(
    outcome: Outcome,
    phi: Phi = Phi.MINIMAL,
    hasher: Hasher | None = None,
    *,
    brief: bool = False,
    source: Source | None = None,
    large: bool = False,
) -> Report:
    """Return the report of an outcome.

    Args:
        outcome: the verdict.
        phi: how much patient data it may show.
        hasher: makes the keyed hashes of `none`; by default with a key of this run.
        brief: whether clean claims about which nothing is to be said are left out of `claims`.
        source: the input, for the segments around findings and repairs; without it there are none.
        large: whether the claims are made only when they are asked for, each time anew; the source must be
            open then.
    """
    excerpts = Excerpts(source, outcome.envelope, phi) if source is not None else None
    return _Reporter(outcome, phi, hasher or Hasher(), excerpts).report(brief=brief, large=large)


def amount(value: Decimal) -> str:
    """Return an amount with two decimals, more where it has more."""
    return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:f}"


class _Reporter:
    def __init__(self, outcome: Outcome, phi: Phi, hasher: Hasher, excerpts: Excerpts | None) -> None:
        self._excerpts = excerpts
        self._outcome = outcome
        self._phi = phi
        self._hasher = hasher
        self._rules: dict[str, Rule[object]] = load_rules()

    def report(self, *, brief: bool, large: bool) -> Report:
        outcome = self._outcome
        claims = ReportedClaims(self._remarkable if brief else self._all, self._remarkable)
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
            claims=claims if large else tuple(claims),
        )

    def _all(self) -> Iterator[ClaimReport]:
        return map(self._claim, self._outcome.claims)

    def _remarkable(self) -> Iterator[ClaimReport]:
        return map(self._claim, self._outcome.claims.remarkable())

    # --------------------------------------------------------------- summary

    def _summary(self) -> SummaryReport:
        outcome = self._outcome
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
            repairs=outcome.repair_count(),
        )

    def _counts(self) -> SeverityCounts:
        found = self._outcome.severities()
        return SeverityCounts(
            reject=found[Severity.REJECT],
            hold=found[Severity.HOLD],
            warn=found[Severity.WARN],
            info=found[Severity.INFO],
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
            view=self._view(claim),
        )

    def _view(self, claim: ClaimOutcome) -> ViewReport | None:
        """Return what a form shows of a claim about which something is to be said."""
        view = claim.view
        if view is None or self._phi is Phi.NONE or not (claim.findings or claim.repairs):
            return None
        statement = view.statement
        return ViewReport(
            facility=view.facility,
            frequency=view.frequency,
            statement_from=statement.first.isoformat() if statement else None,
            statement_to=statement.last.isoformat() if statement else None,
            diagnosis_count=len(view.diagnoses),
            patient=self._patient(view) if self._phi is Phi.FULL else None,
            lines=tuple(map(_line_view, view.lines)),
        )

    def _patient(self, view: ClaimView) -> PatientReport:
        return PatientReport(
            name=view.patient,
            member=view.member,
            birth_date=view.birth_date.isoformat() if view.birth_date else None,
            diagnoses=view.diagnoses,
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
            "excerpt": self._excerpts.at(location) if self._excerpts else None,
            "repairable": finding.repair is not None and bool(finding.repair.edits),
            "shadow": finding.shadow.label if finding.shadow is not None else "",
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
            "excerpt": self._excerpts.at(repair.location) if self._excerpts else None,
        }


def _line_view(line: LineView) -> LineViewReport:
    period = line.period
    return LineViewReport(
        line=line.number,
        revenue_code=line.revenue_code,
        code=line.code,
        modifiers=line.modifiers,
        service_from=period.first.isoformat() if period else None,
        service_to=period.last.isoformat() if period else None,
        place=line.place,
        pointers=line.pointers,
        charge=None if line.charge is None else amount(line.charge),
        units=None if line.units is None else f"{line.units.normalize():f}",
    )


def _place(location: Location) -> LocationReport:
    return LocationReport(
        location.loop,
        location.segment,
        location.element,
        location.segment_number,
        location.byte_start,
        location.byte_end,
    )


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

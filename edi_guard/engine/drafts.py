"""The facts of a claim's outcome that do not depend on any finding."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from edi_guard.claims import Period
from edi_guard.claims.values import read_day
from edi_guard.engine.outcome import ClaimOutcome, ClaimView, LineView, TargetLine
from edi_guard.findings import Disposition
from edi_guard.rules.pairing_assessment import linked_primaries

if TYPE_CHECKING:
    from edi_guard.claims import Claim, ServiceLine, Transaction
    from edi_guard.engine.glance import ClaimGlance
    from edi_guard.engine.plan import TransactionPlan
    from edi_guard.rules.context import Context


_LETTERS = "ABCDEFGHIJKL"
_POINTERS = frozenset(map(str, range(1, len(_LETTERS) + 1)))


def draft_claim(claim: Claim, transaction: Transaction, context: Context) -> ClaimOutcome:
    """Return a claim's outcome as if nothing had been found."""
    span = transaction.text.span
    return ClaimOutcome(
        ordinal=claim.ordinal,
        id=claim.id,
        kind=claim.kind,
        disposition=Disposition.CLEAN,
        charge=claim.charge,
        interchange=span.group.interchange.control_number,
        group=span.group.control_number,
        transaction=span.control_number,
        payer=claim.payer_identifier,
        filing_indicator=claim.filing_indicator,
        service=_service_period(claim),
        target_lines=tuple(
            _target_line(line, context) for line in claim.lines if context.profile(line) is not None
        ),
        findings=(),
        repairs=(),
        view=_view(claim),
    )


def _view(claim: Claim) -> ClaimView:
    party = claim.patient.party
    return ClaimView(
        facility=claim.facility_code,
        frequency=claim.frequency,
        statement=claim.statement_period,
        patient=", ".join(filter(None, (party.last_name, party.first_name))),
        member=claim.patient.member_identifier,
        birth_date=claim.patient.birth_date,
        diagnoses=tuple(diagnosis.code for diagnosis in claim.diagnoses),
        lines=tuple(map(_line_view, claim.lines)),
    )


def _line_view(line: ServiceLine) -> LineView:
    letters = [_LETTERS[int(p) - 1] for p in line.pointers if p in _POINTERS]
    return LineView(
        number=line.number,
        revenue_code=line.revenue_code,
        code=line.code,
        modifiers=line.modifiers,
        period=line.period,
        place=line.place_of_service,
        pointers="".join(letters),
        charge=line.charge,
        units=line.units,
    )


def draft_glance(glance: ClaimGlance, ordinal: int, plan: TransactionPlan) -> ClaimOutcome:
    """Return the outcome of a claim about which nothing can be found, from what a glance saw."""
    span = plan.span
    return ClaimOutcome(
        ordinal=ordinal,
        id=glance.id,
        kind=plan.kind,
        disposition=Disposition.CLEAN,
        charge=glance.charge,
        interchange=span.group.interchange.control_number,
        group=span.group.control_number,
        transaction=span.control_number,
        payer=glance.payer,
        filing_indicator=glance.filing_indicator,
        service=_period(glance.first_day, glance.last_day),
        target_lines=(),
        findings=(),
        repairs=(),
    )


@lru_cache(maxsize=10_000)
def _period(first: str, last: str) -> Period | None:
    days = read_day(first), read_day(last)
    return Period(*days) if days[0] and days[1] else None  # type: ignore[arg-type]


def _service_period(claim: Claim) -> Period | None:
    periods = [line.period for line in claim.lines if line.period is not None]
    if not periods:
        return claim.statement_period
    return Period(min(p.first for p in periods), max(p.last for p in periods))


def _target_line(line: ServiceLine, context: Context) -> TargetLine:
    linked = linked_primaries(line, context)
    return TargetLine(
        line=line.number,
        code=line.code,
        modifiers=line.modifiers,
        primary_lines=linked.lines,
        primary_claims=linked.claims,
        primary_procedure=linked.procedure,
        primary_earlier=linked.is_earlier,
    )

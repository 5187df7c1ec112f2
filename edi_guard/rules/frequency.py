"""FREQ: how often a payer covers a code within a window of days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import Period, ServiceLine
from edi_guard.claims.values import shifted
from edi_guard.findings import Severity
from edi_guard.policy import Frequency
from edi_guard.rules.registry import rule
from edi_guard.rules.sides import contradict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import ClaimFact


@rule(
    "FREQ401",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("151", "119"),
    rarc=("N362", "N640"),
    claim_status=("A7:779",),
    targets=True,
)
def over_the_payers_frequency(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line beyond what the payer covers within its window.

    ## Why it is denied
    The payer's policy limits how often it pays the code for one patient within a number of days.

    ## What to do
    Check earlier services; hold the claim until the window has passed, or send what the payer asks for.

    ## Example
    Denied: a third `SV1*HC:G4000:RT*120*UN*1***1~` within 180 days, where two are covered
    Paid: two within 180 days

    ## Exceptions
    Only where a mapping states a frequency for the payer. Void claims do not count, nor does what was
    sent to another payer, nor, for a replacement, the service that it replaces. Earlier files count with
    a ledger only (FREQ901).

    ## Source
    The payer's mapping.
    """
    limit = context.ask(Frequency, line)
    day = line.date
    if limit is None or day is None or line.claim.is_void:
        return
    earlier = sum(_counts(service, line, limit, day) for service in _earlier(line, limit, day, context))
    if earlier + 1 > limit.count:
        yield over_the_payers_frequency.finding(
            line.at_code,
            f"{line.code} is service {earlier + 1} for the patient within {limit.days} days up to"
            f" {day}; the payer covers {limit.count}",
            observed=str(earlier + 1),
            expected=f"at most {limit.count} within {limit.days} days",
            severity=limit.severity,
            source=limit.source.label,
        )


class _Service(NamedTuple):
    """A service that may count: of the file, or of an earlier one."""

    code: str
    modifiers: tuple[str, ...]
    period: Period


def _earlier(line: ServiceLine, limit: Frequency, day: date, context: Context) -> Iterator[_Service]:
    """Yield the patient's earlier services for the same payer, in the file and before it."""
    yield from _before(line, context.facts.fact(line.claim))
    for claim in context.facts.other_claims(line.claim):
        if claim.payer == line.claim.payer_identifier:
            yield from _unless_replaced(_before(line, claim), line)
    yield from _unless_replaced(_released(line, limit, day, context), line)


def _before(line: ServiceLine, claim: ClaimFact) -> Iterator[_Service]:
    """Yield a claim's services of earlier days; of one day's, those that stand before."""
    mine = (line.date, line.claim.ordinal, line.number)
    for fact in claim.lines:
        if fact.period and (fact.period.first, claim.ordinal, fact.number) < mine:
            yield _Service(fact.code, fact.modifiers, fact.period)


def _released(line: ServiceLine, limit: Frequency, day: date, context: Context) -> Iterator[_Service]:
    """Yield what was sent to the payer with earlier files."""
    for service in context.released_services(line.claim, _first_day(limit, day), day):
        if service.payer == line.claim.payer_identifier:
            yield _Service(service.code, service.modifiers, Period(service.first, service.last))


def _unless_replaced(services: Iterable[_Service], line: ServiceLine) -> Iterator[_Service]:
    """Leave out what a replacement takes back: the same service on the same days."""
    for service in services:
        is_same = service.modifiers == line.modifiers and service.period == line.period
        if not (line.claim.is_resubmission and is_same):
            yield service


def _counts(service: _Service, line: ServiceLine, limit: Frequency, day: date) -> bool:
    if service.code != line.code:
        return False
    if limit.per_side and contradict(service.modifiers, line.modifiers):
        return False
    return _first_day(limit, day) <= service.period.first <= day


def _first_day(limit: Frequency, day: date) -> date:
    """Return the first day of the window that ends on a day."""
    return shifted(day, 1 - limit.days)


@rule("FREQ901", on=ServiceLine, snip=7, severity=Severity.INFO, targets=True)
def frequency_beyond_the_file(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Frequency that could be checked within the file only.

    ## Why it is denied
    Services in earlier files count for the payer, and without a ledger they are not known here.

    ## What to do
    Check earlier services by hand, or let the folder service keep its ledger.

    ## Example
    Denied: one service in this file, two in last month's, where two are covered
    Paid: the first two services of the window

    ## Exceptions
    Only where a mapping states a frequency for the payer.

    ## Source
    The payer's mapping.
    """
    limit = context.ask(Frequency, line)
    if limit is not None and context.history is None:
        yield frequency_beyond_the_file.unchecked(
            f"how often {line.code} was sent before this file could not be checked: there is no ledger",
            once=line.code,
            location=line.at_code,
        )

"""FREQ: how often a payer covers a code within a window of days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Frequency
from edi_guard.rules.registry import rule
from edi_guard.rules.sides import contradict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.facts import LineFact
    from edi_guard.rules.history import ReleasedService


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
    Only where a mapping states a frequency for the payer. Void claims do not count.

    ## Source
    The payer's mapping.
    """
    limit = context.ask(Frequency, line)
    day = line.date
    if limit is None or day is None or line.claim.is_void:
        return
    earlier = sum(_counts(fact, line, limit, day) for fact in _facts(line, context))
    earlier += _released(line, limit, day, context)
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


def _facts(line: ServiceLine, context: Context) -> Iterator[LineFact]:
    """Yield the patient's earlier services in the file; of one day's, those that stand before."""
    own = context.facts.fact(line.claim)
    mine = (line.date, line.claim.ordinal, line.number)
    for claim in (own, *context.facts.other_claims(line.claim)):
        if claim.payer != own.payer:
            continue
        for fact in claim.lines:
            if fact.period and (fact.period.first, claim.ordinal, fact.number) < mine:
                yield fact


def _released(line: ServiceLine, limit: Frequency, day: date, context: Context) -> int:
    """Return how many services of earlier files the ledger knows within the window."""
    if context.history is None:
        return 0
    since = day - timedelta(days=limit.days - 1)
    known = context.history.services(line.claim.patient.key, since, day)
    return sum(_was_counted(service, line, limit, since) for service in known)


def _was_counted(service: ReleasedService, line: ServiceLine, limit: Frequency, since: date) -> bool:
    """Whether a released service counts; a replacement does not count what it replaces."""
    if service.code != line.code or service.payer != line.claim.payer_identifier or service.first < since:
        return False
    if limit.per_side and contradict(service.modifiers, line.modifiers):
        return False
    is_original = service.first == line.date and service.modifiers == line.modifiers
    return not (line.claim.is_resubmission and is_original)


def _counts(fact: LineFact, line: ServiceLine, limit: Frequency, day: date) -> bool:
    if fact.code != line.code or fact.period is None:
        return False
    if limit.per_side and contradict(fact.modifiers, line.modifiers):
        return False
    return day - timedelta(days=limit.days) < fact.period.first <= day


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

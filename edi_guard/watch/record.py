"""Turns a verdict into what the ledger keeps of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from edi_guard.claims import claim_kind, read_claims
from edi_guard.engine.glance import likeness_of
from edi_guard.ledger.past import (
    attachment_key,
    claim_key,
    fingerprint_key,
    likeness_key,
    number_key,
    patient_key,
)
from edi_guard.ledger.records import (
    ClaimRecord,
    FindingRecord,
    LineRecord,
    RepairRecord,
    SentRecord,
    State,
)
from edi_guard.policy import TimelyFiling
from edi_guard.rules.context import payer_key
from edi_guard.rules.facts import claim_fact
from edi_guard.watch.addresses import read_envelope
from edi_guard.x12 import EnvelopeReader, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.engine import Outcome
    from edi_guard.findings import Finding
    from edi_guard.ledger.keys import KeyedHash
    from edi_guard.policy import Policies
    from edi_guard.x12 import TransactionSpan


def cents(amount: Decimal | None) -> int | None:
    """Return an amount in cents, None where there is none."""
    return None if amount is None else int((amount * 100).to_integral_value(ROUND_HALF_UP))


def claim_records(
    source: Source,
    outcome: Outcome,
    policies: Policies,
    keyed: KeyedHash,
    states: Mapping[int, State] | None = None,
) -> tuple[ClaimRecord, ...]:
    """Return what the ledger keeps of each claim.

    Args:
        source: the input.
        outcome: its verdict.
        policies: say until when a claim may be sent.
        keyed: the ledger's keyed hash.
        states: where each claim is; by default as its verdict says.
    """
    if states is None:
        states = {claim.ordinal: State(claim.disposition.value) for claim in outcome.claims}
    return tuple(
        _claim(claim, plan.span, states[claim.ordinal], policies, keyed)
        for plan in outcome.plans
        for claim in plan.read(source).passing()
        if claim.ordinal in states
    )


def unchecked_claims(source: Source, keyed: KeyedHash) -> tuple[ClaimRecord, ...]:
    """Return what the ledger keeps of the claims of a file that nobody judged, as far as it can be read."""
    records: list[ClaimRecord] = []
    for text in EnvelopeReader(source):
        kind = claim_kind(text.span.version or text.span.group.version)
        if text.span.kind == "837" and kind is not None:
            transaction = read_claims(text, kind, len(records) + 1)
            records += [_claim(claim, text.span, State.BYPASSED, None, keyed) for claim in transaction.claims]
    return tuple(records)


def _claim(
    claim: Claim, span: TransactionSpan, state: State, policies: Policies | None, keyed: KeyedHash
) -> ClaimRecord:
    fact = claim_fact(claim)
    periods = [line.period for line in claim.lines if line.period is not None]
    first = min((period.first for period in periods), default=None)
    return ClaimRecord(
        ordinal=claim.ordinal,
        group=span.group.control_number[:20],
        transaction=span.control_number[:20],
        number_key=number_key(keyed, claim.id),
        claim_key=claim_key(keyed, fact.billing, claim.id),
        patient_key=patient_key(keyed, fact.patient),
        fingerprint=fingerprint_key(keyed, fact),
        likeness=likeness_key(keyed, likeness_of(fact)),
        payer=claim.payer_identifier[:80],
        filing_indicator=claim.filing_indicator[:4],
        billing=fact.billing[:80],
        frequency=claim.frequency[:4],
        charge=cents(claim.charge),
        first=first,
        last=max((period.last for period in periods), default=None),
        deadline=_deadline(claim, policies),
        state=state,
        lines=tuple(map(_line, claim.lines)),
        attachments=tuple(attachment_key(keyed, number) for number in _attachments(claim)),
    )


def _deadline(claim: Claim, policies: Policies | None) -> date | None:
    """Return the payer's last day for sending, None where no mapping says (as TIME401 counts)."""
    days = [line.period.last for line in claim.lines if line.period is not None]
    if not days or policies is None:
        return None
    limit = policies.ask(TimelyFiling, code="", payer=payer_key(claim), on=min(days))
    return None if limit is None else min(days) + timedelta(days=limit.days)


def _line(line: ServiceLine) -> LineRecord:
    period = line.period
    return LineRecord(
        number=line.number,
        code=line.code[:48],
        modifiers=" ".join(line.modifiers)[:80],
        first=period.first if period else None,
        last=period.last if period else None,
        rendering=line.rendering.npi[:80],
        units="" if line.units is None else str(line.units)[:24],
        charge=cents(line.charge),
    )


def _attachments(claim: Claim) -> Iterator[str]:
    for segment in claim.segments:
        if segment.elements[0] == "PWK" and segment[6]:
            yield segment[6]


def finding_records(outcome: Outcome) -> tuple[FindingRecord, ...]:
    """Return what the ledger keeps of the findings; one above the claims counts for each of them."""
    records = [
        _finding(ordinal, shared.finding) for shared in outcome.findings for ordinal in shared.affects or (0,)
    ]
    records += [_finding(claim.ordinal, finding) for claim in outcome.claims for finding in claim.findings]
    return tuple(records)


def _finding(ordinal: int, finding: Finding) -> FindingRecord:
    return FindingRecord(
        ordinal, finding.rule, finding.severity.label, finding.line, cents(finding.charge_at_risk)
    )


def repair_records(outcome: Outcome) -> tuple[RepairRecord, ...]:
    """Return what the ledger keeps of the repairs."""
    records = [RepairRecord(0, shared.repair.rule, shared.repair.tier.value) for shared in outcome.repairs]
    records += [
        RepairRecord(claim.ordinal, repair.rule, repair.tier.value)
        for claim in outcome.claims
        for repair in claim.repairs
    ]
    return tuple(records)


def sent_records(path: Path, name: str, claims: int) -> list[SentRecord]:
    """Return what a receiver's answer to a file will name.

    Args:
        path: where the file stands.
        name: how it is called when it leaves.
        claims: how many claims it holds.
    """
    with Source.from_path(path) as source:
        envelope = read_envelope(source)
    return [
        SentRecord(
            sender=interchange.isa[6].strip()[:40],
            receiver=interchange.isa[8].strip()[:40],
            application_sender=group.gs[2].strip()[:40],
            application_receiver=group.gs[3].strip()[:40],
            interchange=interchange.control_number.strip()[:20],
            group=group.control_number.strip()[:20],
            name=name,
            claims=claims,
        )
        for interchange in envelope.interchanges
        for group in interchange.groups
    ]


def total_of(outcome: Outcome) -> int:
    """Return the charges of all claims in cents."""
    return cents(outcome.charge_of()) or 0

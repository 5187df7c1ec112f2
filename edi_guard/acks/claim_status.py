"""277CA: which claims of a transaction set were taken and which rejected (005010X214).

Held claims are not answered yet, and the totals are those of the answered claims. A claim file that is
refused whole is answered by TA1 and 999 alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.acks.statuses import (
    ACCEPTED_CLAIM,
    RECEIVED,
    ClaimStatus,
    claim_statuses,
    line_statuses,
    rejecting,
)
from edi_guard.acks.values import UNKNOWN, day, money, period, plain
from edi_guard.acks.writing import composite
from edi_guard.claims import SegmentGroup
from edi_guard.findings import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from edi_guard.acks.answered import AnsweredTransaction, Tally
    from edi_guard.acks.writing import Elements
    from edi_guard.claims import BillingProvider, Claim, Patient, ServiceLine, Transaction
    from edi_guard.engine import ClaimOutcome, Outcome
    from edi_guard.findings import Finding
    from edi_guard.x12 import Segment

TAKEN = "WQ"
REJECTED = "U"
# A clearinghouse or another party between the submitter and the payer.
_SOURCE = "AY"
_SERVICE_QUALIFIERS = frozenset({"AD", "ER", "HC", "HP", "IV", "WK"})
_REVENUE_CODE = "NU"
_PROVIDER_TAX_NUMBERS = ("EI", "SY")


class AnsweredClaim(NamedTuple):
    """What is answered about a claim.

    Attributes:
        billing: the number of its billing provider's level.
        provider: who that is; None where it is the provider of the claim before.
        patient: the number of the patient's level.
        name: who that is.
        segments: the answer itself.
    """

    billing: str
    provider: Elements | None
    patient: str
    name: Elements
    segments: tuple[Elements, ...]


class ClaimAck:
    """Makes the 277CA of each transaction set of an outcome.

    Attributes:
        with_lines: the claims of which service lines are answered, too.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.with_lines = outcome.claims.ordinals_of(Disposition.REJECTED)
        self._today = outcome.today
        self._claims = outcome.claims
        # Only what rejects a claim is answered.
        self._shared = [item for item in outcome.findings if rejecting([item.finding])]

    def is_due(self, ordinals: range) -> bool:
        """Whether any of these claims is answered."""
        return any(claim.disposition is not Disposition.HELD for claim in self._claims.within(ordinals))

    def answers(self, transaction: Transaction, ordinals: range) -> Iterator[AnsweredClaim]:
        """Yield what is answered about the claims of a transaction set, or of a section of it.

        Args:
            transaction: the claims, those `with_lines` with their lines; they are taken apart on the way.
            ordinals: theirs.
        """
        billing = None
        for claim, outcome in zip(transaction.passing(), self._claims.within(ordinals), strict=True):
            if outcome.disposition is Disposition.HELD:
                continue
            provider = None if claim.billing.number == billing else _provider_name(claim.billing)
            billing = claim.billing.number
            yield AnsweredClaim(
                billing,
                provider,
                claim.patient.level.number,
                _patient_name(claim.patient),
                tuple(self._claim(claim, outcome)),
            )

    def segments(
        self, asked: AnsweredTransaction, answers: Iterable[AnsweredClaim], time: str, number: str
    ) -> Iterator[Elements]:
        """Yield the segments between ST and SE.

        Args:
            asked: the transaction set.
            answers: what is answered about its claims, in file order.
            time: HHMM.
            number: what this acknowledgment is known by.
        """
        yield ("BHT", "0085", "08", number, day(self._today), time, "TH")
        yield from self._source(asked.first, number)
        yield from self._receiver(asked.first, asked.total)
        yield from _levels(asked, answers)

    # ---------------------------------------------------- source and receiver

    def _source(self, transaction: Transaction, number: str) -> Iterator[Elements]:
        name = _header_name(transaction, "40")
        group = transaction.text.span.group
        yield ("HL", "1", "", "20", "1")
        yield (
            *("NM1", _SOURCE, "2"),
            plain(name[3] if name else "", 60, UNKNOWN),
            *("", "", "", "", "46"),
            plain(name[9] if name else "", 80, plain(group.gs[3], 15, UNKNOWN, 2), 2),
        )
        yield ("TRN", "1", number)
        yield ("DTP", "050", "D8", day(self._today))
        yield ("DTP", "009", "D8", day(self._today))

    def _receiver(self, transaction: Transaction, total: Tally) -> Iterator[Elements]:
        name = _header_name(transaction, "41")
        span = transaction.text.span
        batch = SegmentGroup(transaction.header).value("BHT", 3)
        yield ("HL", "2", "1", "21", "1")
        yield (
            *("NM1", "41"),
            *_named(name),
            "46",
            plain(name[9] if name else "", 80, plain(span.group.gs[2], 15, UNKNOWN, 2), 2),
        )
        yield ("TRN", "2", plain(batch, 50, plain(span.control_number, 9, "0")))
        received = composite(RECEIVED, _SOURCE)
        yield ("STC", received, day(self._today), TAKEN, money(total.charges))
        yield from total.segments("90", "AA")

    # ---------------------------------------------------------------- claims

    def _claim(self, claim: Claim, outcome: ClaimOutcome) -> Iterator[Elements]:
        findings: list[Finding] = []
        yield ("TRN", "2", plain(claim.id, 50, "0"))
        if outcome.disposition is Disposition.CLEAN:
            yield ("STC", ACCEPTED_CLAIM, day(self._today), TAKEN, money(outcome.charge))
        else:
            shared = [one.finding for one in self._shared if claim.ordinal in one.affects]
            findings = rejecting([*outcome.findings, *shared])
            for status in claim_statuses(findings):
                yield self._rejection(status, money(outcome.charge))
        trace = plain(claim.reference("D9"), 50)
        if trace:
            yield ("REF", "D9", trace)
        bill_type = plain(claim.bill_type, 50)
        if bill_type:
            yield ("REF", "BLT", bill_type)
        yield ("DTP", "472", *self._service_days(outcome))
        for line in claim.lines:
            wrong = [finding for finding in findings if finding.line == line.number]
            if wrong:
                yield from _line(line, line_statuses(wrong), self._today)

    def _rejection(self, status: ClaimStatus, charge: str) -> Elements:
        first, *others = status.statuses
        others += [""] * (2 - len(others))
        before = ("STC", first, day(self._today), REJECTED, charge)
        return (*before, *[""] * 5, *others, status.message)

    def _service_days(self, outcome: ClaimOutcome) -> tuple[str, str]:
        # The guide requires a day; a claim without one that can be read is rejected for it anyhow.
        return period(outcome.service) if outcome.service else ("D8", day(self._today))


def _levels(asked: AnsweredTransaction, answers: Iterable[AnsweredClaim]) -> Iterator[Elements]:
    """Yield the levels from the providers down, and in them what is answered about each claim."""
    tallies = iter(asked.providers)
    number, level, billing, patient = 2, "", "", ""
    for answer in answers:
        if answer.billing != billing and answer.provider is not None:
            billing, patient = answer.billing, ""
            number += 1
            level = str(number)
            yield ("HL", level, "2", "19", "1")
            yield from _provider(answer.provider, next(tallies))
        if answer.patient != patient:
            patient = answer.patient
            number += 1
            yield ("HL", str(number), level, "PT")
            yield answer.name
        yield from answer.segments


def _header_name(transaction: Transaction, role: str) -> Segment | None:
    return SegmentGroup(transaction.header).first("NM1", role)


def _named(name: Segment | None) -> Elements:
    """Return NM102 to NM107 of a submitter or provider."""
    if name is None or name[2] != "1":
        return ("2", plain(name[3] if name else "", 60, UNKNOWN), "", "", "", "")
    return ("1", plain(name[3], 60, UNKNOWN), plain(name[4], 35), plain(name[5], 25), "", "")


def _provider_name(provider: BillingProvider) -> Elements:
    return ("NM1", "85", *_named(provider.party.name_segment), *_provider_identifier(provider))


def _provider(name: Elements, tally: Tally) -> Iterator[Elements]:
    yield name
    # No trace number of the provider is known: zero, as the guide has it.
    yield ("TRN", "1", "0")
    yield ("STC", composite(RECEIVED, _SOURCE), "", TAKEN, money(tally.charges))
    yield from tally.segments("QA", "QC")


def _provider_identifier(provider: BillingProvider) -> Elements:
    if provider.npi:
        return ("XX", plain(provider.npi, 80, UNKNOWN, 2))
    tax_numbers = [r.value for r in provider.party.references(*_PROVIDER_TAX_NUMBERS) if r.value]
    tax_number = tax_numbers[0] if tax_numbers else provider.party.identifier
    return ("FI", plain(tax_number, 80, UNKNOWN, 2))


def _patient_name(patient: Patient) -> Elements:
    party = patient.party
    name = party.name_segment
    last = party.last_name if name.id == "NM1" else ""
    return (
        *("NM1", "QC", "1"),
        plain(last, 60, UNKNOWN),
        plain(name[4], 35) if last else "",
        plain(name[5], 25) if last else "",
        "",
        plain(name[7], 10) if last else "",
        "MI",
        plain(patient.member_identifier, 80, UNKNOWN, 2),
    )


def _line(line: ServiceLine, statuses: tuple[str, ...], today: date) -> Iterator[Elements]:
    service = _service(line)
    if service is None:
        return
    units = money(line.units) if line.units is not None else ""
    yield ("SVC", service, money(line.charge), "", *_revenue(line, service), "", "", units)
    first, *others = statuses
    yield ("STC", first, day(today), REJECTED, *[""] * 6, *others)
    control = plain(line.control_number, 50)
    if control:
        yield ("REF", "FJ", control)
    if line.period is not None:
        yield ("DTP", "472", *period(line.period))


def _service(line: ServiceLine) -> str | None:
    """Return the composite that names the service: its procedure, else its revenue code."""
    code = plain(line.code, 48)
    if code:
        known = line.code_qualifier in _SERVICE_QUALIFIERS
        modifiers = [plain(modifier, 2) for modifier in line.modifiers]
        return composite(line.code_qualifier if known else "HC", code, *filter(None, modifiers))
    revenue = plain(line.revenue_code, 48)
    return composite(_REVENUE_CODE, revenue) if revenue else None


def _revenue(line: ServiceLine, service: str) -> Elements:
    """Return SVC04: the revenue code, where SVC01 does not hold it."""
    held = service.startswith(_REVENUE_CODE)
    return ("" if held else plain(line.revenue_code, 48),)

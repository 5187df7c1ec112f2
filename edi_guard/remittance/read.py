"""Reads remittances (835, 005010X221A1 and its predecessors), one transaction set after the other."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from edi_guard.claims import read_amount, read_day
from edi_guard.remittance.model import (
    AdjustmentReason,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
)
from edi_guard.sharing import Sharing
from edi_guard.x12 import EnvelopeReader, FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from edi_guard.x12 import Segment, Source, TransactionText

_KIND: Final = "835"
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
# What does not keep a remittance from being understood.
_HARMLESS: Final = frozenset({FaultKind.EMPTY_SEGMENT})
_REVENUE: Final = "NU"
_REMARKS: Final = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}


class RemittanceError(Exception):
    """The file is no remittance, or is broken; one sentence says what to do."""


def read_remittances(source: Source) -> Iterator[Remittance]:
    """Yield the remittances of a file, one at a time.

    Args:
        source: the file.

    Raises:
        RemittanceError: it is not X12, is broken, or holds no 835. What was yielded before is whole.
    """
    reader = EnvelopeReader(source)
    sharing = Sharing()
    found = claims = 0
    for text in reader:
        if text.span.kind == _KIND:
            made = _Taker(text, claims, sharing).remittance()
            found += 1
            claims += len(made.claims)
            yield made
    faults = [fault.kind for fault in reader.envelope.faults if fault.kind not in _HARMLESS]
    if faults or not reader.envelope.interchanges:
        kinds = ", ".join(dict.fromkeys(kind.name.lower().replace("_", " ") for kind in faults))
        message = f"no whole X12 interchange ({kinds or 'no ISA'}): get it from the payer again"
        raise RemittanceError(message)
    if not found:
        message = "there is no remittance (835) in it, nor an acknowledgment: give the files that payers sent"
        raise RemittanceError(message)


class _Taker:
    """Takes the segments of one transaction set."""

    def __init__(self, text: TransactionText, claims_before: int, sharing: Sharing) -> None:
        self._one = sharing
        self._segments = text.segments
        self._before = claims_before
        self._unreadable: list[str] = []

    def remittance(self) -> Remittance:
        """Return what the transaction set says."""
        starts = [at for at, segment in enumerate(self._segments) if segment.id == "CLP"]
        end = next(
            (at for at, segment in enumerate(self._segments) if segment.id == "PLB"), len(self._segments) - 1
        )
        head = self._segments[: starts[0] if starts else end]
        parts = _parts(self._segments, starts, end)
        claims = tuple(self._claim(self._before + number, part) for number, part in enumerate(parts, 1))
        adjustments = tuple(
            one for segment in self._segments[end:] if segment.id == "PLB" for one in self._provider(segment)
        )
        return self._whole(head, claims, adjustments)

    def _whole(
        self,
        head: Sequence[Segment],
        claims: tuple[RemittedClaim, ...],
        adjustments: tuple[ProviderAdjustment, ...],
    ) -> Remittance:
        payment, trace = _first(head, "BPR"), _first(head, "TRN")
        payer = _first(head, "N1", "PR")
        reference = _first(head, "REF", "2U")
        payee = _first(head, "N1", "PE")
        amount = self._amount(payment, 2) if payment else _ZERO
        return Remittance(
            control_number=self._segments[0][2],
            payer=_value(payer, 4) or _value(reference, 2) or _value(trace, 3),
            payee=_value(payee, 4),
            trace=_value(trace, 2),
            date=self._day(payment, 16) if payment else None,
            amount=-amount if payment is not None and payment[3] == "D" else amount,
            claims=claims,
            provider_adjustments=adjustments,
            unreadable=tuple(self._unreadable),
        )

    # ------------------------------------------------------------------ claims

    def _claim(self, ordinal: int, segments: Sequence[Segment]) -> RemittedClaim:
        starts = [at for at, segment in enumerate(segments) if segment.id == "SVC"]
        own = segments[: starts[0] if starts else len(segments)]
        parts = _parts(segments, starts, len(segments))
        header, one = own[0], self._one
        patient, subscriber = _first(own, "NM1", "QC"), _first(own, "NM1", "IL")
        return RemittedClaim(
            ordinal=ordinal,
            id=header[1],
            status_code=one(header[2]),
            charge=self._amount(header, 3),
            paid=self._amount(header, 4),
            patient_responsibility=self._amount(header, 5),
            payer_control_number=header[7],
            facility_code=one(header[8]),
            frequency=one(header[9]),
            patient=_value(patient, 9) or _value(subscriber, 9),
            rendering=one(_value(_first(own, "NM1", "82"), 9)),
            first=self._day(_first(own, "DTM", "232"), 2),
            last=self._day(_first(own, "DTM", "233"), 2),
            received=self._day(_first(own, "DTM", "050"), 2),
            adjustments=one(tuple(self._reasons(own))),
            remarks=one(tuple(_remarks(own))),
            lines=tuple(self._line(number, part) for number, part in enumerate(parts, 1)),
        )

    def _line(self, number: int, segments: Sequence[Segment]) -> RemittedLine:
        header, one = segments[0], self._one
        decided, billed = header.components(1), header.components(6)
        is_revenue = decided[:1] == [_REVENUE]
        code = "" if is_revenue else _part(decided, 1)
        units = self._amount(header, 5, _ONE)
        day = self._day(_first(segments, "DTM", "472"), 2)
        return RemittedLine(
            number=number,
            code=one(code),
            modifiers=one(_modifiers(decided)),
            billed_code=one(_part(billed, 1) or code),
            billed_modifiers=one(_modifiers(billed) if billed else _modifiers(decided)),
            revenue_code=one(_part(decided, 1) if is_revenue else header[4]),
            charge=self._amount(header, 2),
            paid=self._amount(header, 3),
            units=units,
            billed_units=self._amount(header, 7, units),
            first=day or self._day(_first(segments, "DTM", "150"), 2),
            last=day or self._day(_first(segments, "DTM", "151"), 2),
            control_number=_value(_first(segments, "REF", "6R"), 2),
            adjustments=one(tuple(self._reasons(segments))),
            remarks=one(tuple(s[2] for s in segments if s.id == "LQ" and s[1] == "HE" and s[2])),
        )

    def _reasons(self, segments: Sequence[Segment]) -> Iterator[AdjustmentReason]:
        for segment in segments:
            if segment.id != "CAS":
                continue
            for at in range(2, len(segment.elements), 3):
                if segment[at] or segment[at + 1]:
                    quantity = self._amount(segment, at + 2) if segment[at + 2] else None
                    amount = self._amount(segment, at + 1)
                    yield self._one(
                        AdjustmentReason(self._one(segment[1]), self._one(segment[at]), amount, quantity)
                    )

    def _provider(self, segment: Segment) -> Iterator[ProviderAdjustment]:
        for at in range(3, len(segment.elements), 2):
            if segment[at] or segment[at + 1]:
                reason, reference = segment.component(at, 1), segment.component(at, 2)
                yield ProviderAdjustment(segment[1], reason, reference, self._amount(segment, at + 1))

    # ------------------------------------------------------------------ values

    def _amount(self, segment: Segment, element: int, default: Decimal = _ZERO) -> Decimal:
        text = segment[element].strip()
        if not text:
            return default
        made = read_amount(text)
        if made is None:
            self._unreadable.append(f"{segment.id}{element:02d}")
            return default
        return self._one(made)

    def _day(self, segment: Segment | None, element: int) -> date | None:
        if segment is None or not segment[element].strip():
            return None
        day = read_day(segment[element].strip())
        if day is None:
            self._unreadable.append(f"{segment.id}{element:02d}")
        return self._one(day)


def _parts(segments: Sequence[Segment], starts: Sequence[int], end: int) -> Iterator[Sequence[Segment]]:
    """Yield what stands from each start to the next one, and from the last one to the end."""
    for start, until in pairwise([*starts, end]):
        yield segments[start:until]


def _first(segments: Sequence[Segment], identifier: str, qualifier: str = "") -> Segment | None:
    for segment in segments:
        if segment.id == identifier and qualifier in ("", segment[1]):
            return segment
    return None


def _value(segment: Segment | None, element: int) -> str:
    return segment[element].strip() if segment is not None else ""


def _part(parts: Sequence[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


def _modifiers(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, parts[2:6]))


def _remarks(segments: Sequence[Segment]) -> Iterator[str]:
    for segment in segments:
        for at in _REMARKS.get(segment.id, ()):
            if segment[at]:
                yield segment[at]

"""SIT and ID: addresses, at every level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, Transaction
from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment


_DOMESTIC = ("", "US")
_CANADA = "CA"
_PROVINCES = frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
_CANADIAN_CODE = re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", re.ASCII)
_ZIP = re.compile(r"\d{5}(?:\d{4})?", re.ASCII)
_WHOLE_ZIP = re.compile(r"\d{9}", re.ASCII)
_BOX = re.compile(r"\b(?:P\.? ?O\.? ?BOX|POST OFFICE BOX|LOCK ?BOX|PMB)\b", re.IGNORECASE)
BILLING = "2010AA"
# Where a service is billed from or was done, by kind of claim. That an institutional billing provider's
# code has nine digits the guide's own map says (IG201).
_PLACES = {
    ClaimKind.PROFESSIONAL: (BILLING, "2310C", "2420C"),
    ClaimKind.INSTITUTIONAL: ("2310E",),
}


def _has_no_box(elements: list[str], _separator: str, _: Context) -> bool:
    return not any(map(_BOX.search, elements[1:]))


def _is_whole(elements: list[str], _separator: str, _: Context) -> bool:
    """Whether an address names a state, a whole ZIP code, and no other country."""
    if len(elements) != 4:
        return False
    return elements[2] not in _PROVINCES and _WHOLE_ZIP.fullmatch(elements[3]) is not None


def _is_usual(elements: list[str], _separator: str, _: Context) -> bool:
    if len(elements) != 4 or elements[2] in _PROVINCES or not elements[2]:
        return False
    return _ZIP.fullmatch(elements[3]) is not None


def _addresses(transaction: Transaction) -> Iterator[Segment]:
    return (segment for segment in transaction.text.segments if segment.id == "N4")


def _is_canadian(segment: Segment) -> bool:
    return segment[4] == _CANADA or (not segment[4] and segment[2] in _PROVINCES)


@rule(
    "SIT221",
    on=Transaction,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N258",),
    claim_status=("A7:126:85",),
    segments=("N3",),
    loops=(BILLING,),
    unless=_has_no_box,
    edits=("STEDI-018",),
)
def billing_address_is_a_box(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Billing provider's address that is a post office box.

    ## Why it is denied
    The billing provider's address has to be a street. Where payments go is said elsewhere.

    ## What to do
    Enter the street address, and the box as the pay-to address (loop 2010AB).

    ## Example
    Denied: `N3*PO BOX 123~` in loop 2010AA
    Paid: `N3*100 MAIN STREET~` in loop 2010AA

    ## Exceptions
    The pay-to address may be a box.

    ## Source
    005010X222A1 and 005010X223A2, loop 2010AA, N301; published front-end edits.
    """
    for segment in transaction.text.segments:
        if segment.id == "N3" and segment.loop == BILLING:
            for element in (1, 2):
                if _BOX.search(segment[element]):
                    yield billing_address_is_a_box.finding(
                        segment.location(element),
                        "the billing provider's address is a post office box",
                        observed=segment[element],
                        expected="a street address",
                    )


@rule(
    "SIT222",
    on=Transaction,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA37", "N258"),
    claim_status=("A7:126",),
    segments=("N4",),
    unless=_is_usual,
    edits=("STEDI-103", "STEDI-125", "CLAIMMD-005", "GENKB-001", "OFFMD-001"),
)
def state_or_code_missing(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Address in the United States or Canada without its state, province or postal code.

    ## Why it is denied
    Mail cannot be delivered, and front ends refuse the address as incomplete.

    ## What to do
    Complete the address.

    ## Example
    Denied: `N4*SPRINGFIELD~`
    Paid: `N4*SPRINGFIELD*IL*62702~`

    ## Exceptions
    Addresses in other countries, whose code stands in N404.

    ## Source
    005010X222A1 and 005010X223A2, N402 and N403: required for addresses in the United States and Canada.
    """
    for segment in _addresses(transaction):
        if segment[4] not in (*_DOMESTIC, _CANADA):
            continue
        for element, what in ((2, "state or province"), (3, "postal code")):
            if not segment[element]:
                yield state_or_code_missing.finding(
                    segment.location(element),
                    f"an address has no {what}",
                    expected=f"a {what}, or the code of another country in N404",
                )


@rule(
    "SIT223",
    on=Transaction,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:126",),
    segments=("N4",),
    unless=_is_usual,
    repairs=Tier.LOSSLESS,
    edits=("STEDI-020", "STEDI-021"),
)
def country_missing(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Canadian address without its country.

    ## Why it is denied
    Without a country the address is taken for one in the United States, where it does not exist.

    ## What to do
    Enter CA as the country code (N404).

    ## Example
    Denied: `N4*TORONTO*ON*M5V3L9~`
    Paid: `N4*TORONTO*ON*M5V3L9*CA~`

    ## Repair
    Lossless, off by default: writes CA where province and postal code both are Canadian.

    ## Exceptions
    States outside of both countries are no state codes, which the guide's own list finds (IG201).

    ## Source
    005010X222A1 and 005010X223A2, N404: required for addresses outside of the United States.
    """
    for segment in _addresses(transaction):
        if segment[2] not in _PROVINCES or segment[4]:
            continue
        repair = None
        if _CANADIAN_CODE.fullmatch(segment[3]) and len(segment.elements) == 4:
            edit = Edit(segment.end, "", f"{segment.delimiters.element}{_CANADA}")
            repair = Repair(Tier.LOSSLESS, "write the country of a Canadian address", (edit,))
        yield country_missing.finding(
            segment.location(4),
            "an address is in Canada, and the country code is missing",
            expected=_CANADA,
            repair=repair,
        )


@rule(
    "ID223",
    on=Transaction,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N258", "MA114"),
    claim_status=("A7:500:85", "A7:500:77"),
    segments=("N4",),
    loops=("2010AA", "2310C", "2310E", "2420C"),
    unless=_is_whole,
    edits=("STEDI-105", "STEDI-122", "TOTALMD-001"),
)
def zip_without_extension(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """ZIP code of the billing provider or service facility that has not nine digits.

    ## Why it is denied
    Payment areas are told apart by all nine digits, so that these two addresses need them.

    ## What to do
    Enter the nine digits that the postal service has for the address.

    ## Example
    Denied: `N4*SPRINGFIELD*IL*62701~` in loop 2010AA
    Paid: `N4*SPRINGFIELD*IL*627010001~` in loop 2010AA

    ## Exceptions
    Addresses in other countries. A hyphen is a spelling, which is repaired (FMT107). The extension is
    never made up.

    ## Source
    005010X222A1, loops 2010AA, 2310C and 2420C, N403; 005010X223A2, loops 2010AA and 2310E, N403.
    """
    for segment in _addresses(transaction):
        if segment.loop not in _PLACES[transaction.kind] or segment[4] not in _DOMESTIC:
            continue
        if segment[3] and not _is_canadian(segment) and not _WHOLE_ZIP.fullmatch(segment[3]):
            yield zip_without_extension.finding(
                segment.location(3),
                "the ZIP code of the billing provider or service facility has not nine digits",
                observed=segment[3],
                expected="nine digits",
            )


@rule(
    "ID224",
    on=Transaction,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:500",),
    segments=("N4",),
    unless=_is_usual,
    edits=("STEDI-123", "UHC-006", "GENKB-001"),
)
def malformed_zip(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """ZIP code that has neither five nor nine digits.

    ## Why it is denied
    The postal service has no such code, and front ends refuse it.

    ## What to do
    Correct the ZIP code.

    ## Example
    Denied: `N4*SPRINGFIELD*IL*6270~`
    Paid: `N4*SPRINGFIELD*IL*62702~`

    ## Exceptions
    Addresses in Canada and other countries. The billing provider and the service facility need nine
    digits (ID223).

    ## Source
    005010X222A1 and 005010X223A2, N403; published front-end edits.
    """
    for segment in _addresses(transaction):
        if segment.loop in (BILLING, *_PLACES[transaction.kind]) or segment[4] not in _DOMESTIC:
            continue
        if segment[3] and not _is_canadian(segment) and not _ZIP.fullmatch(segment[3]):
            yield malformed_zip.finding(
                segment.location(3),
                "a ZIP code has neither five nor nine digits",
                observed=segment[3],
                expected="five or nine digits",
            )

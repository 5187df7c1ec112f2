"""ID: identifiers, at every level: NPI check digit, tax id, taxonomy, member id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import BillingProvider, Claim, Party, SegmentGroup, Subscriber
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment

_TAX_ID = re.compile(r"\d{9}", re.ASCII)
_TAXONOMY = re.compile(r"[0-9]{3}[0-9A-Z]{6}X", re.ASCII)
_NPI_PREFIX_SUM = 24
_NPI_LENGTH = 10


def is_npi(text: str) -> bool:
    """Whether ten digits carry the right check digit.

    The check digit is Luhn's over the prefix 80840 and the first nine digits (45 CFR 162.406; CMS,
    NPI check digit calculation); the prefix adds 24.
    """
    if len(text) != _NPI_LENGTH or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    total = _NPI_PREFIX_SUM
    for index, character in enumerate(text):
        digit = int(character)
        if index % 2 == 0:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


def _wrong_npis(parties: list[Party]) -> Iterator[Party]:
    for party in parties:
        if party.npi and not is_npi(party.npi.strip()):
            yield party


def _npi_message(party: Party) -> str:
    where = f" (loop {party.loop})" if party.loop else ""
    return f"the NPI of the provider in role {party.role}{where} fails its check digit"


def _has_right_npi(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 10 or elements[8] != "XX" or is_npi(elements[9])


def _has_well_formed_tax_id(elements: list[str], _separator: str, _: Context) -> bool:
    if len(elements) < 3 or elements[1] not in ("EI", "SY"):
        return True
    return _TAX_ID.fullmatch(elements[2]) is not None and len(set(elements[2])) > 1


def _has_well_formed_taxonomy(elements: list[str], _separator: str, _: Context) -> bool:
    if len(elements) < 4 or elements[2] != "PXC":
        return True
    return _TAXONOMY.fullmatch(elements[3]) is not None


def _has_member_id_in_one_piece(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 10 or elements[1] != "IL" or " " not in elements[9]


@rule(
    "ID201",
    on=BillingProvider,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "208"),
    rarc=("N257",),
    claim_status=("A7:562:85",),
    segments=("NM1",),
    unless=_has_right_npi,
    edits=("NJMCD-001",),
)
def wrong_billing_npi(level: BillingProvider, _: Context) -> Iterator[Finding]:
    """Billing provider's NPI with a wrong check digit.

    ## Why it is denied
    No provider has this number. Every claim under it is refused.

    ## What to do
    Correct the billing provider's NPI in the practice's settings and send the claims again.

    ## Example
    Denied: `NM1*85*2*SAMPLE CLINIC*****XX*1234567890~`
    Paid: `NM1*85*2*SAMPLE CLINIC*****XX*1234567893~`

    ## Exceptions
    None.

    ## Source
    45 CFR 162.406; 005010X222A1 and 005010X223A2, loop 2010AA, NM109.
    """
    for party in _wrong_npis(level.parties):
        yield wrong_billing_npi.finding(
            level.at(party.name_segment, 9),
            _npi_message(party),
            observed=party.npi,
            expected="ten digits with a right check digit",
        )


@rule(
    "ID202",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "206", "207"),
    rarc=("N286", "N290"),
    claim_status=("A7:562",),
    segments=("NM1",),
    unless=_has_right_npi,
    edits=("NJMCD-002", "NJMCD-006", "NJMCD-007", "NJMCD-009"),
)
def wrong_provider_npi(claim: Claim, _: Context) -> Iterator[Finding]:
    """NPI of a claim's or line's provider with a wrong check digit.

    ## Why it is denied
    No provider has this number, so that payers cannot find who rendered, referred or supervised.

    ## What to do
    Correct the provider's NPI.

    ## Example
    Denied: `NM1*82*1*SAMPLE*ALEX****XX*1234567890~`
    Paid: `NM1*82*1*SAMPLE*ALEX****XX*1234567893~`

    ## Exceptions
    Providers of other payers (loop 2330) are not sent to this payer and not checked.

    ## Source
    45 CFR 162.406; 005010X222A1 and 005010X223A2, loops 2310 and 2420, NM109.
    """
    for party in _wrong_npis(claim.parties):
        yield wrong_provider_npi.finding(
            claim.at(party.name_segment, 9),
            _npi_message(party),
            observed=party.npi,
            expected="ten digits with a right check digit",
        )
    for line in claim.lines:
        for party in _wrong_npis(line.parties):
            yield wrong_provider_npi.finding(
                line.at(party.name_segment, 9),
                _npi_message(party),
                observed=party.npi,
                expected="ten digits with a right check digit",
                line=line.number,
            )


@rule(
    "ID203",
    on=BillingProvider,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N256",),
    claim_status=("A7:128:85",),
    segments=("REF*EI", "REF*SY"),
    unless=_has_well_formed_tax_id,
    edits=("STEDI-028", "STEDI-082"),
)
def malformed_tax_id(level: BillingProvider, _: Context) -> Iterator[Finding]:
    """Billing provider's tax id that is not nine digits.

    ## Why it is denied
    Payers pay to a tax id. One with fewer or more digits belongs to nobody.

    ## What to do
    Correct the tax id in the practice's settings.

    ## Example
    Denied: `REF*EI*12345678~`
    Paid: `REF*EI*123456789~`

    ## Exceptions
    Hyphens in the right places are a spelling, which is repaired (FMT107).

    ## Source
    005010X222A1 and 005010X223A2, loop 2010AA, REF with EI or SY.
    """
    for reference in level.party.references("EI", "SY"):
        digits = reference.value.replace("-", "")
        if not _TAX_ID.fullmatch(digits) or len(set(digits)) == 1:
            yield malformed_tax_id.finding(
                level.at(reference.segment, 2),
                "the billing provider's tax id is not nine digits, or all of them are the same",
                observed=reference.value,
                expected="nine digits",
            )


@rule(
    "ID204",
    on=BillingProvider,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N255",),
    claim_status=("A7:145:85",),
    segments=("PRV",),
    unless=_has_well_formed_taxonomy,
    edits=("STEDI-030",),
)
def malformed_billing_taxonomy(level: BillingProvider, _: Context) -> Iterator[Finding]:
    """Billing provider's taxonomy code that does not have the shape of one.

    ## Why it is denied
    Taxonomy codes have ten characters and end in X. Others are in no code set.

    ## What to do
    Enter the taxonomy code under which the provider is enrolled.

    ## Example
    Denied: `PRV*BI*PXC*207X00000~`
    Paid: `PRV*BI*PXC*207X00000X~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2000A, PRV03; NUCC provider taxonomy code set.
    """
    for segment in _wrong_taxonomies(level.own):
        yield malformed_billing_taxonomy.finding(
            level.at(segment, 3),
            "the billing provider's taxonomy code does not have the shape of one",
            observed=segment[3],
            expected="ten characters, the last an X",
        )


@rule(
    "ID205",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N288",),
    claim_status=("A7:145:82",),
    segments=("PRV",),
    unless=_has_well_formed_taxonomy,
    edits=("STEDI-030",),
)
def malformed_provider_taxonomy(claim: Claim, _: Context) -> Iterator[Finding]:
    """Taxonomy code of a claim's or line's provider that does not have the shape of one.

    ## Why it is denied
    Taxonomy codes have ten characters and end in X. Others are in no code set.

    ## What to do
    Enter the taxonomy code under which the provider is enrolled.

    ## Example
    Denied: `PRV*PE*PXC*208D~`
    Paid: `PRV*PE*PXC*208D00000X~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loops 2310 and 2420, PRV03; NUCC provider taxonomy code set.
    """
    groups = [*claim.parties, *(party for line in claim.lines for party in line.parties)]
    for group in groups:
        for segment in _wrong_taxonomies(group):
            yield malformed_provider_taxonomy.finding(
                claim.at(segment, 3),
                "a provider's taxonomy code does not have the shape of one",
                observed=segment[3],
                expected="ten characters, the last an X",
            )


def _wrong_taxonomies(group: SegmentGroup) -> Iterator[Segment]:
    for segment in group.all("PRV"):
        if segment[2] == "PXC" and segment[3] and not _TAXONOMY.fullmatch(segment[3]):
            yield segment


@rule(
    "ID206",
    on=Subscriber,
    snip=5,
    severity=Severity.HOLD,
    carc=("31", "16"),
    rarc=("N382",),
    claim_status=("A7:164:IL",),
    segments=("NM1*IL",),
    unless=_has_member_id_in_one_piece,
)
def blank_in_member_id(level: Subscriber, _: Context) -> Iterator[Finding]:
    """Member id with a blank inside.

    ## Why it is denied
    Payers print member ids in groups and store them without blanks. With a blank the member is not found.

    ## What to do
    Enter the member id without blanks, as the payer stores it.

    ## Example
    Denied: `NM1*IL*1*DOE*JANE****MI*W12 345~`
    Paid: `NM1*IL*1*DOE*JANE****MI*W12345~`

    ## Exceptions
    Blanks at the ends are a spelling, which is repaired (FMT101).

    ## Source
    005010X222A1 and 005010X223A2, loop 2010BA, NM109; published front-end edits.
    """
    if " " in level.member_identifier.strip():
        yield blank_in_member_id.finding(
            level.at(level.party.name_segment, 9),
            "the member id has a blank inside",
            observed=level.member_identifier,
            expected="a member id without blanks",
        )

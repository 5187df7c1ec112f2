"""CODE: codes of services, places and revenue against the loaded code sets, on the date of service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem, Standing
from edi_guard.rules.code_standing import WRONG, is_steady, standing_words
from edi_guard.rules.codes import HCPCS
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign, facility_code, procedure_code, procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


# D codes are the dental association's, which CMS's file does not hold.
_LEVEL_II: Final = re.compile(r"[A-CE-Z]\d{4}", re.ASCII)


def _is_known_service(elements: list[str], separator: str, context: Context) -> bool:
    code = procedure_code(elements, separator)
    return (
        not context.tables.has_system(CodeSystem.HCPCS)
        or not _LEVEL_II.fullmatch(code)
        or is_steady(context, CodeSystem.HCPCS, code)
    )


@rule(
    "CODE247",
    on=ServiceLine,
    snip=5,
    severity=Severity.HOLD,
    carc=("181", "182"),
    rarc=("M20", "N56"),
    claim_status=("A7:507",),
    segments=("SV1", "SV2"),
    edits=("STEDI-044", "CMSCEDI-001"),
    unless=_is_known_service,
    signs=Sign.UNSTEADY,
)
def code_not_in_table(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """HCPCS level II code that is not in force on the date of service.

    ## Why it is denied
    Codes are added and retired every quarter. Before and after, they are in no code set.

    ## What to do
    Enter the code that was in force that day, or load the HCPCS file of that quarter.

    ## Example
    Denied: `SV1*HC:A0000*180*UN*1***1~`
    Paid: a code that CMS's file has on the date of service

    ## Exceptions
    Only where a HCPCS table is loaded. CPT codes (level I) and dental codes, which CMS's file does not
    hold. A code that an outdated table does not have could not be checked (CODE903).

    ## Source
    CMS HCPCS file; CMS common edits, X222.351.2400.SV101-2.020, in our own words.
    """
    if line.date is None or line.code_qualifier != HCPCS or not _LEVEL_II.fullmatch(line.code):
        return
    entry = context.tables.entry(CodeSystem.HCPCS, line.code, line.date)
    if entry.standing in WRONG:
        yield code_not_in_table.finding(
            line.at_code,
            f"{line.code} {standing_words(entry, line.date)}",
            observed=line.code,
            expected="a code in force on the date of service",
            source=entry.table,
        )


def _has_known_modifiers(elements: list[str], separator: str, context: Context) -> bool:
    return not context.tables.has_system(CodeSystem.MODIFIER) or all(
        not _is_listable(modifier, context) or is_steady(context, CodeSystem.MODIFIER, modifier)
        for modifier in procedure_parts(elements, separator)[2:6]
        if modifier
    )


def _is_listable(modifier: str, context: Context) -> bool:
    """Whether the loaded lists can hold a modifier: CMS's file lacks CPT's own, which are digits only."""
    if len(modifier) != 2:
        return False
    return not modifier.isdigit() or any(
        context.tables.entry(CodeSystem.MODIFIER, known, context.today).standing is Standing.VALID
        for known in ("25", "59")
    )


@rule(
    "CODE248",
    on=ServiceLine,
    snip=5,
    severity=Severity.HOLD,
    carc=("4", "182"),
    rarc=("N519", "N822"),
    claim_status=("A7:453",),
    segments=("SV1", "SV2"),
    unless=_has_known_modifiers,
    signs=Sign.UNSTEADY,
)
def modifier_not_in_table(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Modifier that is not in force on the date of service.

    ## Why it is denied
    A modifier that is in no code set says nothing, and front ends refuse the line.

    ## What to do
    Enter the modifier that the record supports and that was in force that day.

    ## Example
    Denied: `SV1*HC:20610:ZQ*180*UN*1***1~`
    Paid: `SV1*HC:20610:RT*180*UN*1***1~`

    ## Exceptions
    Only where a list of modifiers or the HCPCS file is loaded. CMS's file lacks CPT's own modifiers (two
    digits): they are checked where a list that has them is loaded.

    ## Source
    CMS HCPCS file, record type 7; 005010X222A1 and 005010X223A2, loop 2400, SV101-3 to -6, SV202-3 to -6.
    """
    if line.date is None:
        return
    for slot, modifier in enumerate(line.modifier_slots):
        if not modifier or not _is_listable(modifier, context):
            continue
        entry = context.tables.entry(CodeSystem.MODIFIER, modifier, line.date)
        if entry.standing in WRONG:
            yield modifier_not_in_table.finding(
                line.at_modifier(slot),
                f"modifier {modifier} of {line.code} {standing_words(entry, line.date)}",
                observed=modifier,
                expected="a modifier in force on the date of service",
                source=entry.table,
            )


def _has_known_place(elements: list[str], separator: str, context: Context) -> bool:
    if elements[0] == "CLM":
        place = facility_code(elements, separator)
    else:
        place = elements[5] if len(elements) > 5 else ""
    return not place or is_steady(context, CodeSystem.PLACE_OF_SERVICE, place)


@rule(
    "CODE251",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("5", "16"),
    rarc=("M77",),
    claim_status=("A7:249",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("CLM", "SV1"),
    unless=_has_known_place,
    signs=Sign.UNSTEADY,
)
def place_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """Place of service that is not in force on the date of service.

    ## Why it is denied
    The place decides on payment. A number that stands for no place, or did not yet, is refused.

    ## What to do
    Enter where the service was performed.

    ## Example
    Denied: `SV1*HC:20610:RT*180*UN*1*30**1~`
    Paid: `SV1*HC:20610:RT*180*UN*1*11**1~`

    ## Exceptions
    The list that ships is CMS's; a newer one can be imported.

    ## Source
    CMS, place of service code set; 005010X222A1, loops 2300 CLM05-1 and 2400 SV105.
    """
    places = [(claim.place_of_service, claim.lines[0].date if claim.lines else None, 0)]
    places += [(line.own_place_of_service, line.date, line.number) for line in claim.lines]
    for place, on, number in places:
        if on is None or len(place) != 2 or not place.isdigit():
            continue
        entry = context.tables.entry(CodeSystem.PLACE_OF_SERVICE, place, on)
        if entry.standing in WRONG:
            yield place_not_in_table.finding(
                claim.lines[number - 1].at_place_of_service if number else claim.at_place_of_service,
                f"place of service {place} {standing_words(entry, on)}",
                observed=place,
                expected="a place of service in force on the date of service",
                source=entry.table,
                line=number or None,
            )


def _has_known_revenue(elements: list[str], _: str, context: Context) -> bool:
    return (
        not context.tables.has_system(CodeSystem.REVENUE)
        or len(elements) < 2
        or is_steady(context, CodeSystem.REVENUE, elements[1])
    )


@rule(
    "CODE252",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "199"),
    rarc=("M50",),
    claim_status=("A7:455",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    unless=_has_known_revenue,
    signs=Sign.UNSTEADY,
)
def revenue_code_not_in_table(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Revenue code that the loaded list does not have on the date of service.

    ## Why it is denied
    The revenue code says which department and tariff is meant. An unassigned one is refused.

    ## What to do
    Enter the revenue code of the department that performed the service.

    ## Example
    Denied: `SV2*0999*HC:76942*140*UN*1~`, where the list has no 0999
    Paid: `SV2*0402*HC:76942*140*UN*1~`

    ## Exceptions
    Only where a list of revenue codes is loaded; NUBC's is licensed, an office may state its own ranges.

    ## Source
    005010X223A2, loop 2400, SV201; the loaded list.
    """
    code = line.revenue_code
    if line.date is None or len(code) != 4 or not code.isdigit():
        return
    entry = context.tables.entry(CodeSystem.REVENUE, code, line.date)
    if entry.standing in WRONG:
        yield revenue_code_not_in_table.finding(
            line.at(line.service, 1),
            f"revenue code {code} {standing_words(entry, line.date)}",
            observed=code,
            expected="a revenue code of the loaded list",
            source=entry.table,
        )


@rule(
    "CODE903",
    on=ServiceLine,
    snip=5,
    severity=Severity.INFO,
    segments=("SV1", "SV2"),
    unless=_is_known_service,
    signs=Sign.UNSTEADY,
)
def code_unchecked(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """HCPCS level II code that the loaded tables are too old, or too new, to know.

    ## Why it is denied
    It is not: nobody here can say whether the code is right.

    ## What to do
    Load the HCPCS file of the quarter of service.

    ## Example
    Denied: a code that last year's file lacks, for a service of today
    Paid: a code that the file of the quarter has

    ## Exceptions
    Not reported where no HCPCS table is loaded at all, which CODE901 says.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    if line.date is None or line.code_qualifier != HCPCS or not _LEVEL_II.fullmatch(line.code):
        return
    if not context.tables.has_system(CodeSystem.HCPCS):
        return
    entry = context.tables.entry(CodeSystem.HCPCS, line.code, line.date)
    if entry.standing is Standing.UNKNOWN:
        yield code_unchecked.unchecked(
            f"whether {line.code} is in force on {line.date} could not be checked: the HCPCS file of that"
            " quarter is not loaded",
            once=line.code,
            location=line.at_code,
        )

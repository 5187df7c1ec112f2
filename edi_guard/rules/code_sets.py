"""CODE: codes against the loaded code sets, on the date of service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem, Standing
from edi_guard.reference.days import day_of
from edi_guard.rules.codes import HCPCS
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign, facility_code, procedure_code, procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.claims.parts import CodedValue
    from edi_guard.findings import Finding
    from edi_guard.reference import CodeEntry
    from edi_guard.rules.context import Context

# D codes are the dental association's, which CMS's file does not hold.
_LEVEL_II: Final = re.compile(r"[A-CE-Z]\d{4}", re.ASCII)
_DIAGNOSES: Final = ("ABK", "ABF", "ABJ", "APR", "ABN")
_PROCEDURES: Final = ("BBR", "BBQ")
_WRONG: Final = frozenset({Standing.MISSING, Standing.EARLY, Standing.ENDED})


def _words(entry: CodeEntry, on: date) -> str:
    """Say how a code stands on a day."""
    if entry.standing is Standing.EARLY:
        return f"is in force from {day_of(entry.first)}, and the date of service is {on}"
    if entry.standing is Standing.ENDED:
        return f"was in force until {day_of(entry.last)}, and the date of service is {on}"
    return f"is not in the code set on {on}"


def _is_steady(context: Context, system: CodeSystem, code: str) -> bool:
    return context.tables.is_steady(system, code, *context.steady)


def _is_known_service(elements: list[str], separator: str, context: Context) -> bool:
    code = procedure_code(elements, separator)
    return (
        not context.tables.has_system(CodeSystem.HCPCS)
        or not _LEVEL_II.fullmatch(code)
        or _is_steady(context, CodeSystem.HCPCS, code)
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
    if entry.standing in _WRONG:
        yield code_not_in_table.finding(
            line.at_code,
            f"{line.code} {_words(entry, line.date)}",
            observed=line.code,
            expected="a code in force on the date of service",
            source=entry.table,
        )


def _has_known_modifiers(elements: list[str], separator: str, context: Context) -> bool:
    return not context.tables.has_system(CodeSystem.MODIFIER) or all(
        not _is_listable(modifier, context) or _is_steady(context, CodeSystem.MODIFIER, modifier)
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
        if entry.standing in _WRONG:
            yield modifier_not_in_table.finding(
                line.at_modifier(slot),
                f"modifier {modifier} of {line.code} {_words(entry, line.date)}",
                observed=modifier,
                expected="a modifier in force on the date of service",
                source=entry.table,
            )


def _known_values(
    elements: list[str], separator: str, context: Context, system: CodeSystem, qualifiers: tuple[str, ...]
) -> bool:
    if not context.tables.has_system(system):
        return True
    for element in elements[1:]:
        parts = element.split(separator)
        if parts[0] in qualifiers and len(parts) > 1 and not _is_steady(context, system, parts[1]):
            return False
    return True


def _has_known_diagnoses(elements: list[str], separator: str, context: Context) -> bool:
    return _known_values(elements, separator, context, CodeSystem.DIAGNOSIS, _DIAGNOSES)


def _has_known_procedures(elements: list[str], separator: str, context: Context) -> bool:
    return _known_values(elements, separator, context, CodeSystem.PROCEDURE, _PROCEDURES)


def _coding_days(claim: Claim) -> list[date]:
    """Return the days that decide which year's codes count: of a stay the last, else all of them."""
    if claim.kind is ClaimKind.INSTITUTIONAL and claim.statement_period:
        period = claim.statement_period
        return [period.last] if claim.is_inpatient else [period.first, period.last]
    periods = [line.period for line in claim.lines if line.period]
    return sorted({day for period in periods for day in (period.first, period.last)})


def _wrong_values(
    claim: Claim,
    context: Context,
    system: CodeSystem,
    qualifiers: tuple[str, ...],
    wrong: frozenset[Standing],
) -> Iterator[tuple[CodedValue, CodeEntry, date]]:
    """Yield the values that are wrong on every deciding day, with what is said of the last one."""
    days = _coding_days(claim)
    if not days or not context.tables.has_system(system):
        return
    for value in claim.coded(*qualifiers):
        entries = [context.tables.entry(system, value.code, day) for day in days]
        if value.code and all(entry.standing in wrong for entry in entries):
            yield value, entries[-1], days[-1]


@rule(
    "CODE249",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("M76", "MA63"),
    claim_status=("A7:254", "A7:255"),
    segments=("HI",),
    unless=_has_known_diagnoses,
    signs=Sign.UNSTEADY,
)
def diagnosis_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """Diagnosis that ICD-10-CM does not have on the date of service.

    ## Why it is denied
    Diagnoses change on 1 October, a few on 1 April. A code of another year is refused by every payer.

    ## What to do
    Enter the diagnosis in the codes of the year of service, from the record.

    ## Example
    Denied: `HI*ABK:Q9999~`
    Paid: `HI*ABK:M25511~`

    ## Exceptions
    Only where the order file of the year is loaded; in an outdated one a code could not be checked
    (CODE903). Of a stay the last day decides. Where a claim spans the change, either year's codes will do.

    ## Source
    ICD-10-CM order file and addenda; 005010X222A1 and 005010X223A2, loop 2300, HI.
    """
    for value, entry, day in _wrong_values(claim, context, CodeSystem.DIAGNOSIS, _DIAGNOSES, _WRONG):
        yield diagnosis_not_in_table.finding(
            claim.at(value.segment, value.element, 2),
            f"a diagnosis {_words(entry, day)}",
            observed=value.code,
            expected="a diagnosis in force on the date of service",
            source=entry.table,
        )


@rule(
    "CODE250",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("M76", "M81"),
    claim_status=("A7:255",),
    segments=("HI",),
    unless=_has_known_diagnoses,
    signs=Sign.UNSTEADY,
)
def diagnosis_is_heading(claim: Claim, context: Context) -> Iterator[Finding]:
    """Diagnosis that is a heading and needs more characters.

    ## Why it is denied
    Only codes of the most exact level are diagnoses; what has codes below it is a heading.

    ## What to do
    Enter the code below it that the record supports: side, encounter and kind are often what is missing.

    ## Example
    Denied: `HI*ABK:M2551~`
    Paid: `HI*ABK:M25511~`

    ## Exceptions
    Only where the order file is loaded, which says what may be billed.

    ## Source
    ICD-10-CM order file, position 15; official guidelines for coding and reporting, section I.B.2.
    """
    headings = frozenset({Standing.HEADING})
    for value, entry, _ in _wrong_values(claim, context, CodeSystem.DIAGNOSIS, _DIAGNOSES, headings):
        yield diagnosis_is_heading.finding(
            claim.at(value.segment, value.element, 2),
            "a diagnosis is a heading: codes with more characters stand below it",
            observed=value.code,
            expected="a code of the most exact level",
            source=entry.table,
        )


@rule(
    "CODE254",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M67", "MA66"),
    claim_status=("A7:490", "A7:491"),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    unless=_has_known_procedures,
    signs=Sign.UNSTEADY,
)
def procedure_not_in_table(claim: Claim, context: Context) -> Iterator[Finding]:
    """ICD procedure that ICD-10-PCS does not have on the day of discharge.

    ## Why it is denied
    Procedure codes change on 1 October. A code of another year prices nothing.

    ## What to do
    Enter the procedure in the codes of the year of discharge, from the record.

    ## Example
    Denied: `HI*BBR:0S9C3ZZ:D8:20261102~`, where the order file of the year lacks it
    Paid: a code that the order file has

    ## Exceptions
    Only where the order file of the year is loaded.

    ## Source
    ICD-10-PCS order file; 005010X223A2, loop 2300, HI with BBR and BBQ.
    """
    wrong = _WRONG | {Standing.HEADING}
    for value, entry, day in _wrong_values(claim, context, CodeSystem.PROCEDURE, _PROCEDURES, wrong):
        yield procedure_not_in_table.finding(
            claim.at(value.segment, value.element, 2),
            f"an ICD procedure {_words(entry, day)}",
            observed=value.code,
            expected="a procedure in force on the day of discharge",
            source=entry.table,
        )


def _has_known_place(elements: list[str], separator: str, context: Context) -> bool:
    if elements[0] == "CLM":
        place = facility_code(elements, separator)
    else:
        place = elements[5] if len(elements) > 5 else ""
    return not place or _is_steady(context, CodeSystem.PLACE_OF_SERVICE, place)


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
        if entry.standing in _WRONG:
            yield place_not_in_table.finding(
                claim.lines[number - 1].at_place_of_service if number else claim.at_place_of_service,
                f"place of service {place} {_words(entry, on)}",
                observed=place,
                expected="a place of service in force on the date of service",
                source=entry.table,
                line=number or None,
            )


def _has_known_revenue(elements: list[str], _: str, context: Context) -> bool:
    return (
        not context.tables.has_system(CodeSystem.REVENUE)
        or len(elements) < 2
        or _is_steady(context, CodeSystem.REVENUE, elements[1])
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
    if entry.standing in _WRONG:
        yield revenue_code_not_in_table.finding(
            line.at(line.service, 1),
            f"revenue code {code} {_words(entry, line.date)}",
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

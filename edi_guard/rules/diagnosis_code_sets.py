"""CODE: diagnoses and inpatient procedures against the loaded ICD-10 tables, on the deciding day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem, Standing
from edi_guard.rules.code_standing import WRONG, is_steady, standing_words
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.claims.parts import CodedValue
    from edi_guard.findings import Finding
    from edi_guard.reference import CodeEntry
    from edi_guard.rules.context import Context


_DIAGNOSES: Final = ("ABK", "ABF", "ABJ", "APR", "ABN")


_PROCEDURES: Final = ("BBR", "BBQ")


def _known_values(
    elements: list[str], separator: str, context: Context, system: CodeSystem, qualifiers: tuple[str, ...]
) -> bool:
    if not context.tables.has_system(system):
        return True
    for element in elements[1:]:
        parts = element.split(separator)
        if parts[0] in qualifiers and len(parts) > 1 and not is_steady(context, system, parts[1]):
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
    for value, entry, day in _wrong_values(claim, context, CodeSystem.DIAGNOSIS, _DIAGNOSES, WRONG):
        yield diagnosis_not_in_table.finding(
            claim.at(value.segment, value.element, 2),
            f"a diagnosis {standing_words(entry, day)}",
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
    wrong = WRONG | {Standing.HEADING}
    for value, entry, day in _wrong_values(claim, context, CodeSystem.PROCEDURE, _PROCEDURES, wrong):
        yield procedure_not_in_table.finding(
            claim.at(value.segment, value.element, 2),
            f"an ICD procedure {standing_words(entry, day)}",
            observed=value.code,
            expected="a procedure in force on the day of discharge",
            source=entry.table,
        )

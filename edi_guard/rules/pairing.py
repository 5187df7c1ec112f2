"""PAIR: a target line without its primary procedure, or with the wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.ncci import is_pair
from edi_guard.rules.pairing_assessment import PROFESSIONAL_COMPONENT, Assessment, Row, assess
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _milder(line: ServiceLine, severity: Severity) -> Severity:
    """With modifier 26 another provider may bill the primary: at most a warning."""
    return min(severity, Severity.WARN) if PROFESSIONAL_COMPONENT in line.modifiers else severity


def _candidate(found: Assessment) -> str:
    return found.candidate.words if found.candidate else ""


def _code(found: Assessment) -> str:
    return found.candidate.line.code if found.candidate else ""


@rule(
    "PAIR101",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("107", "B15"),
    rarc=("N122",),
    claim_status=("A8:736",),
    targets=True,
)
def missing_primary_procedure(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line without a primary procedure on the same day.

    ## Why it is denied
    The code stands for imaging that helps to perform a procedure. Without that procedure for the same
    patient on the same day, on this claim, another one of the file or one that was sent before, there is
    nothing it can belong to.

    ## What to do
    Add the procedure that the imaging guided if the record shows it, or take the line off the claim.

    ## Example
    Denied: `SV1*HC:G4000*120*UN*1***1~` alone on the claim
    Paid: `SV1*HC:20610:RT*180*UN*1***1~` and `SV1*HC:G4000:RT*120*UN*1***1~` on the same day

    ## Exceptions
    With modifier 26 it is a warning, as another provider may bill the procedure. A void claim
    (frequency 8) needs no pair. With a ledger, procedures that were sent with earlier files count. A
    replacement is paired within the file, as it may take back the claim with the procedure.

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, SV101 and SV202; NCCI policy manual, chapter 9, in our own
    words; the code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.MISSING and found.statement:
        yield missing_primary_procedure.finding(
            line.at_code,
            f"no therapeutic procedure on {line.date} goes with {line.code}, on this claim or another"
            f" one of the file{' or of earlier files' if context.history is not None else ''}",
            observed=line.code,
            expected="a therapeutic procedure for the same patient on the same date of service",
            severity=_milder(line, found.statement.missing),
            source=found.statement.source.label,
        )


@rule(
    "PAIR201",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("97", "236"),
    rarc=("M80",),
    claim_status=("A8:735",),
    targets=True,
)
def primary_includes_imaging(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose only primary procedure includes imaging by definition.

    ## Why it is denied
    The procedure's own code already pays for the imaging. Billing it once more is unbundling.

    ## What to do
    Take the imaging line off the claim, or correct the procedure code if the record shows another one.

    ## Example
    Denied: `SV1*HC:20611:RT*210*UN*1***1~` and `SV1*HC:G4000:RT*120*UN*1***1~`
    Paid: `SV1*HC:20610:RT*180*UN*1***1~` and `SV1*HC:G4000:RT*120*UN*1***1~`, if that was done

    ## Exceptions
    With modifier 26 it is a warning. Not reported when another procedure of the day can be the primary.

    ## Source
    NCCI policy manual, chapters 1 and 9, in our own words; the list in the code's mapping.
    """
    found = assess(line, context)
    if found.row is not Row.INCLUDED or found.statement is None:
        return
    severity = _milder(line, found.statement.included)
    if not is_pair(line, _code(found), context, severity):
        yield primary_includes_imaging.finding(
            line.at_code,
            f"the only procedure that goes with {line.code} already includes imaging: {_candidate(found)}",
            observed=f"{line.code} with {_code(found)}",
            expected="a procedure that does not include imaging",
            severity=severity,
            source=found.statement.source.label,
        )


@rule(
    "PAIR202",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("107", "B15"),
    rarc=("N122",),
    claim_status=("A8:736",),
    targets=True,
)
def primary_not_placed(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line beside a code that the mapping does not place.

    ## Why it is denied
    If the other code is no therapeutic procedure, the imaging has no primary. The mapping says neither
    that it is one nor that it is not, so the pair could not be checked for certain.

    ## What to do
    Decide whether the other code is the procedure that the imaging guided, and add it to the mapping.

    ## Example
    Denied: `SV1*HC:G4000*120*UN*1***1~` beside a category III code that is an evaluation
    Paid: the same beside a category III code that is a procedure, once the mapping lists it

    ## Exceptions
    With modifier 26 it is a warning.

    ## Source
    The code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.UNPLACED and found.statement:
        yield primary_not_placed.finding(
            line.at_code,
            f"whether {_candidate(found)} is the procedure that {line.code} needs could not be"
            " checked for certain: the mapping does not place it",
            observed=f"{line.code} with {_code(found)}",
            expected="a therapeutic procedure that the mapping lists",
            severity=_milder(line, found.statement.unplaced),
            source=found.statement.source.label,
        )


@rule(
    "PAIR203",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("107", "B15"),
    rarc=("N122",),
    claim_status=("A8:736",),
    targets=True,
)
def primary_of_another_family(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose only procedure is one that another guidance code is for.

    ## Why it is denied
    Guidance codes are divided by what they guide: vessels, joints and soft tissue, the spine. A code beside
    a procedure of another family has no primary of its own.

    ## What to do
    Compare with the record, and enter the guidance code that goes with the procedure; the payer may include
    the guidance in the procedure altogether.

    ## Example
    Denied: `SV1*HC:62290*300*UN*1***1~` and `SV1*HC:77002*120*UN*1***1~`
    Paid: `SV1*HC:20610*300*UN*1***1~` and `SV1*HC:77002*120*UN*1***1~`

    ## Exceptions
    With modifier 26 it is a warning. Where another procedure of the day may be the primary, it is not
    reported.

    ## Source
    Payers' published imaging-guidance policies, in our own words; the families in the code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.WRONG_FAMILY and found.statement:
        yield primary_of_another_family.finding(
            line.at_code,
            f"{line.code} is not for what it stands beside: {_candidate(found)}",
            observed=f"{line.code} with {_code(found)}",
            expected="the guidance code of the procedure's family",
            severity=_milder(line, found.statement.wrong),
            source=found.statement.source.label,
        )


@rule(
    "PAIR301",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("107", "B15"),
    rarc=("N122",),
    claim_status=("A8:736", "A8:187"),
    targets=True,
)
def primary_on_another_date(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose primary procedure is on another date nearby.

    ## Why it is denied
    Payers pair by date of service. A day's difference is enough, and mostly a typing error.

    ## What to do
    Compare both dates of service with the record and correct the wrong one.

    ## Example
    Denied: `DTP*472*D8*20261103~` on the imaging line, `DTP*472*D8*20261102~` on the procedure
    Paid: the same date on both

    ## Exceptions
    Only dates within the mapping's number of days are taken for that. With modifier 26 it is a warning.

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, DTP 472; the code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.OTHER_DATE and found.statement:
        yield primary_on_another_date.finding(
            line.at_date,
            f"{line.code} is on {line.date}, but its procedure is {_candidate(found)}",
            observed=str(line.date),
            expected="the same date of service as the procedure's",
            severity=_milder(line, found.statement.other_date),
            source=found.statement.source.label,
        )


@rule(
    "PAIR302",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("107", "B15"),
    claim_status=("A8:736:82",),
    targets=True,
)
def primary_of_another_provider(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose primary procedure another rendering provider performed.

    ## Why it is denied
    Payers expect who performs the procedure to perform its imaging, unless the imaging line carries
    modifier 26.

    ## What to do
    Check the rendering providers of both lines; if they differ in the record, modifier 26 may be missing.

    ## Example
    Denied: the procedure under one rendering provider, the imaging under another, without modifier 26
    Paid: both under the same, or `SV1*HC:G4000:26*60*UN*1***1~`

    ## Exceptions
    Lines with modifier 26; lines without a rendering provider's NPI.

    ## Source
    005010X222A1, loops 2310B and 2420A; 005010X223A2, loops 2310D and 2420C; the code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.OTHER_PROVIDER and found.statement:
        yield primary_of_another_provider.finding(
            line.at_code,
            f"another rendering provider performed {_candidate(found)}, and {line.code} has no modifier 26",
            observed=line.rendering.npi,
            expected="the rendering provider of the procedure, or modifier 26",
            severity=found.statement.other_provider,
            source=found.statement.source.label,
        )


@rule(
    "PAIR303",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("4", "107"),
    rarc=("N519",),
    claim_status=("A8:453",),
    targets=True,
)
def side_contradicts_primary(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line on another side of the body than its primary procedure.

    ## Why it is denied
    Imaging of the right side cannot have guided a procedure on the left.

    ## What to do
    Compare the side modifiers of both lines with the record and correct the wrong one.

    ## Example
    Denied: `SV1*HC:20610:LT*180*UN*1***1~` with `SV1*HC:G4000:RT*120*UN*1***1~`
    Paid: `SV1*HC:20610:RT*180*UN*1***1~` with `SV1*HC:G4000:RT*120*UN*1***1~`

    ## Exceptions
    A line without a side modifier contradicts nothing, and modifier 50 covers both sides. With
    modifier 26 it is a warning.

    ## Source
    HCPCS level II modifiers LT, RT, E1-E4, FA-F9, TA-T9; the code's mapping.
    """
    found = assess(line, context)
    if found.row is Row.LATERALITY and found.statement and found.candidate:
        mine, theirs = ", ".join(line.modifiers), ", ".join(found.candidate.line.modifiers)
        yield side_contradicts_primary.finding(
            line.at_modifiers,
            f"{line.code} has modifiers {mine}, but its procedure, {found.candidate.words}, has {theirs}",
            observed=mine,
            expected="the side of the procedure",
            severity=_milder(line, found.statement.laterality),
            source=found.statement.source.label,
        )


@rule(
    "PAIR304",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("107", "B15"),
    rarc=("N122",),
    claim_status=("A8:736",),
    targets=True,
)
def primary_not_released(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose only primary procedure stands on a claim that is not released.

    ## Why it is denied
    The payer would see the imaging without the procedure, as the other claim stays behind.

    ## What to do
    Correct the claim with the procedure first; both then leave together.

    ## Example
    Denied: the imaging claim sent today, the procedure's claim held
    Paid: both claims sent in the same file

    ## Exceptions
    Not reported when any claim with a primary leaves clean, or left with an earlier file.

    ## Source
    edi-guard's own law that a pair is not torn apart; the code's mapping.
    """
    found = assess(line, context)
    if found.elsewhere and not found.primaries and not found.is_earlier and found.statement:
        yield primary_not_released.finding(
            line.at_code,
            f"the procedure that {line.code} needs is on {_candidate(found)}, and that claim is not released",
            observed=line.code,
            expected="the claim with the procedure leaves in the same file",
            severity=_milder(line, found.statement.torn),
            source=found.statement.source.label,
            unless_released=found.elsewhere,
        )

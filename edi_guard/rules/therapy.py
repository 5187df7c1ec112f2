"""THER: imaging that reads as diagnostic rather than therapeutic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Therapy
from edi_guard.rules.ncci import is_pair
from edi_guard.rules.pairing_assessment import Assessment, Row, assess
from edi_guard.rules.registry import rule
from edi_guard.rules.sides import contradict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "THER101",
    on=ServiceLine,
    snip=7,
    severity=Severity.REJECT,
    carc=("50", "107"),
    rarc=("N122",),
    claim_status=("A7:488",),
    targets=True,
)
def only_diagnostic_services(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line beside nothing but visits and diagnostic imaging.

    ## Why it is denied
    Imaging guidance without any intervention reads as a diagnostic study under the wrong code.

    ## What to do
    Add the procedure that was guided if the record shows it, or bill the diagnostic study that was done.

    ## Example
    Denied: `SV1*HC:99213*90*UN*1***1~` and `SV1*HC:G4000*120*UN*1***1~`
    Paid: `SV1*HC:99213:25*90*UN*1***1~`, `SV1*HC:20610*180*UN*1***1~` and `SV1*HC:G4000*120*UN*1***1~`

    ## Exceptions
    Biopsies and aspirations count as procedures. With modifier 26 it is a warning.

    ## Source
    The code's mapping; NCCI policy manual, chapter 9, in our own words.
    """
    found = assess(line, context)
    therapy = context.ask(Therapy, line)
    if found.row is Row.DIAGNOSTIC_ONLY and therapy:
        severity = therapy.diagnostic_only
        if "26" in line.modifiers:
            severity = min(severity, Severity.WARN)
        yield only_diagnostic_services.finding(
            line.at_code,
            f"the claim's other lines are only visits and diagnostic imaging, so {line.code} reads as"
            " diagnostic",
            observed=line.code,
            expected="a therapeutic procedure on the same date of service",
            severity=severity,
            source=therapy.source.label,
        )


@rule(
    "THER301",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("97", "236"),
    rarc=("M80",),
    claim_status=("A8:735",),
    targets=True,
)
def diagnostic_study_of_same_region(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line beside a diagnostic study of the region that was treated.

    ## Why it is denied
    Imaging of one region by one modality on one day is paid once. A separate diagnostic study has to
    be of another region, or marked as distinct.

    ## What to do
    If the record shows a separate study, mark it with 59 or XS; otherwise take it off the claim.

    ## Example
    Denied: `SV1*HC:76881*150*UN*1***1~` and `SV1*HC:G4000*120*UN*1***1~` with `SV1*HC:20610*180*UN*1***1~`
    Paid: the same with `SV1*HC:76881:59*150*UN*1***1~`, if the study was separate

    ## Exceptions
    Studies with 59 or XS, on another side, or of another modality than the one that the code names. A
    study or procedure whose region is not in the mapping could not be checked, which is said once.

    ## Source
    NCCI policy manual, chapter 9, in our own words; the regions in the mapping of anatomy.
    """
    therapy, profile, day = context.ask(Therapy, line), context.profile(line), line.date
    found = assess(line, context)
    if therapy is None or profile is None or day is None or not found.primaries:
        return
    treated = _treated_regions(line, found, context, day)
    for study in _studies(line, therapy):
        regions = context.policies.regions_of_study(study.code, day)
        if not regions or not treated:
            unknown = study.code if not regions else line.claim.lines[found.primaries[0] - 1].code
            yield diagnostic_study_of_same_region.unchecked(
                f"whether {study.code} is of the treated region could not be checked: the mapping of"
                f" anatomy does not place {unknown}",
                once=unknown,
                location=line.at_code,
            )
            continue
        modality = context.policies.modality_of_study(study.code, day)
        is_same = regions & treated and profile.modality in ("", modality)
        if is_same and not is_pair(line, study.code, context, therapy.same_region):
            yield diagnostic_study_of_same_region.finding(
                line.at_code,
                f"line {study.number} {study.code} is a diagnostic study of the same region on"
                f" {day}, without a modifier that says it is distinct",
                observed=f"{line.code} with {study.code}",
                expected="another region or side, or modifier 59 or XS on the study",
                severity=therapy.same_region,
                source=therapy.source.label,
            )


def _treated_regions(line: ServiceLine, found: Assessment, context: Context, day: date) -> frozenset[str]:
    codes = [line.claim.lines[number - 1].code for number in found.primaries]
    return frozenset().union(*(context.policies.regions_of_procedure(code, day) for code in codes))


def _studies(line: ServiceLine, therapy: Therapy) -> Iterator[ServiceLine]:
    """Yield the diagnostic studies of the same day that nothing marks as distinct."""
    for other in line.claim.lines:
        if (
            other is not line
            and other.code in therapy.diagnostic
            and other.period is not None
            and line.period is not None
            and other.period.overlaps(line.period)
            and not therapy.distinct_modifiers.intersection(other.modifiers + line.modifiers)
            and not contradict(line.modifiers, other.modifiers)
        ):
            yield other


@rule(
    "THER302",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("49", "50"),
    claim_status=("A8:488",),
    targets=True,
)
def only_screening_diagnoses(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose linked diagnoses are all screenings or routine exams.

    ## Why it is denied
    A screening gives no reason for an intervention, so imaging that guides one is not covered.

    ## What to do
    Link the diagnosis that was treated, if the record has one.

    ## Example
    Denied: `HI*ABK:Z1231~` as the only diagnosis, `SV1*HC:G4000*120*UN*1***1~` pointing at it
    Paid: `HI*ABK:M25511~` and the same line

    ## Exceptions
    An institutional line has no pointers: there all diagnoses of the claim count.

    ## Source
    005010X222A1, loop 2400, SV107; ICD-10-CM chapter 21; the list in the code's mapping.
    """
    therapy = context.ask(Therapy, line)
    diagnoses = line.diagnoses
    if therapy is None or not diagnoses or assess(line, context).row is Row.NOT_ASKED:
        return
    if all(diagnosis.startswith(therapy.screening) for diagnosis in diagnoses):
        yield only_screening_diagnoses.finding(
            line.at_pointers if line.pointers else line.at_code,
            f"every diagnosis linked to {line.code} is a screening or routine exam",
            expected="the diagnosis that was treated",
            severity=therapy.screening_only,
            source=therapy.source.label,
        )

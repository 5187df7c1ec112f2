"""UNIT: units of a service line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Units
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _has_units(elements: list[str], _separator: str, _: Context) -> bool:
    at = 4 if elements[0] == "SV1" else 5
    if len(elements) <= at or not elements[at]:
        return True
    return elements[at].isdigit() and elements[at].strip("0") != ""


@rule(
    "UNIT201",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M53",),
    claim_status=("A7:476",),
    segments=("SV1", "SV2"),
    edits=("STEDI-007",),
    unless=_has_units,
)
def no_units(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Service line with zero or negative units.

    ## Why it is denied
    A line that was performed no time cannot be paid.

    ## What to do
    Enter how often the service was performed.

    ## Example
    Denied: `SV1*HC:20610*180*UN*0***1~`
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Exceptions
    Missing or unreadable units are a matter of the guide (IG).

    ## Source
    005010X222A1, loop 2400, SV104; 005010X223A2, loop 2400, SV205.
    """
    units = line.units
    if units is not None and units <= 0:
        yield no_units.finding(
            line.at_units,
            f"{line.code or 'line ' + str(line.number)} has {units} units",
            observed=str(units),
            expected="one unit or more",
        )


@rule(
    "UNIT401",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("151",),
    rarc=("N362",),
    claim_status=("A7:476",),
    targets=True,
)
def units_over_encounter(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line with more units than one encounter can have.

    ## Why it is denied
    Imaging guidance is counted by encounter, not by needle or lesion.

    ## What to do
    Enter the units that the record supports; bill further encounters on lines of their own.

    ## Example
    Denied: `SV1*HC:G4000*240*UN*2***1~`
    Paid: `SV1*HC:G4000*120*UN*1***1~`

    ## Exceptions
    The mapping says how many units the code can have.

    ## Source
    Payers' published imaging-guidance policies, in our own words; the code's mapping.
    """
    limit = context.ask(Units, line)
    if limit is not None and line.units is not None and line.units > limit.maximum:
        yield units_over_encounter.finding(
            line.at_units,
            f"{line.code} has {line.units.normalize():f} units; one encounter has at most {limit.maximum}",
            observed=f"{line.units.normalize():f}",
            expected=f"at most {limit.maximum}",
            severity=limit.severity,
            source=limit.source.label,
        )


@rule(
    "UNIT402",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("18", "151"),
    rarc=("N362",),
    claim_status=("A7:476",),
    targets=True,
)
def second_line_same_day(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Second line of a target code on one day, without a modifier that says it is distinct.

    ## Why it is denied
    The second line counts as a duplicate, or as units beyond one encounter.

    ## What to do
    If there was a second encounter, mark it with 76, 77, 59 or an X modifier; else remove the line.

    ## Example
    Denied: `SV1*HC:G4000*120*UN*1***1~` twice on one day
    Paid: the second as `SV1*HC:G4000:76*120*UN*1***1~`, if the record shows it

    ## Exceptions
    Lines of different days, and with modifiers that the mapping lists. A code whose mapping
    allows more than one unit may have as many lines.

    ## Source
    NCCI policy manual, chapter 1, in our own words; the code's mapping.
    """
    limit = context.ask(Units, line)
    if limit is None or line.period is None or limit.distinct_modifiers.intersection(line.modifiers):
        return
    earlier = [
        other
        for other in line.claim.lines[: line.number - 1]
        if other.code == line.code and other.period is not None and other.period.overlaps(line.period)
    ]
    if len(earlier) >= limit.maximum:
        yield second_line_same_day.finding(
            line.at_code,
            f"{line.code} stands on line {earlier[0].number} too on {line.date}, and nothing says that"
            " it is distinct",
            observed=line.code,
            expected="one line a day, or a modifier that says it is distinct",
            severity=limit.severity,
            source=limit.source.label,
        )

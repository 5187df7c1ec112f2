"""AOC: add-on codes without their primary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.ncci import OUTPATIENT_BILLS, partners, severities
from edi_guard.rules.pairing_assessment import PROFESSIONAL_COMPONENT, Row, assess
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.reference import AddOn
    from edi_guard.rules.context import Context

_LISTED_ONLY: Final = 1
# What PAIR and THER say of a line already.
_SAID: Final = frozenset(Row) - {Row.PAIRED, Row.NOT_ASKED}


def _add_on(line: ServiceLine, context: Context) -> AddOn | None:
    """Return what is said of a line's code as an add-on code; None where nothing is asked."""
    claim = line.claim
    if line.date is None or claim.is_void:
        return None
    if claim.kind is ClaimKind.INSTITUTIONAL and claim.facility_code not in OUTPATIENT_BILLS:
        return None
    if context.profile(line) is not None and assess(line, context).row in _SAID:
        return None
    return context.tables.add_on(line.code, line.date)


def _others(line: ServiceLine, context: Context) -> frozenset[str]:
    return frozenset(partner.line.code for partner in partners(line, context))


@rule(
    "AOC101",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("107", "B15", "234"),
    rarc=("N122",),
    claim_status=("A8:736",),
    segments=("SV1", "SV2"),
    signs=Sign.ADD_ON,
)
def add_on_without_listed_primary(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Add-on code without any of the primaries that NCCI lists for it.

    ## Why it is denied
    An add-on code is paid beside its primary only: same patient, same day, same practitioner. The list of
    its primaries is closed.

    ## What to do
    Add the primary procedure if the record shows it, or take the line off the claim.

    ## Example
    Denied: a type 1 add-on code with none of its listed primaries on the day
    Paid: the same beside one of them

    ## Exceptions
    Only where the add-on table is loaded. Modifier 26 on a claim of its own is a warning, as another
    provider may bill the primary. A target code whose mapping finds no primary is reported as PAIR. For
    payers other than Medicare and Medicaid it is a warning.

    ## Source
    CMS NCCI add-on code edits, type 1, in our own words.
    """
    found, said = _add_on(line, context), severities(line, context)
    if found is None or said is None or found.type != _LISTED_ONLY:
        return
    if not found.primaries & _others(line, context):
        yield add_on_without_listed_primary.finding(
            line.at_code,
            f"{line.code} is an add-on code, and none of its listed primaries is there on {line.date}",
            observed=line.code,
            expected="one of the listed primaries, for the same patient, day and practitioner",
            severity=_milder(line, said.add_on_listed),
            source=f"{found.table}; {said.source.label}",
        )


@rule(
    "AOC102",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("107", "B15", "234"),
    rarc=("N122",),
    claim_status=("A8:736",),
    segments=("SV1", "SV2"),
    signs=Sign.ADD_ON,
)
def add_on_without_primary(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Add-on code that stands alone, whose primaries the contractor defines or adds to.

    ## Why it is denied
    An add-on code is never paid by itself. Which primaries count is the contractor's word, in whole (type
    2) or in part (type 3).

    ## What to do
    Add the primary procedure if the record shows it, or take the line off the claim.

    ## Example
    Denied: a type 2 add-on code as the only procedure of the day
    Paid: the same beside another procedure

    ## Exceptions
    Any other procedure of the day that is no add-on code itself may be the primary. Modifier 26 makes it a
    warning. A target code whose mapping finds no primary is reported as PAIR.

    ## Source
    CMS NCCI add-on code edits, types 2 and 3, in our own words.
    """
    found, said = _add_on(line, context), severities(line, context)
    if found is None or said is None or found.type == _LISTED_ONLY or line.date is None:
        return
    day = line.date
    others = _others(line, context)
    if not any(code in found.primaries or context.tables.add_on(code, day) is None for code in others):
        yield add_on_without_primary.finding(
            line.at_code,
            f"{line.code} is an add-on code, and there is no other procedure on {day} that could be"
            " its primary",
            observed=line.code,
            expected="its primary, for the same patient, day and practitioner",
            severity=_milder(line, said.add_on_other),
            source=f"{found.table}; {said.source.label}",
        )


def _milder(line: ServiceLine, severity: Severity) -> Severity:
    return min(severity, Severity.WARN) if PROFESSIONAL_COMPONENT in line.modifiers else severity

"""MUE: units over NCCI's medically unlikely edits, of a line and of a day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Units
from edi_guard.reference import EditSetting, TableKind
from edi_guard.rules.ncci import edits_for, partners, severities
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign, procedure_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.reference import MostUnits
    from edi_guard.rules.context import Context
    from edi_guard.rules.ncci import Partner

_UNITS: Final = "UN"
_LINE: Final = 1
_POLICY: Final = 2
_MOST_NAMED: Final = 3


def _has_few_units(elements: list[str], separator: str, context: Context) -> bool:
    """Whether a line has no more units than the strictest table of any setting and version allows."""
    if not context.tables.has_kind(TableKind.UNITS):
        return True
    code = procedure_code(elements, separator)
    at = 4 if elements[0] == "SV1" else 5
    text = elements[at] if len(elements) > at else ""
    if not code or not text:
        return True
    if not text.isdigit():
        return False
    found = (context.tables.least_units(setting, code) for setting in EditSetting)
    return all(least is None or int(text) <= least.units for least in found)


def _limit(line: ServiceLine, context: Context) -> MostUnits | None:
    setting = edits_for(line.claim, context, TableKind.UNITS)
    if setting is None or line.date is None or not line.code or line.claim.is_void:
        return None
    return context.tables.most_units(setting, line.code, line.date)


def _is_said_by_mapping(line: ServiceLine, context: Context) -> bool:
    """Whether the code's own mapping limits its units, so that UNIT says it."""
    return context.profile(line) is not None and context.ask(Units, line) is not None


@rule(
    "MUE401",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("151", "222"),
    rarc=("N362",),
    claim_status=("A7:476",),
    segments=("SV1", "SV2"),
    unless=_has_few_units,
    signs=Sign.UNSTEADY,
)
def units_over_line(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Service line with more units than NCCI's limit for a line.

    ## Why it is denied
    The whole line is denied, not only what is over.

    ## What to do
    Correct the units. If the record supports more, bill them on further lines with the modifier that says
    why (76, 77, 59, an X modifier or a side).

    ## Example
    Denied: five units of a code whose limit for a line is two
    Paid: two units

    ## Exceptions
    Only where the NCCI units are loaded and the code has a limit by line (MAI 1). Some limits are not
    published. Codes whose mapping limits them are reported as UNIT401. For payers other than Medicare and
    Medicaid it is a warning.

    ## Source
    CMS NCCI medically unlikely edits; NCCI policy manual, chapter 1, in our own words.
    """
    limit, said = _limit(line, context), severities(line, context)
    if limit is None or said is None or line.units is None or limit.adjudication != _LINE:
        return
    if line.units > limit.units and not _is_said_by_mapping(line, context):
        yield units_over_line.finding(
            line.at_units,
            f"{line.code} has {line.units.normalize():f} units; a line has at most {limit.units}",
            observed=f"{line.units.normalize():f}",
            expected=f"at most {limit.units}",
            severity=said.units_line,
            source=f"{limit.table}; {said.source.label}",
        )


@rule(
    "MUE402",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("151", "222"),
    rarc=("N362",),
    claim_status=("A7:476",),
    segments=("SV1", "SV2"),
    unless=_has_few_units,
    signs=Sign.UNSTEADY | Sign.REPEATED_CODE,
)
def units_over_day(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Service whose units of one day, over lines and claims, exceed NCCI's limit.

    ## Why it is denied
    All units of the day are denied. A limit by policy (MAI 2) stands, one by experience (MAI 3) can be
    appealed with the record.

    ## What to do
    Correct the units. If the limit is by experience and the record supports more, release this finding
    with that reason and keep the record ready.

    ## Example
    Denied: two lines of two units each on one day, where the limit of the day is three
    Paid: one line of two units

    ## Exceptions
    Only where the NCCI units are loaded and the code has a limit by day (MAI 2 or 3). Claims that replace
    others are counted by themselves. Codes whose mapping limits them are reported as UNIT401 and UNIT402.
    For payers other than Medicare and Medicaid it is a warning.

    ## Source
    CMS NCCI medically unlikely edits; NCCI policy manual, chapter 1, in our own words.
    """
    limit, said = _limit(line, context), severities(line, context)
    if limit is None or said is None or line.units is None or limit.adjudication == _LINE:
        return
    if _is_said_by_mapping(line, context):
        return
    same = [partner for partner in partners(line, context) if partner.line.code == line.code]
    total = line.units + sum((p.line.units for p in same if p.line.units), Decimal(0))
    if total > limit.units:
        also = f", with {_listed(same)}" if same else ""
        yield units_over_day.finding(
            line.at_units,
            f"{line.code} has {total.normalize():f} units on {line.date}{also}; a day has at most"
            f" {limit.units}",
            observed=f"{total.normalize():f}",
            expected=f"at most {limit.units}",
            severity=said.units_policy if limit.adjudication == _POLICY else said.units_clinical,
            source=f"{limit.table}; {said.source.label}",
        )


def _listed(same: list[Partner]) -> str:
    words = [partner.words for partner in same[:_MOST_NAMED]]
    rest = len(same) - len(words)
    return ", ".join([*words, f"{rest} more"] if rest else words)

"""DEF: what a loaded reference table says against a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule("DEF301", on=ServiceLine, snip=5, severity=Severity.WARN, carc=("246",), targets=True)
def table_contradicts_mapping(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target code that the loaded HCPCS table describes as something else.

    ## Why it is denied
    If the table is right, the payer reads the line as what the table says, whatever the mapping takes
    it for.

    ## What to do
    Ask the payer what the code means to it, and correct the mapping or the code.

    ## Example
    Denied: a mapping that takes a code for imaging guidance, a table that calls it a reporting set
    Paid: a mapping and a table that agree

    ## Exceptions
    Only where a HCPCS table is loaded and has the code on the date of service.

    ## Source
    CMS HCPCS file; the code's mapping.
    """
    profile, day = context.profile(line), line.date
    if profile is None or day is None or not profile.definition_words:
        return
    entry = context.tables.hcpcs(line.code, day)
    if entry is None:
        return
    description = entry.text.lower()
    if not any(word in description for word in profile.definition_words):
        yield table_contradicts_mapping.finding(
            line.at_code,
            f"the mapping takes {line.code} for {profile.label}; the HCPCS table {entry.table} says:"
            f" {entry.text}",
            observed=line.code,
            expected=profile.meaning,
            source=profile.source.label,
            once=line.code,
        )


@rule("DEF901", on=ServiceLine, snip=5, severity=Severity.INFO, targets=True)
def definition_unchecked(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target code whose meaning could not be checked against a HCPCS table.

    ## Why it is denied
    It is not: the mapping's word is taken for what the code means.

    ## What to do
    Load the current HCPCS file of CMS.

    ## Example
    Denied: no table loaded
    Paid: a table loaded that has the code on the date of service

    ## Exceptions
    None.

    ## Source
    CMS HCPCS file; the code's mapping.
    """
    if context.profile(line) is None or line.date is None:
        return
    if not context.tables.has_system(CodeSystem.HCPCS):
        yield definition_unchecked.unchecked(
            f"what {line.code} means could not be checked: no HCPCS table is loaded",
            once=line.code,
            location=line.at_code,
        )
    elif context.tables.hcpcs(line.code, line.date) is None:
        yield definition_unchecked.unchecked(
            f"what {line.code} means on {line.date} could not be checked: the loaded HCPCS table does"
            " not have it",
            once=line.code,
            location=line.at_code,
        )

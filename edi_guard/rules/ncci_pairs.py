"""PTP: pairs of codes that NCCI does not pay together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.mapping_severity import mapping_severity
from edi_guard.rules.ncci import Bypass, conflict_severity, conflicts, severities
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.ncci import Conflict


def _said(line: ServiceLine, context: Context) -> Iterator[tuple[Conflict, Severity, str]]:
    """Yield the pairs of which something is to be said, unless a mapping says the same more severely."""
    said = severities(line, context)
    if said is None:
        return
    for found in conflicts(line, context):
        severity = conflict_severity(found, said)
        if severity is None:
            continue
        mapped = mapping_severity(line, found.partner.line.code, context) if not found.partner.claim else None
        if mapped is None or mapped <= severity:
            yield found, severity, f"{found.pair.table}; {said.source.label}"


@rule(
    "PTP301",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("236", "97"),
    rarc=("N20", "M80"),
    claim_status=("A8:735",),
    segments=("SV1", "SV2"),
    signs=Sign.PAIRED,
)
def never_paid_together(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Service that NCCI never pays beside another one of the day.

    ## Why it is denied
    The other code includes this one. No modifier changes that.

    ## What to do
    Take the line off the claim, or correct the code that the record does not show.

    ## Example
    Denied: a column 2 code beside its column 1 code, modifier indicator 0
    Paid: the column 1 code alone

    ## Exceptions
    Only where the NCCI pairs are loaded, and in force on the date of service. Other days, other providers
    of another group or specialty, inpatient stays, voids. Payers other than Medicare and Medicaid choose
    among the pairs: there it is a warning, unless their mapping says otherwise.

    ## Source
    CMS NCCI procedure-to-procedure edits; NCCI policy manual, chapter 1, in our own words.
    """
    for found, severity, source in _said(line, context):
        if found.pair.indicator == 0:
            yield never_paid_together.finding(
                line.at_code,
                f"{line.code} is never paid beside {found.partner.words} on one day",
                observed=f"{line.code} with {found.partner.line.code}",
                expected="one of the two codes",
                severity=severity,
                source=source,
            )


@rule(
    "PTP302",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("236", "97"),
    rarc=("N20", "M80"),
    claim_status=("A8:735", "A7:453"),
    segments=("SV1", "SV2"),
    signs=Sign.PAIRED,
)
def paid_with_modifier_only(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Service that NCCI pays beside another one with a modifier only, and none is there.

    ## Why it is denied
    The other code usually includes this one. A modifier has to say that this time it was separate.

    ## What to do
    If the record shows another site, encounter or provider, add the modifier that says so (a side, 25, 59
    or an X modifier); otherwise take the line off the claim.

    ## Example
    Denied: a column 2 code beside its column 1 code, modifier indicator 1, no modifier on either line
    Paid: the same with RT on one line and LT on the other, if that was done

    ## Exceptions
    Only where the NCCI pairs are loaded, and in force on the date of service. Other days, other providers
    of another group or specialty, inpatient stays, voids. For payers other than Medicare and Medicaid it is
    a warning.

    ## Source
    CMS NCCI procedure-to-procedure edits; NCCI policy manual, chapter 1, modifiers, in our own words.
    """
    for found, severity, source in _said(line, context):
        if found.pair.indicator == 1 and found.bypass is Bypass.NONE:
            yield paid_with_modifier_only.finding(
                line.at_modifiers,
                f"{line.code} is paid beside {found.partner.words} with a modifier only, and neither has one",
                observed=f"{line.code} with {found.partner.line.code}",
                expected="a modifier that says why both are separate, if the record shows it",
                severity=severity,
                source=source,
            )


@rule(
    "PTP303",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("236",),
    rarc=("N519",),
    claim_status=("A7:453",),
    segments=("SV1", "SV2"),
    signs=Sign.PAIRED,
)
def unsupported_bypass(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Service with a modifier that makes NCCI pay it, which nothing on the claim supports.

    ## Why it is denied
    The modifier passes the edit, and the claim is looked at later: the same side, the same provider and
    the same diagnosis do not read as a separate service.

    ## What to do
    Check that the record shows another site, encounter or provider; enter the side or the diagnosis that
    tells the two apart, or take the line off the claim.

    ## Example
    Denied: both codes of a pair with RT, one of them with 59 too, both for one diagnosis
    Paid: RT on one and LT on the other, or a diagnosis of its own for each

    ## Exceptions
    Modifiers of visits (24, 25, 57), returns to the operating room (58, 78, 79), XE, 27 and 91 state what
    cannot be seen on a claim; they are taken.

    ## Source
    CMS NCCI procedure-to-procedure edits; NCCI policy manual, chapter 1, modifier 59, in our own words.
    """
    for found, severity, source in _said(line, context):
        if found.bypass is Bypass.UNSUPPORTED:
            yield unsupported_bypass.finding(
                line.at_modifiers,
                f"{line.code} beside {found.partner.words}: nothing on the claim supports the modifier that"
                " makes both payable",
                observed=" ".join(line.modifiers) or "no modifier",
                expected="another side, provider or diagnosis, if the record shows it",
                severity=severity,
                source=source,
            )

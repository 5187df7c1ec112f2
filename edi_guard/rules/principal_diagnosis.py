"""DX: diagnoses that cannot stand first on a claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import CodedValue
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_EXTERNAL_CAUSES = ("V", "W", "X", "Y")
_SEQUELA = re.compile(r"[A-Z]\d[0-9A-Z]{4}S", re.ASCII)


def _begins_as_usual(elements: list[str], separator: str, _: Context) -> bool:
    for element in elements[1:]:
        qualifier, code = (*element.upper().split(separator), "")[:2]
        if qualifier == "ABK" and (code.startswith(_EXTERNAL_CAUSES) or code.endswith("S")):
            return False
    return True


@rule(
    "DX240",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("MA63",),
    claim_status=("A7:254",),
    segments=("HI",),
    edits=("STEDI-036", "CMSIOCE-004"),
    unless=_begins_as_usual,
)
def external_cause_first(claim: Claim, _: Context) -> Iterator[Finding]:
    """External cause as the principal or first diagnosis.

    ## Why it is denied
    Codes from V to Y say how an injury came about, not what was treated. They only ever accompany
    another diagnosis.

    ## What to do
    Put the injury or illness first, the external cause behind it.

    ## Example
    Denied: `HI*ABK:W19XXXA~`
    Paid: `HI*ABK:S52501A*ABF:W19XXXA~`

    ## Exceptions
    None.

    ## Source
    ICD-10-CM coding guidelines, external causes; CMS outpatient code editor, edit 5.
    """
    for principal, code in _principals(claim):
        if code.startswith(_EXTERNAL_CAUSES):
            yield external_cause_first.finding(
                claim.at(principal.segment, principal.element, 2),
                "the first diagnosis is an external cause",
                observed=principal.code,
                expected="the injury or illness that was treated",
            )


@rule(
    "DX241",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16", "146"),
    rarc=("MA63",),
    claim_status=("A7:254",),
    segments=("HI",),
    edits=("STEDI-037",),
    unless=_begins_as_usual,
)
def sequela_first(claim: Claim, _: Context) -> Iterator[Finding]:
    """Sequela code as the principal or first diagnosis.

    ## Why it is denied
    A seventh character S says that something is left of an earlier injury. What is left is the
    diagnosis; the code with S stands behind it.

    ## What to do
    Put the present condition first, the code of the earlier injury behind it.

    ## Example
    Denied: `HI*ABK:S52501S~`
    Paid: `HI*ABK:M25531*ABF:S52501S~`

    ## Exceptions
    Some payers take the code alone, so that the claim is held, not rejected.

    ## Source
    ICD-10-CM coding guidelines, sequela; published front-end edits.
    """
    for principal, code in _principals(claim):
        if _SEQUELA.fullmatch(code) and not code.startswith(_EXTERNAL_CAUSES):
            yield sequela_first.finding(
                claim.at(principal.segment, principal.element, 2),
                "the first diagnosis is the sequela of an earlier injury",
                observed=principal.code,
                expected="the condition that was treated",
            )


def _principals(claim: Claim) -> Iterator[tuple[CodedValue, str]]:
    for principal in claim.coded("ABK"):
        yield principal, principal.code.upper().replace(".", "")

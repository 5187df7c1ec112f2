"""Condition, occurrence, occurrence span and value codes of institutional claims (HI)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Prediction, Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import CodedValue
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


class _List(NamedTuple):
    words: str
    status: str
    remark: str
    repeated: Severity | None


# What a code given twice with other days or another amount deserves: events can recur, facts cannot.
_LISTS = {
    "BG": _List("condition code", "A7:460", "M44", Severity.REJECT),
    "BH": _List("occurrence code", "A7:461", "M45", Severity.WARN),
    "BI": _List("occurrence span code", "A7:462", "M46", Severity.WARN),
    "BE": _List("value code", "A7:463", "M49", Severity.REJECT),
}
_SHAPE = re.compile(r"[0-9A-Z]{2}", re.ASCII)
# Leaves of absence and days of somebody's liability come several times in a stay.
_RECURRING_SPANS = frozenset({"74", "76", "77", "79"})


def _prediction(known: _List) -> Prediction:
    return Prediction(("16",), (known.remark,), (known.status,))


def _has_no_billing_codes(elements: list[str], separator: str, _: Context) -> bool:
    return not any(element.partition(separator)[0] in _LISTS for element in elements[1:])


@rule(
    "CODE244",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    unless=_has_no_billing_codes,
)
def malformed_billing_code(claim: Claim, _: Context) -> Iterator[Finding]:
    """Condition, occurrence, span or value code that does not have two characters.

    ## Why it is denied
    All of these codes have two letters or digits, one-digit ones a leading zero.

    ## What to do
    Enter the code with two characters.

    ## Example
    Denied: `HI*BG:9~`
    Paid: `HI*BG:09~`

    ## Exceptions
    Whether a code is assigned is not checked.

    ## Source
    005010X223A2, loop 2300, HI with BG, BH, BI, BE; NUBC, form only.
    """
    for value in claim.coded(*_LISTS):
        if value.code and not _SHAPE.fullmatch(value.code):
            known = _LISTS[value.qualifier]
            yield malformed_billing_code.finding(
                claim.at(value.segment, value.element, 2),
                f"{_article(known.words)} does not have two characters",
                observed=value.code,
                expected="two letters or digits",
                predicts=_prediction(known),
            )


@rule(
    "SIT340",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    edits=("STEDI-062", "STEDI-063", "STEDI-064", "STEDI-065"),
    unless=_has_no_billing_codes,
)
def billing_code_repeated(claim: Claim, _: Context) -> Iterator[Finding]:
    """Condition, occurrence, span or value code that stands twice on the claim.

    ## Why it is denied
    Said twice, a condition or an amount means nothing more, and payers cannot tell which amount counts.

    ## What to do
    Remove the repetition, or enter the code that was meant.

    ## Example
    Denied: `HI*BE:D4:::1*BE:D4:::2~`
    Paid: `HI*BE:D4:::1~`

    ## Exceptions
    An occurrence or span code with other dates is only a warning: events recur, but some front ends
    refuse the repetition. Spans 74, 76, 77 and 79 recur as a matter of course.

    ## Source
    Published front-end edits; 005010X223A2, loop 2300, HI with BG, BH, BI, BE.
    """
    seen: dict[tuple[str, str], list[str]] = {}
    for value in claim.coded(*_LISTS):
        if not value.code:
            continue
        earlier = seen.setdefault((value.qualifier, value.code), [])
        severity = _repetition(value, earlier)
        earlier.append(value.segment[value.element])
        if severity is not None:
            known = _LISTS[value.qualifier]
            yield billing_code_repeated.finding(
                claim.at(value.segment, value.element, 2),
                f"{_article(known.words)} stands twice on the claim",
                observed=value.code,
                expected="each code once",
                severity=severity,
                predicts=_prediction(known),
            )


def _repetition(value: CodedValue, earlier: list[str]) -> Severity | None:
    if not earlier:
        return None
    if value.segment[value.element] in earlier:
        return Severity.REJECT
    if value.qualifier == "BI" and value.code in _RECURRING_SPANS:
        return None
    return _LISTS[value.qualifier].repeated


def _article(words: str) -> str:
    return f"an {words}" if words[0] == "o" else f"a {words}"

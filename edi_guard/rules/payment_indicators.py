"""MOD, DEF: what the physician fee schedule's payment indicators say of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.reference import TableKind
from edi_guard.rules.ncci import severities
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign, procedure_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edi_guard.findings import Finding
    from edi_guard.reference import Indicators
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Check, Rule
    from edi_guard.rules.signs import Unless


class _Limit(NamedTuple):
    """Which values of an indicator allow a modifier."""

    modifiers: frozenset[str]
    indicator: Callable[[Indicators], str]
    allowed: frozenset[str]
    words: str


# MCPM chapter 12 and the relative value file's own notes: PC/TC 1 has both components, 6 is a laboratory
# interpretation (26 only); bilateral 1 and 3 may be billed with 50; assistants are paid with 0 (with
# documents) and 2; co-surgeons and teams are allowed with 1 (with documents) and 2.
_COMPONENTS: Final = (
    _Limit(frozenset({"26"}), lambda i: i.components, frozenset("16"), "has no professional component"),
    _Limit(frozenset({"TC"}), lambda i: i.components, frozenset("1"), "has no technical component"),
)
_BILATERAL: Final = (
    _Limit(frozenset({"50"}), lambda i: i.bilateral, frozenset("13"), "cannot be billed as bilateral"),
)
_ASSISTANT: Final = (
    _Limit(
        frozenset({"80", "81", "82", "AS"}),
        lambda i: i.assistant,
        frozenset("02"),
        "is not paid with an assistant at surgery",
    ),
)
_SURGEONS: Final = (
    _Limit(frozenset({"62"}), lambda i: i.co_surgeons, frozenset("12"), "is not paid with two surgeons"),
    _Limit(frozenset({"66"}), lambda i: i.team, frozenset("12"), "is not paid with a team of surgeons"),
)


def _allows(limits: tuple[_Limit, ...]) -> Unless:
    """Return whether no version of the fee schedule objects to a line's modifiers."""

    def allows(elements: list[str], separator: str, context: Context) -> bool:
        parts = procedure_parts(elements, separator)
        modifiers = set(parts[2:6])
        concerned = [limit for limit in limits if limit.modifiers & modifiers]
        if not concerned or not context.tables.has_kind(TableKind.FEE_SCHEDULE):
            return True
        known = [found for found in context.tables.all_indicators(parts[1]) if found is not None]
        return all(limit.indicator(found) in limit.allowed for found in known for limit in concerned)

    return allows


def _objections(
    line: ServiceLine, context: Context, limits: tuple[_Limit, ...], said_by: Rule[ServiceLine]
) -> Iterator[Finding]:
    said = severities(line, context)
    if line.date is None or said is None:
        return
    found = context.tables.indicators(line.code, line.date)
    if found is None:
        return
    for limit in limits:
        used = [modifier for modifier in line.modifiers if modifier in limit.modifiers]
        if used and limit.indicator(found) not in limit.allowed:
            yield said_by.finding(
                line.at_modifiers,
                f"{line.code} {limit.words} (indicator {limit.indicator(found) or 'none'}), and the line has"
                f" modifier {', '.join(used)}",
                observed=", ".join(used),
                expected="a modifier that the payment indicators allow",
                severity=said.indicators,
                source=f"{found.table}; {said.source.label}",
            )


def _on_modifiers(
    code: str, limits: tuple[_Limit, ...], *, carc: str, rarc: str
) -> Callable[[Check[ServiceLine]], Rule[ServiceLine]]:
    """Register a rule about modifiers that the fee schedule's indicators do not allow."""
    return rule(
        code,
        on=ServiceLine,
        snip=6,
        severity=Severity.WARN,
        carc=(carc,),
        rarc=(rarc,),
        claim_status=("A7:453",),
        kind=ClaimKind.PROFESSIONAL,
        segments=("SV1",),
        unless=_allows(limits),
    )


@_on_modifiers("MOD305", _COMPONENTS, carc="4", rarc="N519")
def component_not_allowed(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Modifier 26 or TC on a code that has no such component.

    ## Why it is denied
    Only codes that the fee schedule splits have a professional and a technical component.

    ## What to do
    Take the modifier away, or bill the code that stands for the component.

    ## Example
    Denied: modifier TC on a code whose PC/TC indicator is 0
    Paid: the same code without it

    ## Exceptions
    Only where the relative value file is loaded. For payers other than Medicare it is a warning.

    ## Source
    CMS, physician fee schedule relative value file, PC/TC indicator.
    """
    yield from _objections(line, context, _COMPONENTS, component_not_allowed)


@_on_modifiers("MOD306", _BILATERAL, carc="4", rarc="N519")
def bilateral_not_allowed(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Modifier 50 on a code that cannot be billed as bilateral.

    ## Why it is denied
    The fee schedule knows no second side for the code, or the code means both sides already.

    ## What to do
    Take modifier 50 away, or bill the sides as the payer wants them.

    ## Example
    Denied: modifier 50 on a code whose bilateral indicator is 0 or 2
    Paid: the same code without it

    ## Exceptions
    Only where the relative value file is loaded. For payers other than Medicare it is a warning.

    ## Source
    CMS, physician fee schedule relative value file, bilateral surgery indicator.
    """
    yield from _objections(line, context, _BILATERAL, bilateral_not_allowed)


@_on_modifiers("MOD307", _ASSISTANT, carc="54", rarc="N646")
def assistant_not_paid(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Assistant at surgery on a code for which none is paid.

    ## Why it is denied
    The fee schedule pays no assistant for the code.

    ## What to do
    Take the line off the claim, or correct the code.

    ## Example
    Denied: modifier 80 on a code whose assistant indicator is 1
    Paid: modifier 80 on a code whose assistant indicator is 2

    ## Exceptions
    Only where the relative value file is loaded. For payers other than Medicare it is a warning.

    ## Source
    CMS, physician fee schedule relative value file, assistant at surgery indicator.
    """
    yield from _objections(line, context, _ASSISTANT, assistant_not_paid)


@_on_modifiers("MOD308", _SURGEONS, carc="54", rarc="N646")
def surgeons_not_paid(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Two surgeons or a team on a code for which they are not paid.

    ## Why it is denied
    The fee schedule pays the code to one surgeon.

    ## What to do
    Take the modifier away if one surgeon performed the procedure; else ask the payer how to bill it.

    ## Example
    Denied: modifier 62 on a code whose co-surgeon indicator is 0
    Paid: modifier 62 on a code whose co-surgeon indicator is 2

    ## Exceptions
    Only where the relative value file is loaded. For payers other than Medicare it is a warning.

    ## Source
    CMS, physician fee schedule relative value file, co-surgeon and team surgery indicators.
    """
    yield from _objections(line, context, _SURGEONS, surgeons_not_paid)


REPORTING_ONLY: Final = "M"


def _is_paid_by_itself(elements: list[str], separator: str, context: Context) -> bool:
    parts = procedure_parts(elements, separator)
    if len(parts) < 2 or not context.tables.has_kind(TableKind.FEE_SCHEDULE):
        return True
    return all(
        found is None or found.status != REPORTING_ONLY for found in context.tables.all_indicators(parts[1])
    )


@rule(
    "DEF302",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("246",),
    rarc=("N620",),
    segments=("SV1", "SV2"),
    unless=_is_paid_by_itself,
    signs=Sign.TARGET,
)
def reporting_only(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Charge on a code that Medicare's fee schedule has for reporting only.

    ## Why it is denied
    The code counts for quality programs and is not paid, whatever it is charged.

    ## What to do
    Bill the code that stands for the service; report this one with a charge of zero or a cent, if at all.

    ## Example
    Denied: a charge of 120.00 on a code with status M
    Paid: a code with status A

    ## Exceptions
    Only where the relative value file is loaded. A charge of one cent or less is how such codes are
    reported.

    ## Source
    CMS, physician fee schedule relative value file, status code M.
    """
    if line.date is None or line.charge is None or line.charge * 100 <= 1:
        return
    found = context.tables.indicators(line.code, line.date)
    if found is not None and found.status == REPORTING_ONLY:
        yield reporting_only.finding(
            line.at_code,
            f"the fee schedule has {line.code} for reporting only, and the line charges for it",
            observed=line.code,
            expected="a code that is paid",
            source=found.table,
        )

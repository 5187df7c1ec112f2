"""SIT: ambulance transports: transport information, places, conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy.codeset import CodeSet
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

TRANSPORTS = CodeSet.parse("A0426-A0434")
# A paramedic meets the ambulance of another supplier, who transports.
INTERCEPT = "A0432"
PICK_UP = "PW"
DROP_OFF = "45"
# The patient was pronounced dead after the ambulance was called: nobody was brought anywhere.
PRONOUNCED_DEAD = "QL"
AMBULANCE_CONDITIONS = "07"


def _severity(line: ServiceLine) -> Severity | None:
    return Severity.WARN if line.code == INTERCEPT else None


def _is_no_transport(elements: list[str], separator: str, _: Context) -> bool:
    return procedure_code(elements, separator) not in TRANSPORTS


@rule(
    "SIT170",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N657",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    unless=_is_no_transport,
)
def transport_information_missing(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Ambulance transport without transport information.

    ## Why it is denied
    Why the patient was transported, and how far, stands in CR1. Without it the payer cannot tell whether
    an ambulance was needed.

    ## What to do
    Enter the transport information (CR1) for the claim or the line.

    ## Example
    Denied: a line with A0428 on a claim without `CR1`
    Paid: the same with `CR1***A*DH*12~`

    ## Exceptions
    A paramedic intercept (A0432), whose supplier does not transport, is only warned of.

    ## Source
    005010X222A1, loops 2300 and 2400, CR1.
    """
    if line.code not in TRANSPORTS or line.own.first("CR1") or line.claim.own.first("CR1"):
        return
    yield transport_information_missing.finding(
        line.at_code,
        f"{line.code} is an ambulance transport, and its transport information (CR1) is missing",
        observed=line.code,
        expected="CR1 on the claim or the line",
        severity=_severity(line),
    )


@rule(
    "SIT171",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA114",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    unless=_is_no_transport,
)
def transport_places_missing(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Ambulance transport without the place of pick-up or drop-off.

    ## Why it is denied
    The rate depends on the place of pick-up, and coverage on where the patient was brought.

    ## What to do
    Enter the address of pick-up (NM1 with PW) and of drop-off (NM1 with 45) for the claim or the line.

    ## Example
    Denied: a line with A0428 on a claim without `NM1*PW*2~`
    Paid: the same with `NM1*PW*2~` and `NM1*45*2~`, each with its address

    ## Exceptions
    A patient pronounced dead after the call (modifier QL) was brought nowhere. A paramedic intercept
    (A0432) is only warned of.

    ## Source
    005010X222A1, loops 2310E and 2310F, 2420G and 2420H.
    """
    if line.code not in TRANSPORTS:
        return
    places = {PICK_UP: "pick-up", DROP_OFF: "drop-off"}
    if PRONOUNCED_DEAD in line.modifiers:
        del places[DROP_OFF]
    missing = [name for role, name in places.items() if line.provider(role) is None]
    if missing:
        yield transport_places_missing.finding(
            line.at_code,
            f"{line.code} is an ambulance transport, and the place of {' and '.join(missing)} is missing",
            observed=line.code,
            expected="loops 2310E and 2310F",
            severity=_severity(line),
        )


@rule(
    "SIT172",
    on=ServiceLine,
    snip=4,
    severity=Severity.WARN,
    carc=("16", "50"),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    unless=_is_no_transport,
)
def transport_conditions_missing(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Ambulance transport without the patient's conditions.

    ## Why it is denied
    The conditions (CRC with 07) are the shortest proof that another way of transport would not have done.

    ## What to do
    Enter the conditions that applied, e.g. that the patient had to stay on the stretcher.

    ## Example
    Denied: a line with A0428 on a claim without `CRC*07`
    Paid: the same with `CRC*07*Y*06~`

    ## Exceptions
    The guide asks for conditions only where one of its codes applies, so that this is a warning.

    ## Source
    005010X222A1, loops 2300 and 2400, CRC with 07.
    """
    if line.code not in TRANSPORTS or line.code == INTERCEPT:
        return
    if not any(group.first("CRC", AMBULANCE_CONDITIONS) for group in (line.own, line.claim.own)):
        yield transport_conditions_missing.finding(
            line.at_code,
            f"{line.code} is an ambulance transport, and the patient's conditions (CRC 07) are missing",
            observed=line.code,
            expected="CRC*07 on the claim or the line, if a condition applies",
        )

"""AUTH: prior authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Authorization
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

NUMBER = "G1"
EXCEPTION = "4N"


@rule(
    "AUTH101",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("197",),
    rarc=("M62",),
    claim_status=("A6:252",),
    targets=True,
)
def authorization_missing(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line without the prior authorization that the payer requires.

    ## Why it is denied
    The payer pays the code only with an authorization obtained before the service.

    ## What to do
    Enter the authorization number in REF G1, or ask the payer for one.

    ## Example
    Denied: no `REF*G1` on line or claim
    Paid: `REF*G1*` and the number, on the line or the claim

    ## Exceptions
    Emergencies: an emergency place of service, SV109 = Y, or a service authorization exception code
    (REF 4N). Void claims.

    ## Source
    005010X222A1 and 005010X223A2, loops 2300 and 2400, REF with G1; the payer's mapping.
    """
    wanted = context.ask(Authorization, line)
    if wanted is None or line.claim.is_void or line.effective_references(NUMBER):
        return
    emergency = line.is_emergency or line.place_of_service in wanted.emergency_places
    if emergency or line.claim.reference(EXCEPTION):
        return
    yield authorization_missing.finding(
        line.at_code,
        f"the payer requires prior authorization for {line.code}, and there is no REF G1",
        expected="REF G1 with the authorization number",
        severity=wanted.severity,
        source=wanted.source.label,
    )

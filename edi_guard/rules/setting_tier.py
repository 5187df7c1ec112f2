"""SITE: payment tiers by setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Setting
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "SITE301",
    on=ServiceLine,
    snip=7,
    severity=Severity.WARN,
    carc=("5", "58"),
    rarc=("M77",),
    claim_status=("A7:249",),
    targets=True,
)
def setting_outside_of_tier(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line in a setting that the payer does not pay in full.

    ## Why it is denied
    The payer's policy names the places and types of bill at which it pays the code.

    ## What to do
    Check the place of service or type of bill; look for the payer's exceptions.

    ## Example
    Denied: place of service 12, where the policy names 11, 19 and 22
    Paid: place of service 11

    ## Exceptions
    Only where a mapping names settings.

    ## Source
    005010X222A1, CLM05-1 and SV105; 005010X223A2, CLM05; the payer's mapping.
    """
    policy = context.ask(Setting, line)
    if policy is None:
        return
    if line.claim.kind is ClaimKind.PROFESSIONAL:
        outside = bool(policy.places) and line.place_of_service not in policy.places
        value = f"place of service {line.place_of_service}"
    else:
        outside = bool(policy.bill_types) and not line.claim.bill_type.startswith(policy.bill_types)
        value = f"type of bill {line.claim.bill_type}"
    if outside:
        yield setting_outside_of_tier.finding(
            line.at_place_of_service,
            f"the payer's policy does not name {value} for {line.code}",
            observed=value,
            expected="a setting that the policy names",
            severity=policy.severity,
            source=policy.source.label,
        )

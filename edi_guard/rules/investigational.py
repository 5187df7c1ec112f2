"""INV: codes that a payer covers within a registered trial only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Investigational
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

TRIAL_NUMBER = "P4"
TRIAL_CONDITION = "30"


@rule(
    "INV101",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("55", "56"),
    rarc=("N623",),
    claim_status=("A7:774",),
    targets=True,
)
def outside_of_a_trial(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line that the payer regards as investigational, without what marks a trial.

    ## Why it is denied
    The payer pays for the code within a registered clinical trial only, and reads that from the claim.

    ## What to do
    If the patient is in a trial, add what is missing; else expect a denial and inform the patient.

    ## Example
    Denied: `SV1*HC:G4000*120*UN*1***1~` alone
    Paid: modifier Q0 or Q1, diagnosis Z00.6, the trial number in REF P4

    ## Exceptions
    Only where a mapping says that the payer regards the code as investigational. Void claims.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, REF with P4, HI; the payer's mapping.
    """
    policy = context.ask(Investigational, line)
    if policy is None or line.claim.is_void:
        return
    missing = _missing(line, policy)
    if missing:
        yield outside_of_a_trial.finding(
            line.at_code,
            f"the payer regards {line.code} as investigational, and there is no {', no '.join(missing)}",
            expected="what marks a service of a registered trial",
            severity=policy.severity,
            source=policy.source.label,
        )


def _missing(line: ServiceLine, policy: Investigational) -> list[str]:
    claim = line.claim
    missing = []
    if policy.modifiers and not policy.modifiers.intersection(line.modifiers):
        missing.append("modifier " + " or ".join(sorted(policy.modifiers)))
    diagnoses = [diagnosis.code for diagnosis in claim.diagnoses]
    if policy.diagnoses and not any(code.startswith(policy.diagnoses) for code in diagnoses):
        missing.append("trial participant's diagnosis")
    if policy.trial_number and not claim.reference(TRIAL_NUMBER):
        missing.append("trial number (REF P4)")
    conditions = [condition.code for condition in claim.coded("BG")]
    if claim.kind is ClaimKind.INSTITUTIONAL and TRIAL_CONDITION not in conditions:
        missing.append("condition code 30")
    return missing

"""REL: imaging that does not belong to the covered procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import Relation
from edi_guard.rules.pairing_assessment import assess
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _primaries(line: ServiceLine, context: Context) -> list[ServiceLine]:
    return [line.claim.lines[number - 1] for number in assess(line, context).primaries]


@rule(
    "REL301",
    on=ServiceLine,
    snip=7,
    severity=Severity.WARN,
    carc=("11", "107"),
    claim_status=("A8:477",),
    kind=ClaimKind.PROFESSIONAL,
    targets=True,
)
def no_shared_diagnosis(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line that shares no diagnosis with its primary procedure.

    ## Why it is denied
    The diagnosis pointers are all that links two lines in a claim. Imaging for one condition does not
    support a procedure for another.

    ## What to do
    Check the diagnosis pointers of both lines against the record.

    ## Example
    Denied: `SV1*HC:20610*180*UN*1***1~` with `SV1*HC:G4000*120*UN*1***2~`
    Paid: `SV1*HC:20610*180*UN*1***1~` with `SV1*HC:G4000*120*UN*1***1:2~`

    ## Exceptions
    Institutional lines have no pointers. Lines without valid pointers get DX findings instead.

    ## Source
    005010X222A1, loop 2400, SV107.
    """
    relation = context.ask(Relation, line)
    primaries = [primary for primary in _primaries(line, context) if primary.diagnoses]
    mine = set(line.diagnoses)
    if relation is None or not primaries or not mine:
        return
    if all(mine.isdisjoint(primary.diagnoses) for primary in primaries):
        numbers = ", ".join(str(primary.number) for primary in primaries)
        yield no_shared_diagnosis.finding(
            line.at_pointers,
            f"{line.code} points at none of the diagnoses of its procedure (line {numbers})",
            observed=":".join(line.pointers),
            expected="a diagnosis pointer shared with the procedure",
            severity=relation.shared_diagnosis,
            source=relation.source.label,
        )


@rule(
    "REL302",
    on=ServiceLine,
    snip=7,
    severity=Severity.WARN,
    carc=("50", "96"),
    rarc=("N130",),
    claim_status=("A8:488",),
    targets=True,
)
def primary_not_covered(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose primary procedure is itself not covered.

    ## Why it is denied
    An adjunct follows its primary: where the procedure is excluded, expected to be denied, or was
    denied by another payer, the imaging falls with it.

    ## What to do
    Check whether the procedure is covered before sending; tell the patient if it is not.

    ## Example
    Denied: `SV1*HC:20610:GZ*180*UN*1***1~` with `SV1*HC:G4000*120*UN*1***1~`
    Paid: `SV1*HC:20610*180*UN*1***1~` with `SV1*HC:G4000*120*UN*1***1~`

    ## Exceptions
    Not reported while one primary of the day is covered. A payer's zero payment for the patient's share
    or a contract is no denial.

    ## Source
    005010X222A1 and 005010X223A2, loops 2400 and 2430 (SVD, CAS); HCPCS modifiers GY and GZ.
    """
    relation = context.ask(Relation, line)
    primaries = _primaries(line, context)
    if relation is None or not primaries:
        return
    reasons = [_failure(primary, relation) for primary in primaries]
    if all(reasons):
        yield primary_not_covered.finding(
            line.at_code,
            f"the procedure that {line.code} belongs to (line {primaries[0].number}"
            f" {primaries[0].code}) {reasons[0]}",
            observed=primaries[0].code,
            expected="a covered procedure",
            severity=relation.failed_primary,
            source=relation.source.label,
        )


def _failure(primary: ServiceLine, relation: Relation) -> str:
    marked = relation.failed_modifiers.intersection(primary.modifiers)
    if marked:
        return f"carries modifier {', '.join(sorted(marked))}"
    if any(adjudication.is_denial for adjudication in primary.adjudications):
        return "was denied by another payer"
    return ""

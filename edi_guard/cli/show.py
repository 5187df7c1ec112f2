"""``edi-guard show``: the claims of a file in words, masked by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from edi_guard.cli.inputs import find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import read_today
from edi_guard.masking import Phi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.engine import ClaimOutcome, Outcome, TargetLine
    from edi_guard.x12 import Source


@click.command("show")
@click.argument("path", metavar="FILE")
@click.option("--claim", "claim_id", metavar="ID", help="Only the claim with this number (CLM01).")
@click.option("--phi", type=click.Choice(["none", "minimal", "full"]))
@click.option("--today", metavar="DATE")
@click.option("--config", "config_path", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
def show_command(
    path: str, claim_id: str | None, phi: str | None, today: str | None, config_path: str | None
) -> int:
    """Show the claims of a file in words, with their target lines and findings."""
    judge = Judge(read_today(today), {"phi": phi} if phi else {}, config_path)
    shown = 0
    for item in find_inputs((path,)):
        with item.open() as source:
            outcome = judge.outcome(source, item.path)
            level = Phi(judge.prepare(item.path)[0].config.phi)
            for lines in _claims(source, outcome, claim_id, level):
                click.echo("\n".join(lines) + "\n")
                shown += 1
            if not outcome.claims:
                for shared in outcome.findings:
                    click.echo(f"{item.path}: {shared.finding.message}", err=True)
                return 3
    if not shown:
        message = "there is no such claim in the file"
        raise click.ClickException(message)
    return 0


def _claims(source: Source, outcome: Outcome, claim_id: str | None, phi: Phi) -> Iterator[list[str]]:
    verdicts = {claim.ordinal: claim for claim in outcome.claims}
    for plan in outcome.plans:
        for claim in plan.read(source).claims:
            if claim_id is None or claim.id == claim_id:
                yield list(_claim(claim, verdicts[claim.ordinal], phi))


def _claim(claim: Claim, verdict: ClaimOutcome, phi: Phi) -> Iterator[str]:
    number = claim.id if phi is not Phi.NONE else f"number {claim.ordinal}"
    charge = f"${claim.charge}" if phi is not Phi.NONE else ""
    yield f"Claim {number}   {claim.kind}   {charge}   {verdict.disposition.upper()}"
    yield f"  payer {claim.payer_identifier} ({claim.filing_indicator or 'class not stated'})"
    yield f"  billing provider NPI {claim.billing.npi}"
    if phi is Phi.FULL:
        party = claim.patient.party
        yield f"  patient {party.last_name}, {party.first_name}, born {party.birth_date}"
        yield f"  member id {claim.patient.member_identifier}"
        yield f"  diagnoses {', '.join(d.code for d in claim.diagnoses)}"
    if phi is Phi.NONE:
        yield f"  {len(claim.lines)} service lines"
        return
    for line in claim.lines:
        yield from _line(line, verdict)
    for finding in verdict.findings:
        if finding.line is None:
            yield f"  {finding.severity.label} {finding.rule}: {finding.message}"


def _line(line: ServiceLine, verdict: ClaimOutcome) -> Iterator[str]:
    code = line.code or f"revenue {line.revenue_code}"
    modifiers = " ".join(line.modifiers)
    place = f"place {line.place_of_service}" if line.place_of_service else line.revenue_code
    yield (
        f"  line {line.number}: {line.date or 'no date'}  {code} {modifiers}".rstrip()
        + f"  {place}  {line.units} {line.unit_basis}  ${line.charge}"
    )
    for target in verdict.target_lines:
        if target.line == line.number:
            yield f"      {_linked(target)}"
    for finding in verdict.findings:
        if finding.line == line.number:
            yield f"      {finding.severity.label} {finding.rule}: {finding.message}"


def _linked(target: TargetLine) -> str:
    if target.primary_lines:
        return f"target code, goes with line {', '.join(map(str, target.primary_lines))}"
    if target.primary_earlier:
        return "target code, goes with a procedure of an earlier file"
    if target.primary_claims:
        return f"target code, goes with claim {', '.join(map(str, target.primary_claims))} of the file"
    if target.primary_procedure:
        return "target code, goes with the claim's inpatient procedure"
    return "target code without a primary procedure"

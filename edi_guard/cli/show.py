"""``edi-guard show``: the claims of a file in words, masked by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from edi_guard.cli.inputs import find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import read_today
from edi_guard.masking import Phi, masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.engine import ClaimOutcome, Outcome, TargetLine
    from edi_guard.findings import Finding
    from edi_guard.x12 import Source

_TITLES = ("line", "date", "code", "place", "units", "charge", "diagnoses")
_NUMBERS = ("units", "charge")


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
    is_refused = False
    for item in find_inputs((path,), judge.limits):
        with item.open() as source:
            outcome = judge.outcome(source, item.file)
            level = Phi(judge.prepare(item.file)[0].config.phi)
            for lines in _claims(source, outcome, claim_id, level):
                click.echo("\n".join(lines) + "\n")
                shown += 1
            if not outcome.claims:
                for shared in outcome.findings:
                    click.echo(f"{item.path}: {shared.finding.message}", err=True)
                is_refused = True
    if is_refused:
        return 3
    if not shown:
        message = "there is no such claim in the file"
        raise click.ClickException(message)
    return 0


def _claims(source: Source, outcome: Outcome, claim_id: str | None, phi: Phi) -> Iterator[list[str]]:
    verdicts = {claim.ordinal: claim for claim in outcome.claims}
    for plan in outcome.plans:
        for claim in plan.read(source).passing():
            if claim_id is None or claim.id == claim_id:
                yield list(_claim(claim, verdicts[claim.ordinal], phi))


def _claim(claim: Claim, verdict: ClaimOutcome, phi: Phi) -> Iterator[str]:
    number = claim.id if phi is not Phi.NONE else f"number {claim.ordinal}"
    charge = _dollars(claim.charge) if phi is not Phi.NONE else ""
    heading = (f"Claim {number}", str(claim.kind), f"claim {claim.ordinal} of the file", charge)
    yield "   ".join(filter(None, (*heading, verdict.disposition.upper())))
    yield _fact("payer", f"{claim.payer_identifier} ({claim.filing_indicator or 'class not stated'})")
    yield from (_fact("other payer", words) for words in _other_payers(claim, phi))
    yield _fact("billing", f"NPI {claim.billing.npi or 'not stated'}")
    if phi is Phi.FULL:
        party = claim.patient.party
        yield _fact("patient", f"{party.last_name}, {party.first_name}, born {party.birth_date}")
        yield _fact("member id", claim.patient.member_identifier)
        yield _fact("diagnoses", ", ".join(d.code for d in claim.diagnoses))
    if phi is Phi.NONE:
        yield f"  {len(claim.lines)} service lines"
        return
    yield _fact("bill", _bill(claim))
    yield from _lines(claim, verdict)
    for finding in verdict.findings:
        if finding.line is None:
            yield from _finding(finding, "  ")
    for repair in verdict.repairs:
        before, after = (masked(value, repair.location, phi) for value in (repair.before, repair.after))
        yield f"  repaired {repair.rule}: {repair.title}, {before!r} to {after!r}"


def _fact(name: str, words: str) -> str:
    return f"  {name:<12}{words}"


def _dollars(amount: Decimal | None) -> str:
    return "no amount" if amount is None else f"${amount:,.2f}"


def _bill(claim: Claim) -> str:
    """Return what kind of bill it is: its place or type, and whether it was sent before."""
    sent = {"1": "original", "7": "replacement", "8": "void"}.get(
        claim.frequency, f"frequency {claim.frequency}"
    )
    kind = (
        f"type of bill {claim.bill_type}" if claim.bill_type else f"place of service {claim.place_of_service}"
    )
    return f"{kind}, {sent}"


def _other_payers(claim: Claim, phi: Phi) -> Iterator[str]:
    for other in claim.other_payers:
        name = other.payer.identifier if other.payer else "not named"
        paid = f", paid {_dollars(other.paid)}" if other.paid is not None and phi is not Phi.NONE else ""
        yield f"{name} ({other.filing_indicator or 'class not stated'}), {other.sequence}{paid}"


def _lines(claim: Claim, verdict: ClaimOutcome) -> Iterator[str]:
    rows = [_row(line) for line in claim.lines]
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    yield _aligned(_TITLES, widths)
    for line, row in zip(claim.lines, rows, strict=True):
        yield _aligned(row, widths)
        for target in verdict.target_lines:
            if target.line == line.number:
                yield f"        {_linked(target)}"
        for finding in verdict.findings:
            if finding.line == line.number:
                yield from _finding(finding, "        ")


def _row(line: ServiceLine) -> tuple[str, ...]:
    units = f"{line.units} {line.unit_basis}" if line.units is not None else "none"
    place = line.place_of_service or line.revenue_code
    return (
        f"line {line.number}",
        str(line.date or "no date"),
        " ".join((line.code or "no code", *line.modifiers)),
        place,
        units,
        _dollars(line.charge),
        ":".join(line.pointers),
    )


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.rjust(width) if title in _NUMBERS else cell.ljust(width)
        for title, cell, width in zip(_TITLES, row, widths, strict=True)
    ]
    return "  " + "  ".join(cells).rstrip()


def _finding(finding: Finding, indent: str) -> Iterator[str]:
    box = finding.location.form_locator if finding.location else ""
    where = f", {box}" if box else ""
    yield f"{indent}{finding.severity.label} {finding.rule}{where}: {finding.message}"
    if finding.fix:
        yield f"{indent}  do: {finding.fix}"


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

"""``edi-guard policies``: validate mappings; what applies to a code, and why."""

from __future__ import annotations

from pathlib import Path

import click

from edi_guard.cli.options import read_today
from edi_guard.policy import PayerKey, PolicyErrors, check_mappings, load_policies

_MAPPINGS = click.option(
    "--mappings",
    multiple=True,
    type=click.Path(exists=True),
    metavar="DIR",
    help="Your own mappings.",
)


@click.group("policies")
def policies_command() -> None:
    """Validate mappings, and show what applies."""


@policies_command.command("check")
@click.argument("folders", nargs=-1, type=click.Path(exists=True), metavar="[DIR]...")
@_MAPPINGS
def check(folders: tuple[str, ...], mappings: tuple[str, ...]) -> int:
    """Check the shipped mappings and those in DIR; name every fault."""
    faults = check_mappings([Path(folder) for folder in (*folders, *mappings)])
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"{len(faults)} fault{'s' if len(faults) > 1 else ''} to mend", err=True)
        return 2
    click.echo("all mappings are right")
    return 0


@policies_command.command("show")
@click.argument("code")
@click.option("--payer", default="", metavar="ID", help="Payer identifier (2010BB NM109).")
@click.option("--filing-indicator", default="", metavar="CODE", help="SBR09, e.g. CI or MB.")
@click.option("--on", metavar="DATE", help="Date of service, CCYY-MM-DD; today by default.")
@click.option("--example-payers", is_flag=True)
@_MAPPINGS
def show(
    code: str,
    payer: str,
    filing_indicator: str,
    on: str | None,
    mappings: tuple[str, ...],
    *,
    example_payers: bool,
) -> int:
    """Show which statements apply to CODE for a payer on a day, and why others do not."""
    try:
        policies = load_policies([Path(m) for m in mappings], example_payers=example_payers)
    except PolicyErrors as errors:
        message = f"wrong mappings:\n{errors}"
        raise click.ClickException(message) from errors
    day, key = read_today(on), PayerKey(payer, filing_indicator)
    profile = policies.profile(code.upper(), day)
    if profile is None:
        known = ", ".join(sorted(policies.targets))
        message = f"{code} is no target code on {day}; these have a profile: {known}"
        raise click.ClickException(message)
    click.echo(f"{profile.code}: {profile.label} ({profile.source.label})")
    click.echo(f"payer class: {policies.payer_class(key)}")
    for item in policies.explain(code.upper(), key, day):
        name = f"{item.kind} {item.id}".strip()
        mark = "applies" if item.applies else "does not apply"
        click.echo(f"  {name:<42}{item.source.label:<28}{mark}: {item.why}")
    return 0

"""``edi-guard policies``: validate mappings; what applies to a code, and why."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from edi_guard.cli.options import read_today
from edi_guard.policy import PayerKey, PolicyErrors, check_mappings, load_policies, shipped_mappings
from edi_guard.policy.words import policy_in_words

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


@policies_command.command("schema")
def schema() -> int:
    """Print where the schema is that lets an editor complete and check mappings."""
    click.echo(str(shipped_mappings() / "policy.xsd"))
    return 0


@policies_command.command("test")
@click.argument("folders", nargs=-1, type=click.Path(exists=True), metavar="[DIR]...")
@_MAPPINGS
@click.option("-v", "--verbose", is_flag=True, help="Name the examples that are right, too.")
def test(folders: tuple[str, ...], mappings: tuple[str, ...], *, verbose: bool) -> int:
    """Run the examples that mappings carry, the shipped ones and those in DIR; 1 when one is wrong."""
    from edi_guard.config import build_settings, load_config
    from edi_guard.policy_examples import run_examples

    named = [str(Path(folder)) for folder in (*folders, *mappings)]
    overrides: dict[str, object] = {"example-payers": True, "usage": "any"}
    if named:
        overrides["mappings"] = named
    try:
        settings = build_settings(load_config(None, overrides), read_today(None))
    except PolicyErrors as errors:
        message = f"wrong mappings:\n{errors}"
        raise click.ClickException(message) from errors
    wrong = total = 0
    for result in run_examples(settings.policies.examples, settings):
        total += 1
        where = f"{result.example.source.label}: {result.example.title}"
        if result.is_right:
            if verbose:
                click.echo(f"right  {where}")
            continue
        wrong += 1
        click.echo(f"WRONG  {where}")
        if result.missing:
            click.echo(
                f"       expected {', '.join(result.missing)}; found {', '.join(result.found) or 'nothing'}"
            )
        else:
            click.echo(f"       expected a clean claim; kept back by {', '.join(result.unexpected)}")
    if not total:
        message = "the mappings carry no examples"
        raise click.ClickException(message)
    click.echo(f"{total - wrong} of {total} examples are right")
    return 1 if wrong else 0


@policies_command.command("show")
@click.argument("code")
@click.option("--payer", default="", metavar="ID", help="Payer identifier (2010BB NM109).")
@click.option("--filing-indicator", default="", metavar="CODE", help="SBR09, e.g. CI or MB.")
@click.option("--on", metavar="DATE", help="Date of service, CCYY-MM-DD; today by default.")
@click.option("--example-payers", is_flag=True, help="Load the example payer mappings.")
@click.option("--all", "everything", is_flag=True, help="List every statement with the reason.")
@_MAPPINGS
def show(
    code: str,
    payer: str,
    filing_indicator: str,
    on: str | None,
    mappings: tuple[str, ...],
    *,
    example_payers: bool,
    everything: bool,
) -> int:
    """Say in words what is wanted of CODE for a payer on a day, and where that is stated."""
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
    click.echo(f"payer {payer or '(any)'}, of class {policies.payer_class(key)}, services on {day}:\n")
    cited: dict[str, str] = {}
    for sentence, source in policy_in_words(policies, code.upper(), key, day):
        for line in textwrap.wrap(sentence, 96, initial_indent="- ", subsequent_indent="  "):
            click.echo(line)
        click.echo(f"  ({source.label})")
        cited[source.file] = source.citation
    click.echo("")
    for file, citation in cited.items():
        click.echo(textwrap.fill(f"{file}: {citation}", 98, subsequent_indent="  "))
    if not everything:
        click.echo("\n--all lists every statement, and why those that do not apply do not.")
        return 0
    click.echo("")
    for item in policies.explain(code.upper(), key, day):
        name = f"{item.kind} {item.id}".strip()
        mark = "applies" if item.applies else "does not apply"
        click.echo(f"  {name:<42}{item.source.label:<28}{mark}: {item.why}")
    return 0

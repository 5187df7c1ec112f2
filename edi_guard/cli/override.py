"""``edi-guard override``: releases a finding on one claim, recorded."""

from __future__ import annotations

from datetime import date, timedelta

import click

from edi_guard.cli.folder import folder_options, opened, person_options, read_person, read_reason
from edi_guard.cli.kept import chosen_claim
from edi_guard.ledger.kept import blocking_rules
from edi_guard.ledger.overrides import Override, add_override, overrides_in_force, take_back
from edi_guard.ledger.records import KEPT_STATES
from edi_guard.ledger.requests import Asked, Request, add_request
from edi_guard.rules import load_rules

_DAYS = 30
# A claim that breaks the guide makes the receiver refuse the file that it is in.
_NEVER = ("IG",)


@click.group("override")
def override_command() -> None:
    """Release findings on single claims, with a reason and a person."""


@override_command.command("add")
@click.argument("claim")
@click.argument("rule")
@person_options
@click.option("--until", metavar="DATE", help=f"Last day on which it holds; {_DAYS} days by default.")
@click.option("--file", "file_name", metavar="NAME", help="The claim's file, where several have its number.")
@folder_options
def add_command(
    claim: str,
    rule: str,
    reason: str,
    person: str | None,
    until: str | None,
    file_name: str | None,
    root: str,
    config_path: str | None,
) -> int:
    """Let CLAIM (its number, CLM01) pass although RULE stands against it.

    The claim leaves with the service's next run, in a file of its own, if nothing else stands against it.
    """
    code = rule.upper()
    _check_rule(code)
    with opened(root, config_path) as bench:
        day = _until(until, bench.today)
        known = chosen_claim(bench, claim, file_name, KEPT_STATES)
        rules = blocking_rules(bench.ledger.database, known.job, known.ordinal)
        if code not in rules:
            message = f"{code} does not stand against the claim; what does: {', '.join(rules) or 'nothing'}"
            raise click.ClickException(message)
        who, why = read_person(person), read_reason(reason)
        override = Override(0, known.claim_key, known.patient_key, code, why, who, day)
        number = add_override(bench.ledger.database, override, bench.now())
        request = Request(0, Asked.RELEASE, bench.ledger.folder, known.job, known.ordinal, why, who)
        add_request(bench.ledger.database, request, bench.now())
        bench.ledger.audit.append(
            "override",
            override=number,
            rule=code,
            job=known.job,
            ordinal=known.ordinal,
            person=who,
            reason=why,
        )
    click.echo(f"override {number}: {code} does not count on the claim until {day}")
    others = [other for other in rules if other != code]
    if others:
        click.echo(f"still against it, as of its last check: {', '.join(others)}")
    click.echo("It is judged again with the service's next run (edi-guard watch).")
    return 0


@override_command.command("list")
@folder_options
def list_command(root: str, config_path: str | None) -> int:
    """Print the overrides in force."""
    with opened(root, config_path) as bench:
        overrides = overrides_in_force(bench.ledger.database, bench.today)
    for override in overrides:
        click.echo(f"{override.id:>6}  {override.rule:<8}  {override.words}")
    if not overrides:
        click.echo("no override is in force")
    return 0


@override_command.command("remove")
@click.argument("number", type=int)
@folder_options
def remove_command(number: int, root: str, config_path: str | None) -> int:
    """Take an override back; a claim that left already is not called back."""
    with opened(root, config_path) as bench:
        found = [o for o in overrides_in_force(bench.ledger.database, bench.today) if o.id == number]
        if not found:
            message = f"there is no override {number} in force; `edi-guard override list` shows them"
            raise click.ClickException(message)
        take_back(bench.ledger.database, found[0], bench.now())
        bench.ledger.audit.append("override-removed", override=number, rule=found[0].rule)
    click.echo(f"override {number} does not count any more")
    return 0


def _check_rule(code: str) -> None:
    if code not in load_rules():
        message = f"there is no rule {code}; `edi-guard rules` lists them"
        raise click.ClickException(message)
    if code.startswith(_NEVER):
        message = f"{code} cannot be released: the receiver refuses a file that breaks the guide"
        raise click.ClickException(message)


def _until(text: str | None, today: date) -> date:
    if text is None:
        return today + timedelta(days=_DAYS)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date: write CCYY-MM-DD"
        raise click.BadParameter(message, param_hint="--until") from None
    if day < today:
        message = f"{day} is past"
        raise click.BadParameter(message, param_hint="--until")
    return day

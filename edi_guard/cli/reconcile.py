"""``edi-guard reconcile``: files and claims in and out, with charges, adding up."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import click

from edi_guard.cli.folder import dollars, folder_options, opened
from edi_guard.ledger.overview import Amount, balances
from edi_guard.ledger.records import FileOutcome, State

if TYPE_CHECKING:
    from edi_guard.ledger.overview import FileBalance
    from edi_guard.watch.workbench import Workbench

_OFF = 1
_HEADER = ("file", "outcome", "claims", "charges", *(state.value for state in State), "adds_up", "original")


@click.command("reconcile")
@click.option("--day", metavar="DATE", help="The day files came, CCYY-MM-DD; today by default.")
@click.option("--since", metavar="DATE", help="The first of several days.")
@click.option("--format", "format_name", type=click.Choice(["text", "csv"]), default="text")
@folder_options
def reconcile_command(
    day: str | None, since: str | None, format_name: str, root: str, config_path: str | None
) -> int:
    """Account for every file and claim that came on a day; exit with 1 when something is missing."""
    with opened(root, config_path) as bench:
        last = _day(day, bench.today)
        first = _day(since, last)
        found = balances(bench.ledger.database, bench.ledger.folder, first, last)
        missing = {b.job for b in found if not bench.archived(b.name, b.output_name).is_file()}
        if format_name == "csv":
            _write_csv(found, missing)
        else:
            _print(bench, found, missing, first, last)
    return _OFF if missing or not all(balance.adds_up for balance in found) else 0


def _day(text: str | None, default: date) -> date:
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date: write CCYY-MM-DD"
        raise click.BadParameter(message) from None


def _print(bench: Workbench, found: list[FileBalance], missing: set[str], first: date, last: date) -> None:
    days = str(last) if first == last else f"{first} to {last}"
    click.echo(f"{bench.places.root}, {days}: {len(found)} files came")
    came = Amount()
    where: defaultdict[State, Amount] = defaultdict(Amount)
    for balance in found:
        _add(came, balance.came)
        for state, amount in balance.where.items():
            _add(where[state], amount)
        note = "" if balance.adds_up else "  DOES NOT ADD UP"
        note += "  ORIGINAL MISSING" if balance.job in missing else ""
        parts = ", ".join(f"{amount.claims} {state}" for state, amount in sorted(balance.where.items()))
        click.echo(
            f"  {balance.output_name:<32} {balance.outcome:<10} {balance.came.claims:>6} claims"
            f" {dollars(balance.came.cents):>14}  {parts}{note}"
        )
    click.echo(f"\n  {'came':<12}{came.claims:>8} claims {dollars(came.cents):>16}")
    for state in State:
        if where[state].claims:
            click.echo(f"  {state:<12}{where[state].claims:>8} claims {dollars(where[state].cents):>16}")
    total = sum(amount.cents for amount in where.values())
    count = sum(amount.claims for amount in where.values())
    says = "which adds up" if (count, total) == (came.claims, came.cents) else "WHICH DOES NOT ADD UP"
    click.echo(f"  {'together':<12}{count:>8} claims {dollars(total):>16}, {says}")
    refused = [b for b in found if b.outcome not in (FileOutcome.PROCESSED, FileOutcome.BYPASSED)]
    if refused:
        click.echo(f"\n  {len(refused)} files were not processed; nothing of them was released:")
    for balance in refused:
        click.echo(f"    {balance.output_name}: {balance.reason}")


def _add(total: Amount, amount: Amount) -> None:
    total.claims += amount.claims
    total.cents += amount.cents


def _write_csv(found: list[FileBalance], missing: set[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_HEADER)
    for balance in found:
        counts = [balance.where[state].claims if state in balance.where else 0 for state in State]
        writer.writerow(
            [
                balance.output_name,
                balance.outcome.value,
                balance.came.claims,
                f"{balance.came.cents / 100:.2f}",
                *counts,
                "yes" if balance.adds_up else "no",
                "missing" if balance.job in missing else "archived",
            ]
        )

"""``edi-guard status``: today, this week, what is kept back, what waits, what went wrong."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from edi_guard.cli.folder import dollars, folder_options, opened
from edi_guard.folders import OutputError
from edi_guard.ledger.kept import blocking_rules, kept_claims
from edi_guard.ledger.overview import Amount, last_event, span
from edi_guard.ledger.records import State
from edi_guard.ledger.times import read_stamp, stamp
from edi_guard.operations.heartbeat import read_heartbeat
from edi_guard.watch.inbox import list_folder
from edi_guard.watch.lock import is_locked
from edi_guard.watch.overdue import unanswered

if TYPE_CHECKING:
    from edi_guard.ledger.kept import KnownClaim
    from edi_guard.ledger.overview import Span
    from edi_guard.watch.workbench import Workbench

_SHOWN: Final = 10
_ALIVE_SECONDS: Final = 600
_DEAD: Final = 1


@click.command("status")
@click.option("--all", "everything", is_flag=True, help=f"Every claim kept back, not only {_SHOWN}.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--health", is_flag=True, help="Print nothing; exit with 0 when the service lives and works.")
@folder_options
def status_command(
    format_name: str, root: str, config_path: str | None, *, everything: bool, health: bool
) -> int:
    """Say how the folder service fares: files, claims, dollars, what is kept back and for how long."""
    with opened(root, config_path) as bench:
        if health:
            return _health(bench)
        facts = _facts(bench)
        kept = kept_claims(bench.ledger.database, bench.ledger.folder)
        numbers = _ClaimNumbers(bench)
        facts["kept"] = [_kept_facts(bench, claim, numbers) for claim in kept]
    if format_name == "json":
        click.echo(json.dumps(facts, indent=2))
    else:
        _print(facts, everything=everything)
    return 0


def _health(bench: Workbench) -> int:
    state = read_heartbeat(_heartbeat(bench))
    alive = state is not None and state.is_alive(_ALIVE_SECONDS, bench.now())
    return 0 if alive and state is not None and not state.last_error else _DEAD


def _heartbeat(bench: Workbench) -> Path:
    return Path(bench.desk.config.watch.heartbeat_file or bench.ledger.home / "heartbeat.json")


# -------------------------------------------------------------------------- facts


def _facts(bench: Workbench) -> dict[str, Any]:
    today = bench.today
    database, folder = bench.ledger.database, bench.ledger.folder
    monday = today - timedelta(days=today.weekday())
    error, working = last_event(database, folder, "error"), last_event(database, folder, "working")
    config = bench.desk.config.watch
    silent: list[str] = []
    if config.answer_hours:
        silent = unanswered(bench, bench.now() - timedelta(hours=config.answer_hours))
    return {
        "folder": str(bench.places.root),
        "running": is_locked(bench.places.root),
        "today": _span_facts(span(database, folder, today, today)),
        "week": _span_facts(span(database, folder, monday, today)),
        "waiting": _waiting(bench),
        "unanswered": silent,
        "last_error": {"at": error[0], "text": error[1]} if error else None,
        "works_again": bool(error and working and working[0] > error[0]),
        "as_of": stamp(bench.now()),
    }


def _span_facts(found: Span) -> dict[str, Any]:
    return {
        "first": str(found.first),
        "last": str(found.last),
        "files": dict(found.files),
        "claims": {state: _amount(amount) for state, amount in found.claims.items()},
        "released": _amount(found.released),
        "rules": {rule: _amount(amount) for rule, amount in _by_dollars(found.rules)},
        "payers": {payer: _amount(amount) for payer, amount in _by_dollars(found.payers)},
        "repairs": found.repairs,
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {"claims": amount.claims, "dollars": f"{amount.cents / 100:.2f}"}


def _by_dollars(amounts: dict[str, Amount]) -> list[tuple[str, Amount]]:
    return sorted(amounts.items(), key=lambda item: (-item[1].cents, -item[1].claims, item[0]))


def _waiting(bench: Workbench) -> dict[str, Any]:
    try:
        entries = list_folder(bench.places.inbox).entries
    except OutputError as error:
        raise click.ClickException(str(error)) from error
    oldest = min((entry.mtime_ns / 1e9 for entry in entries), default=None)
    seconds = 0 if oldest is None else max(0, int(time.time() - oldest))
    return {"files": len(entries), "oldest_seconds": seconds}


class _ClaimNumbers:
    """Claim numbers of kept claims, from the reports: the ledger itself does not hold them."""

    def __init__(self, bench: Workbench) -> None:
        self._reports = bench.places.reports
        self._known: defaultdict[str, dict[int, str]] = defaultdict(dict)

    def of(self, claim: KnownClaim) -> str:
        """Return the claim's number, or which claim of its file it is where no report shows that."""
        if claim.output_name not in self._known:
            self._known[claim.output_name] = self._read(claim.output_name)
        return self._known[claim.output_name].get(claim.ordinal) or f"claim {claim.ordinal}"

    def _read(self, name: str) -> dict[int, str]:
        try:
            report = json.loads((self._reports / f"{name}.json").read_text(encoding="utf-8"))
            return {claim["ordinal"]: str(claim["id"]) for claim in report["claims"]}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def _kept_facts(bench: Workbench, claim: KnownClaim, numbers: _ClaimNumbers) -> dict[str, Any]:
    return {
        "claim": numbers.of(claim),
        "file": claim.output_name,
        "state": claim.state.value,
        "since": str(claim.since),
        "days": (bench.today - claim.since).days,
        "dollars": f"{(claim.charge or 0) / 100:.2f}",
        "payer": claim.payer,
        "deadline": str(claim.deadline) if claim.deadline else None,
        "days_left": (claim.deadline - bench.today).days if claim.deadline else None,
        "rules": blocking_rules(bench.ledger.database, claim.job, claim.ordinal),
    }


# -------------------------------------------------------------------------- words


def _print(facts: dict[str, Any], *, everything: bool) -> None:
    running = "running" if facts["running"] else "NOT running"
    click.echo(f"{facts['folder']}: the service is {running}")
    for title, key in (("Today", "today"), ("This week", "week")):
        _print_span(title, facts[key])
    waiting = facts["waiting"]
    click.echo(f"\nWaiting in the inbox: {waiting['files']} files", nl=False)
    click.echo(f", the oldest for {waiting['oldest_seconds'] // 60} minutes" if waiting["files"] else "")
    for name in facts["unanswered"]:
        click.echo(f"No answer from the receiver to {name}")
    if facts["last_error"]:
        again = ", works again since" if facts["works_again"] else ""
        at = read_stamp(facts["last_error"]["at"]).astimezone()
        click.echo(f"Last error: {at:%Y-%m-%d %H:%M} {facts['last_error']['text']}{again}")
    _print_kept(facts["kept"], everything=everything)


def _print_span(title: str, found: dict[str, Any]) -> None:
    click.echo(f"\n{title} ({found['first']} to {found['last']})")
    files = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found["files"].items())) or "none"
    click.echo(f"  files     {files}")
    for state in (State.CLEAN, State.HELD, State.REJECTED, State.BYPASSED):
        amount = found["claims"].get(state.value)
        if amount:
            click.echo(f"  {state.value:<10}{amount['claims']:>6} claims {amount['dollars']:>14}")
    if found["released"]["claims"]:
        amount = found["released"]
        click.echo(f"  {'released':<10}{amount['claims']:>6} claims {amount['dollars']:>14}")
    for name, table in (("by rule", found["rules"]), ("by payer", found["payers"])):
        for key, amount in list(table.items())[:5]:
            click.echo(f"  {name:<10}{amount['claims']:>6} {key or '(none)':<10}{amount['dollars']:>10}")


def _print_kept(kept: list[dict[str, Any]], *, everything: bool) -> None:
    total = sum(round(float(claim["dollars"]) * 100) for claim in kept)
    click.echo(f"\nKept back: {len(kept)} claims, {dollars(total)} dollars; oldest first")
    shown = kept if everything else kept[:_SHOWN]
    for claim in shown:
        left = (
            "" if claim["days_left"] is None else f"  until {claim['deadline']} ({claim['days_left']} days)"
        )
        click.echo(
            f"  {claim['claim']:<20} {claim['dollars']:>12}  {claim['state']:<8} {claim['days']:>4} days"
            f"  {claim['payer']:<12} {', '.join(claim['rules'])}  in {claim['file']}{left}"
        )
    if len(shown) < len(kept):
        click.echo(f"  and {len(kept) - len(shown)} more: --all shows them")

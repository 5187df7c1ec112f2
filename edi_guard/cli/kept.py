"""``find``, ``withdraw``, ``requeue``, ``bypass``: what a person does with claims and files kept back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.archives import packing_suffix
from edi_guard.cli.folder import dollars, folder_options, opened, person_options, read_person, read_reason
from edi_guard.engine import sha256_of
from edi_guard.folders import OutputError, sync_folder
from edi_guard.ledger.kept import blocking_rules, claims_numbered, kept_of, original_named
from edi_guard.ledger.records import KEPT_STATES, FileOutcome
from edi_guard.ledger.requests import Asked, Request, add_request
from edi_guard.watch.names import archived_name
from edi_guard.watch.opening import open_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.ledger.kept import KnownClaim, Original
    from edi_guard.ledger.records import State
    from edi_guard.watch.workbench import Workbench

_HARMLESS = (FileOutcome.FAILED, FileOutcome.DUPLICATE, FileOutcome.CONFLICT)


def chosen_claim(bench: Workbench, claim: str, file_name: str | None, wanted: Sequence[State]) -> KnownClaim:
    """Return the copy of a claim that somebody means.

    Raises:
        click.ClickException: there is none, or more than one.
    """
    ledger = bench.ledger
    copies = claims_numbered(ledger.database, ledger.keyed, claim, ledger.folder)
    if not copies:
        message = "the ledger knows no claim with this number"
        raise click.ClickException(message)
    fitting = [c for c in copies if c.state in wanted and file_name in (None, c.file, c.output_name)]
    if not fitting:
        states = ", ".join(dict.fromkeys(f"{c.state} ({c.output_name})" for c in copies))
        message = f"no copy of the claim is kept back; where its copies are: {states}"
        raise click.ClickException(message)
    if len(fitting) > 1:
        names = ", ".join(c.output_name for c in fitting)
        message = f"several files hold a claim with this number: say which by --file ({names})"
        raise click.ClickException(message)
    return fitting[0]


@click.command("find")
@click.argument("claim")
@folder_options
def find_command(claim: str, root: str, config_path: str | None) -> int:
    """Say where CLAIM (its number, CLM01) is, since when and why."""
    with opened(root, config_path) as bench:
        copies = claims_numbered(bench.ledger.database, bench.ledger.keyed, claim)
        for copy in copies:
            click.echo(_described(bench, copy))
    if not copies:
        click.echo("the ledger knows no claim with this number")
        return 4
    return 0


def _described(bench: Workbench, copy: KnownClaim) -> str:
    where = bench.places.root / _folder_of(copy.state)
    which = f"claim {copy.ordinal} of {copy.file}, {dollars(copy.charge)} dollars"
    words = [f"{copy.state} since {copy.since}: {which}"]
    words.append(f"  came {copy.came}, original in {bench.archived(copy.file, copy.output_name)}")
    if copy.state in KEPT_STATES:
        rules = blocking_rules(bench.ledger.database, copy.job, copy.ordinal)
        words.append(f"  kept back by {', '.join(rules)}; it stands in {where / copy.output_name}")
        if copy.deadline:
            words.append(f"  the payer takes it until {copy.deadline}")
    elif copy.why:
        words.append(f"  {copy.why}")
    return "\n".join(words)


def _folder_of(state: State) -> str:
    return state.value if state in KEPT_STATES else "clean"


@click.command("withdraw")
@click.argument("claim")
@person_options
@click.option("--file", "file_name", metavar="NAME", help="The claim's file, where several have its number.")
@folder_options
def withdraw_command(
    claim: str, reason: str, person: str | None, file_name: str | None, root: str, config_path: str | None
) -> int:
    """Close CLAIM, which was kept back and will not leave: written off, or billed another way."""
    with opened(root, config_path) as bench:
        known = chosen_claim(bench, claim, file_name, KEPT_STATES)
        request = Request(
            0,
            Asked.WITHDRAW,
            bench.ledger.folder,
            known.job,
            known.ordinal,
            read_reason(reason),
            read_person(person),
        )
        add_request(bench.ledger.database, request, bench.now())
    click.echo("It is closed with the service's next run (edi-guard watch).")
    return 0


@click.command("requeue")
@click.argument("name")
@click.option("--reason", default="requeued", metavar="TEXT", help="Why; recorded.")
@click.option("--person", metavar="NAME", help="Who; the user of this machine by default.")
@folder_options
def requeue_command(name: str, reason: str, person: str | None, root: str, config_path: str | None) -> int:
    """Judge a file once more: NAME as it stands in failed/, held/, rejected/ or archive/.

    A file that was refused goes back to the inbox. Of a file that was processed, the claims that are
    kept back are judged again, and what passes now leaves in a file of its own.
    """
    output_name = Path(name).name
    with opened(root, config_path) as bench:
        original = _named(bench, output_name)
        if original is None:
            message = f"the ledger knows no file {output_name}"
            raise click.ClickException(message)
        output_name = original.output_name
        if original.outcome in _HARMLESS:
            click.echo(_back_to_inbox(bench, output_name, original.name))
            return 0
        if not kept_of(bench.ledger.database, original.job):
            message = f"no claim of {output_name} is kept back: there is nothing to judge again"
            raise click.ClickException(message)
        request = Request(
            0, Asked.REQUEUE, bench.ledger.folder, original.job, 0, read_reason(reason), read_person(person)
        )
        add_request(bench.ledger.database, request, bench.now())
    click.echo("Its claims are judged again with the service's next run (edi-guard watch).")
    return 0


def _named(bench: Workbench, name: str) -> Original | None:
    """Return the file whose outputs, or whose packed original, have a name."""
    known = original_named(bench.ledger.database, bench.ledger.folder, name)
    if known is None and (suffix := packing_suffix(name)):
        packed = original_named(bench.ledger.database, bench.ledger.folder, name.removesuffix(suffix))
        if packed is not None and archived_name(packed.name, packed.output_name) == name:
            return packed
    return known


def _back_to_inbox(bench: Workbench, output_name: str, name: str) -> str:
    failed = bench.places.failed / output_name
    target = bench.places.inbox / name
    if target.exists():
        message = f"{target} exists already: move it away first"
        raise click.ClickException(message)
    try:
        failed.rename(target)
        (bench.places.failed / f"{output_name}.reason.txt").unlink(missing_ok=True)
    except FileNotFoundError:
        message = f"{failed} is not there any more; its original is in {bench.archived(name, output_name)}"
        raise click.ClickException(message) from None
    except OSError as error:
        message = f"{failed}: cannot be moved: {error.strerror}"
        raise click.ClickException(message) from error
    return f"{output_name} is back in {bench.places.inbox} as {name}"


@click.command("bypass")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@person_options
@folder_options
def bypass_command(path: Path, reason: str, person: str | None, root: str, config_path: str | None) -> int:
    """Pass FILE on UNCHECKED with the service's next run: for emergencies, recorded and told."""
    with opened(root, config_path) as bench:
        who, why = read_person(person), read_reason(reason)
        digest = _digest(bench, path)
        request = Request(0, Asked.BYPASS, bench.ledger.folder, digest, 0, why, who)
        add_request(bench.ledger.database, request, bench.now())
        bench.ledger.audit.append("bypass-asked", file=path.name, sha256=digest, person=who, reason=why)
        if path.resolve().parent != bench.places.inbox.resolve():
            _copy_in(path, bench.places.inbox)
    click.secho(f"{path.name} will be passed on UNCHECKED with the service's next run.", err=True, bold=True)
    return 0


def _digest(bench: Workbench, path: Path) -> str:
    """Return the hash of the claims that are meant, as the service will see them."""
    try:
        opened = open_claims(path, str(path), bench.limits)
    except OutputError as error:
        raise click.ClickException(str(error)) from error
    with opened.source as source:
        if source.refusal:
            message = f"{path}: {source.refusal}"
            raise click.ClickException(message)
        return sha256_of(source)


def _copy_in(path: Path, inbox: Path) -> None:
    target = inbox / path.name
    if target.exists():
        message = f"{target} exists already: move it away first"
        raise click.ClickException(message)
    temporary = inbox / f".{path.name}.tmp"
    try:
        with path.open("rb") as source, temporary.open("wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        temporary.replace(target)
        sync_folder(inbox)
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror}"
        raise click.ClickException(message) from error

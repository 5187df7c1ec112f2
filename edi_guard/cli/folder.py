"""What the commands on a watched folder share: the folder, its settings, its ledger."""

from __future__ import annotations

import contextlib
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from edi_guard.config import ConfigError
from edi_guard.ledger.errors import LedgerError
from edi_guard.watch.desk import Desk
from edi_guard.watch.home import open_ledger
from edi_guard.watch.places import Places, places_of
from edi_guard.watch.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

F = TypeVar("F", bound="Callable[..., object]")


def folder_options(command: F) -> F:
    """Add which watched folder a command is about."""
    options = [
        click.option(
            "--dir",
            "root",
            default=".",
            type=click.Path(file_okay=False, exists=True),
            metavar="DIR",
            help="The watched folder; the current one by default.",
        ),
        click.option(
            "--config",
            "config_path",
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="Configuration; by default the nearest edi-guard.toml upward from the folder.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def person_options(command: F) -> F:
    """Add why and who, for what is recorded."""
    options = [
        click.option("--reason", required=True, metavar="TEXT", help="Why; recorded. No patient data."),
        click.option("--person", metavar="NAME", help="Who; the user of this machine by default."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def read_person(person: str | None) -> str:
    """Return who asks."""
    return (person or getpass.getuser()).strip()


def read_reason(reason: str) -> str:
    """Return why somebody asks.

    Raises:
        click.BadParameter: nothing is said.
    """
    if not reason.strip():
        message = "say why, in a few words"
        raise click.BadParameter(message, param_hint="--reason")
    return " ".join(reason.split())


def places_for(root: Path, desk: Desk) -> Places:
    """Return the folders of a watched folder, as its configuration names them."""
    return places_of(root, desk.config.folders)


@contextlib.contextmanager
def opened(root: str, config_path: str | None) -> Iterator[Workbench]:
    """Yield a watched folder's settings and memory.

    Raises:
        click.ClickException: the folder was never watched, or something of it cannot be used.
    """
    with explained():
        desk = Desk(Path(root), Path(config_path) if config_path else None)
        ledger = open_ledger(Path(root), desk.config.ledger, create=False)
        try:
            yield Workbench(places_for(Path(root), desk), desk, ledger)
        finally:
            ledger.close()


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what the user can mend into one sentence."""
    try:
        yield
    except (ConfigError, LedgerError) as error:
        raise click.ClickException(str(error)) from error


def dollars(cents: int | None) -> str:
    """Return an amount for people, e.g. ``1,234.50``."""
    return f"{(cents or 0) / 100:,.2f}"

"""``edi-guard reference``: import, list, verify and remove code sets and NCCI tables."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.config import ConfigError, find_config, load_config, reference_store
from edi_guard.reference import EditSetting, ReferenceTableError
from edi_guard.reference.days import FIRST_DAY, day_of, number_of
from edi_guard.reference.importing import import_file
from edi_guard.reference.layout import Given
from edi_guard.reference.layouts import LAYOUTS
from edi_guard.reference.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from edi_guard.reference.sheets import Told
    from edi_guard.reference.store import Edition, Store

_CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration that names another store.",
)


@click.group("reference")
def reference_command() -> None:
    """Load code sets and NCCI tables, and see which are loaded."""


@reference_command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--effective",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The first day of a table whose name does not state it.",
)
@click.option(
    "--setting",
    type=click.Choice([str(setting) for setting in EditSetting]),
    metavar="SETTING",
    help="Whose claims an NCCI table is for, where its name does not say: practitioner, outpatient or"
    " supplier, each also as medicaid-...",
)
@_CONFIG
def import_tables(
    files: tuple[Path, ...], effective: datetime | None, setting: str | None, config_path: Path | None
) -> int:
    """Import tables as CMS, NUCC and X12 publish them: zip, xlsx, txt or csv.

    What a file is, is recognised by its content. A file is imported whole or not at all; a newer copy of
    the same version takes the older one's place, other versions stay beside it.
    """
    given = Given(
        number_of(effective.date()) if effective else None, EditSetting(setting) if setting else None
    )
    with _explained(), contextlib.closing(open_store(_path(config_path), write=True)) as store:
        for path in files:
            with _progress(path) as told:
                done = import_file(store, path, given, told)
            for one in done:
                of = f" ({one.setting})" if one.setting else ""
                click.echo(f"{one.name}: {one.kind}{of}, {one.label}: {one.rows:,} rows, {_since(one.first)}")
    return 0


@reference_command.command("list")
@_CONFIG
def list_tables(config_path: Path | None) -> int:
    """List what is loaded: the version, from when it counts, its files."""
    path = _path(config_path)
    if not path.exists():
        click.echo(f"nothing is loaded: {path} does not exist yet")
        return 0
    with _explained(), contextlib.closing(open_store(path)) as store:
        if not store.editions():
            click.echo("nothing is loaded")
        for edition, lines in _by_edition(store):
            of = f" ({edition.setting})" if edition.setting else ""
            click.echo(f"{edition.kind}{of}  {edition.label}  {_since(edition.first)}")
            for line in lines:
                click.echo(f"    {line}")
    return 0


@reference_command.command("verify")
@_CONFIG
def verify(config_path: Path | None) -> int:
    """Check that the store is sound and that every row that was imported is there."""
    with _explained(), contextlib.closing(open_store(_path(config_path))) as store:
        faults = store.faults()
        for fault in faults:
            click.echo(fault, err=True)
        if not faults:
            click.echo(f"{sum(source.rows for source in store.sources()):,} rows, all there")
    return 1 if faults else 0


@reference_command.command("remove")
@click.argument("kind", metavar="KIND")
@click.argument("label", metavar="[VERSION]", required=False)
@click.option(
    "--setting",
    type=click.Choice([str(setting) for setting in EditSetting]),
    metavar="SETTING",
    help="Of an NCCI table, the one for these claims only.",
)
@_CONFIG
def remove(kind: str, label: str | None, setting: str | None, config_path: Path | None) -> int:
    """Remove a version of a table, as `reference list` names it; all versions where none is named."""
    with _explained(), contextlib.closing(open_store(_path(config_path), write=True)) as store:
        meant = [
            edition
            for edition in store.editions()
            if edition.kind == kind and label in (None, edition.label) and setting in (None, edition.setting)
        ]
        if not meant:
            message = f"there is no {kind}{f' {label}' if label else ''}: see edi-guard reference list"
            raise click.ClickException(message)
        with store.transaction():
            for edition in meant:
                store.remove(edition)
                click.echo(f"removed {edition.kind} {edition.label}")
        store.shrink()
    return 0


@reference_command.command("kinds")
def kinds() -> int:
    """List the tables that can be imported."""
    for layout in LAYOUTS:
        click.echo(f"{layout.kind:<22}{layout.name}")
    return 0


def _path(config_path: Path | None) -> Path:
    try:
        return reference_store(load_config(config_path or find_config(Path.cwd())).config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _by_edition(store: Store) -> Iterator[tuple[Edition, list[str]]]:
    sources = store.sources()
    for edition in store.editions():
        own = [source for source in sources if source.edition.id == edition.id]
        yield (
            edition,
            [
                f"{f'{one.part} ' if one.part else ''}{one.name}: {one.rows:,} rows, imported"
                f" {one.imported[:10]}, sha256 {one.sha256[:12]}"
                for one in own
            ],
        )


def _since(first: int) -> str:
    return "for every day" if first == FIRST_DAY else f"from {day_of(first)}"


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ReferenceTableError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def _progress(path: Path) -> Iterator[Told]:
    """Yield what is told of the bytes read; it shows them on terminals only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(path.name, total=None)
        yield lambda read: bar.advance(task, read)

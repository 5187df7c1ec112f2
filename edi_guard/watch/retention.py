"""Removes what is older than the configuration wants it kept; nothing by default."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from edi_guard.ledger import schema
from edi_guard.ledger.kept import kept_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edi_guard.config.model import LedgerTable
    from edi_guard.watch.workbench import Workbench


def remove_old(bench: Workbench, config: LedgerTable) -> None:
    """Remove originals and reports that are older than they are kept.

    An original stays as long as one of its claims is kept back: it would be needed to release it.

    Raises:
        LedgerError: the ledger does not answer.
    """
    if config.keep_archive_days:
        for job, came_as, name in _older(bench, config.keep_archive_days):
            if not kept_of(bench.ledger.database, job):
                _remove(bench.archived(came_as, name))
    if config.keep_report_days:
        for _, _, name in _older(bench, config.keep_report_days):
            for path in bench.places.reports.glob(f"{_escaped(name)}.*"):
                _remove(path)


def _older(bench: Workbench, days: int) -> Iterator[tuple[str, str, str]]:
    files = schema.files
    query = select(files.c.job, files.c.name, files.c.output_name).where(
        and_(files.c.folder == bench.ledger.folder, files.c.day < bench.today - timedelta(days=days))
    )
    with bench.ledger.database.reading() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        yield row.job, row.name, row.output_name


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)

"""What happened to the service itself: errors, alarms, starts and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from edi_guard.ledger import schema
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from edi_guard.ledger.database import Database


def note_event(database: Database, folder: str, kind: str, text: str, at: datetime, job: str = "") -> None:
    """Write down an event.

    Args:
        database: the ledger.
        folder: the watched folder's own name.
        kind: e.g. ``error``.
        text: one sentence without patient data.
        at: the moment.
        job: the job it belongs to.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    row = {
        "at": stamp(at),
        "day": at.astimezone().date(),
        "folder": folder,
        "kind": kind,
        "job": job,
        "text": text,
    }
    with database.writing() as connection:
        connection.execute(insert(schema.events), row)

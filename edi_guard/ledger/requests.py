"""What people ask the folder service to do; it answers with its next run."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select

from edi_guard.ledger import schema
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from edi_guard.ledger.database import Database


class Asked(enum.StrEnum):
    """What may be asked.

    Attributes:
        RELEASE: judge a claim of an earlier file again, and let it go if nothing stands against it.
        REQUEUE: the same for all claims of an earlier file that were kept back.
        BYPASS: pass a file on unchecked when it comes.
        WITHDRAW: close a claim that was kept back.
    """

    RELEASE = "release"
    REQUEUE = "requeue"
    BYPASS = "bypass"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        id: its number; 0 before it is written.
        kind: what is asked.
        folder: the watched folder's own name.
        target: the job it is about; for a bypass the SHA-256 of the file.
        ordinal: the claim, 0 where it is about a whole file.
        reason, person: why, and who asks.
    """

    id: int
    kind: Asked
    folder: str
    target: str
    ordinal: int
    reason: str
    person: str


def add_request(database: Database, request: Request, at: datetime) -> int:
    """Write a request and return its number.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    row = {
        "at": stamp(at),
        "folder": request.folder,
        "kind": request.kind.value,
        "target": request.target,
        "ordinal": request.ordinal,
        "reason": request.reason,
        "person": request.person,
    }
    with database.writing() as connection:
        key: Any = connection.execute(insert(schema.requests), row).inserted_primary_key
        return int(key[0])


def open_requests(database: Database, folder: str) -> list[Request]:
    """Return the requests of a folder that were not answered yet, oldest first.

    Raises:
        LedgerError: the ledger does not answer.
    """
    table, answers = schema.requests, schema.answers
    query = (
        select(table)
        .where(
            and_(
                table.c.folder == folder,
                ~select(answers.c.request).where(answers.c.request == table.c.id).exists(),
            )
        )
        .order_by(table.c.id)
    )
    with database.reading() as connection:
        return [
            Request(row.id, Asked(row.kind), row.folder, row.target, row.ordinal, row.reason, row.person)
            for row in connection.execute(query)
        ]


def answer_request(database: Database, request: int, text: str, at: datetime) -> None:
    """Say that a request needs no more work, and why.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with database.writing() as connection:
        answers = schema.answers
        if connection.execute(select(answers.c.request).where(answers.c.request == request)).first() is None:
            row = {"request": request, "at": stamp(at), "job": "", "text": text}
            connection.execute(insert(answers), row)

"""Decides whether a file may be processed: the same content, or the same control number, only once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select

from edi_guard.ledger import schema
from edi_guard.ledger.records import FileOutcome, InterchangeRecord
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from edi_guard.ledger.database import Database

# After these a file has released nothing and may come again.
_HARMLESS = (FileOutcome.FAILED, FileOutcome.DUPLICATE, FileOutcome.CONFLICT)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What stands in a file's way.

    Attributes:
        outcome: duplicate or conflict.
        name: the earlier file.
        at: when it came, as the ledger writes it.
        control_number: the interchange control number that was used before; empty for a duplicate.
    """

    outcome: FileOutcome
    name: str
    at: str
    control_number: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came in.

    Attributes:
        job: its job, unique for good.
        at: the moment.
        folder: the watched folder's own name.
        name: the file name.
        sha256, size: of its bytes.
        interchanges: what its envelopes say.
    """

    job: str
    at: datetime
    folder: str
    name: str
    sha256: str
    size: int
    interchanges: Sequence[InterchangeRecord]


def take_in(database: Database, arrival: Arrival, *, refuse_numbers: bool = True) -> Earlier | None:
    """Register a file, unless it came before.

    The same job may ask again after a restart and gets the same answer.

    Args:
        database: the ledger.
        arrival: the file.
        refuse_numbers: whether a control number that its sender used before is a reason to refuse.

    Returns:
        what stands in its way, None when nothing does.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with database.writing() as connection:
        earlier = _same_content(connection, arrival)
        if earlier is None and refuse_numbers:
            earlier = _same_number(connection, arrival)
        if earlier is None and not _is_known(connection, arrival.job):
            _insert(connection, arrival)
    return earlier


def _is_known(connection: Connection, job: str) -> bool:
    return (
        connection.execute(select(schema.intake.c.job).where(schema.intake.c.job == job)).first() is not None
    )


def _insert(connection: Connection, arrival: Arrival) -> None:
    row = {
        "job": arrival.job,
        "at": stamp(arrival.at),
        "folder": arrival.folder,
        "name": arrival.name,
        "sha256": arrival.sha256,
        "size": arrival.size,
    }
    connection.execute(insert(schema.intake), row)
    rows = [
        {
            "job": arrival.job,
            "ordinal": ordinal,
            "sender": interchange.sender,
            "receiver": interchange.receiver,
            "control_number": interchange.control_number,
            "usage": interchange.usage,
        }
        for ordinal, interchange in enumerate(arrival.interchanges, 1)
    ]
    if rows:
        connection.execute(insert(schema.interchanges), rows)


def _counting() -> object:
    """Return the condition under which an intake counts: in work, or processed."""
    return schema.files.c.job.is_(None) | schema.files.c.outcome.notin_(_HARMLESS)


def _same_content(connection: Connection, arrival: Arrival) -> Earlier | None:
    intake = schema.intake
    found = connection.execute(
        select(intake.c.name, intake.c.at)
        .select_from(intake.outerjoin(schema.files, schema.files.c.job == intake.c.job))
        .where(and_(intake.c.sha256 == arrival.sha256, intake.c.job != arrival.job, _counting()))  # type: ignore[arg-type]
        .order_by(intake.c.at)
    ).first()
    return Earlier(FileOutcome.DUPLICATE, found.name, found.at) if found else None


def _same_number(connection: Connection, arrival: Arrival) -> Earlier | None:
    intake, interchanges = schema.intake, schema.interchanges
    for interchange in arrival.interchanges:
        found = connection.execute(
            select(intake.c.name, intake.c.at)
            .select_from(
                interchanges.join(intake, intake.c.job == interchanges.c.job).outerjoin(
                    schema.files, schema.files.c.job == intake.c.job
                )
            )
            .where(
                and_(
                    interchanges.c.control_number == interchange.control_number,
                    interchanges.c.sender == interchange.sender,
                    interchanges.c.receiver == interchange.receiver,
                    intake.c.job != arrival.job,
                    _counting(),  # type: ignore[arg-type]
                )
            )
            .order_by(intake.c.at)
        ).first()
        if found:
            return Earlier(FileOutcome.CONFLICT, found.name, found.at, interchange.control_number)
    return None

"""Files that were sent and not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from edi_guard.ledger import schema
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from edi_guard.watch.workbench import Workbench


def unanswered(bench: Workbench, before: datetime) -> list[str]:
    """Return the outgoing files of before a moment for which no acknowledgment came.

    Raises:
        LedgerError: the ledger does not answer.
    """
    sent, files, responses = schema.sent, schema.files, schema.responses
    answered = select(responses.c.id).where(responses.c.sent_job == sent.c.job).exists()
    query = (
        select(sent.c.name)
        .join(files, files.c.job == sent.c.job)
        .where(and_(files.c.folder == bench.ledger.folder, files.c.at < stamp(before), ~answered))
        .distinct()
        .order_by(sent.c.name)
    )
    with bench.ledger.database.reading() as connection:
        return [row.name for row in connection.execute(query)]

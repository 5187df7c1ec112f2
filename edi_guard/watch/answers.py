"""Matches the acknowledgments in ``responses/`` to what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, insert, select

from edi_guard.engine import sha256_of
from edi_guard.folders import OutputError, make_folder, sync_folder
from edi_guard.ledger import schema
from edi_guard.ledger.past import number_key
from edi_guard.ledger.recording import latest
from edi_guard.ledger.records import SENT_STATES, Kind, State
from edi_guard.ledger.times import stamp
from edi_guard.watch.names import free_name
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection

    from edi_guard.responses import ClaimAnswer, GroupAnswer, InterchangeAnswer
    from edi_guard.watch.workbench import Workbench

ANSWERED: Final = "done"
UNREADABLE: Final = "failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a file of answers was about.

    Attributes:
        name: the file.
        matched: how many answers fit something that was sent.
        unmatched: how many did not.
        refused: how many groups, interchanges or claims the receiver refused.
        error: why it cannot be read; empty when it can.
    """

    name: str
    matched: int = 0
    unmatched: int = 0
    refused: int = 0
    error: str = ""


def take_answers(bench: Workbench, path: Path) -> Answered:
    """Read one file of answers, write it down, and move it out of the way.

    Raises:
        OutputError, LedgerError: to be tried again.
    """
    from edi_guard.responses import ResponseError, read_responses

    try:
        with Source.from_path(path) as source:
            digest = sha256_of(source)
            read = read_responses(source)
    except ResponseError as error:
        _move(bench, path, UNREADABLE)
        return Answered(path.name, error=str(error))
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise OutputError(message) from error
    counted = _Counter(bench, path.name, digest)
    with bench.ledger.database.writing() as connection:
        if not _is_known(connection, digest):
            for interchange in read.interchanges:
                counted.interchange(connection, interchange)
            for group in read.groups:
                counted.group(connection, group)
            for claim in read.claims:
                counted.claim(connection, claim)
    _move(bench, path, ANSWERED)
    return Answered(path.name, counted.matched, counted.unmatched, counted.refused)


def _is_known(connection: Connection, digest: str) -> bool:
    table = schema.responses
    return connection.execute(select(table.c.id).where(table.c.sha256 == digest)).first() is not None


def _move(bench: Workbench, path: Path, kind: str) -> None:
    folder = bench.places.responses / kind
    try:
        make_folder(folder)
        path.rename(folder / free_name(bench.ledger.database, bench.ledger.folder, path.name, [folder]))
        sync_folder(folder)
    except OSError as error:
        message = f"{folder}: cannot be written: {error.strerror}"
        raise OutputError(message) from error


class _Counter:
    """Writes down answer after answer."""

    def __init__(self, bench: Workbench, name: str, digest: str) -> None:
        self._bench = bench
        self._name = name
        self._digest = digest
        self._at = bench.now()
        self.matched = self.unmatched = self.refused = 0

    def interchange(self, connection: Connection, answer: InterchangeAnswer) -> None:
        """Write down a TA1."""
        named = schema.sent.c.interchange == answer.control_number
        found = self._sent(connection, named, "TA1", answer.sender, answer.receiver)
        self._note(connection, "TA1", answer.control_number, answer.code, found, refused=answer.is_rejected)
        if found is not None and answer.is_rejected:
            self._refuse(connection, found, "TA1", None)

    def group(self, connection: Connection, answer: GroupAnswer) -> None:
        """Write down a 999 or 997."""
        named = schema.sent.c.group == answer.control_number
        found = self._sent(connection, named, "999", answer.sender, answer.receiver)
        refused = answer.is_rejected or bool(answer.rejected_transactions)
        self._note(connection, "999", answer.control_number, answer.code, found, refused=refused)
        if found is not None and refused:
            self._refuse(
                connection, found, "999", None if answer.is_rejected else answer.rejected_transactions
            )

    def claim(self, connection: Connection, answer: ClaimAnswer) -> None:
        """Write down a 277CA's answer to one claim."""
        row = self._claim(connection, answer)
        table = schema.responses
        connection.execute(
            insert(table),
            self._row("277CA", "", "rejected" if answer.is_rejected else "accepted")
            | {"sent_job": row.job if row else "", "sent_ordinal": row.ordinal if row else 0}
            | {"accepted": int(not answer.is_rejected), "rejected": int(answer.is_rejected)},
        )
        self._count(row is not None, refused=answer.is_rejected)
        if row is not None and answer.is_rejected:
            self._mark(connection, [(row.job, row.ordinal)], "277CA")

    def _claim(self, connection: Connection, answer: ClaimAnswer) -> Any:
        claims, states = schema.claims, schema.states
        key = number_key(self._bench.ledger.keyed, answer.claim_number)
        return connection.execute(
            select(claims.c.job, claims.c.ordinal)
            .select_from(claims)
            .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
            .where(and_(claims.c.number_key == key, states.c.state.in_(_SENT)))
            .order_by(states.c.id.desc())
        ).first()

    def _sent(
        self, connection: Connection, named: ColumnElement[bool], kind: str, sender: str, receiver: str
    ) -> Any:
        """Return what an answer is about.

        Some systems use the same group number again and again: of what fits, the oldest that nobody
        has answered yet is meant, and where all are answered the latest.
        """
        sent, files, responses = schema.sent, schema.files, schema.responses
        answered = (
            select(responses.c.id)
            .where(responses.c.sent_job == sent.c.job)
            .where(and_(responses.c.sent_ordinal == sent.c.ordinal, responses.c.kind == kind))
            .exists()
        )
        partner = and_(sent.c.sender == receiver, sent.c.receiver == sender)
        query = (
            select(sent.c.job, sent.c.ordinal, sent.c.group, files.c.kind, answered.label("answered"))
            .select_from(sent)
            .join(files, files.c.job == sent.c.job)
            .where(and_(named, partner))
            .order_by(files.c.at)
        )
        rows = connection.execute(query).all()
        return next((row for row in rows if not row.answered), rows[-1] if rows else None)

    def _note(
        self,
        connection: Connection,
        kind: str,
        number: str,
        code: str,
        found: Any,
        *,
        refused: bool,
    ) -> None:
        row = self._row(kind, number, code) | {
            "sent_job": found.job if found else "",
            "sent_ordinal": found.ordinal if found else 0,
            "accepted": int(not refused),
            "rejected": int(refused),
        }
        connection.execute(insert(schema.responses), row)
        self._count(found is not None, refused=refused)

    def _refuse(
        self, connection: Connection, found: Any, kind: str, transactions: Sequence[str] | None
    ) -> None:
        """Mark the claims that left with a file, or with some of its transaction sets, as refused."""
        claims, states = schema.claims, schema.states
        query = (
            select(states.c.job, states.c.ordinal)
            .select_from(states)
            .join(claims, and_(claims.c.job == states.c.job, claims.c.ordinal == states.c.ordinal))
            .where(and_(states.c.by_job == found.job, states.c.state.in_(_SENT)))
            .where(states.c.id == latest(claims.c.job, claims.c.ordinal))
        )
        if found.kind == Kind.FILE:
            # Files of released claims have groups of their own, with the claims of one file only.
            query = query.where(claims.c.group == found.group)
        if transactions is not None:
            query = query.where(claims.c.transaction.in_(transactions))
        self._mark(connection, [(row.job, row.ordinal) for row in connection.execute(query)], kind)

    def _mark(self, connection: Connection, claims: list[tuple[str, int]], kind: str) -> None:
        rows = [
            {
                "job": job,
                "ordinal": ordinal,
                "at": stamp(self._at),
                "day": self._at.astimezone().date(),
                "by_job": "",
                "state": State.REFUSED.value,
                "why": f"refused by {kind}",
            }
            for job, ordinal in claims
        ]
        if rows:
            connection.execute(insert(schema.states), rows)

    def _row(self, kind: str, number: str, verdict: str) -> dict[str, Any]:
        return {
            "at": stamp(self._at),
            "day": self._at.astimezone().date(),
            "job": "",
            "name": self._name,
            "sha256": self._digest,
            "kind": kind,
            "number": number[:20],
            "verdict": verdict[:8],
        }

    def _count(self, matched: bool, *, refused: bool) -> None:  # noqa: FBT001 - one of two sums
        self.matched += matched
        self.unmatched += not matched
        self.refused += refused


_SENT: Final = [state.value for state in SENT_STATES]

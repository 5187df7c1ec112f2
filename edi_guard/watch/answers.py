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
from edi_guard.ledger.records import SENT_STATES, State
from edi_guard.ledger.times import stamp
from edi_guard.watch.names import free_name
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

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
        path.rename(folder / free_name(bench.ledger.database, path.name, [folder]))
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
        sent = schema.sent
        found = self._sent(connection, sent.c.interchange == answer.control_number, answer.receiver)
        self._note(connection, "TA1", answer.control_number, answer.code, found, refused=answer.is_rejected)

    def group(self, connection: Connection, answer: GroupAnswer) -> None:
        """Write down a 999 or 997."""
        sent = schema.sent
        found = self._sent(connection, sent.c.group == answer.control_number, "")
        self._note(connection, "999", answer.control_number, answer.code, found, refused=answer.is_rejected)

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
            self._refuse(connection, [(row.job, row.ordinal)], "277CA")

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

    def _sent(self, connection: Connection, condition: Any, receiver: str) -> Any:
        """Return what was sent last under a control number, by whom the answer names if it does."""
        sent, files = schema.sent, schema.files
        query = (
            select(sent.c.job, sent.c.ordinal, sent.c.claims, files.c.source_job)
            .select_from(sent)
            .join(files, files.c.job == sent.c.job)
            .where(condition)
            .order_by(files.c.at.desc())
        )
        if receiver:
            query = query.where(sent.c.sender == receiver)
        return connection.execute(query).first()

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
        if found is not None and refused:
            self._refuse(connection, list(self._claims_of(connection, found)), kind)

    def _claims_of(self, connection: Connection, found: Any) -> Iterator[tuple[str, int]]:
        """Yield the claims that left with a file, as far as they still count as sent."""
        states = schema.states
        query = select(states.c.job, states.c.ordinal).where(
            and_(states.c.by_job == found.job, states.c.state.in_(_SENT))
        )
        for row in connection.execute(query).all():
            yield row.job, row.ordinal

    def _refuse(self, connection: Connection, claims: list[tuple[str, int]], kind: str) -> None:
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

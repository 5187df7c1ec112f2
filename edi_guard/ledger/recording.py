"""Writes a finished job into the ledger, once, however often it is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, insert, select

from edi_guard.ledger import schema
from edi_guard.ledger.records import KEPT_STATES, SENT_STATES, Kind, State
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row, Table

    from edi_guard.ledger.database import Database
    from edi_guard.ledger.records import ClaimRecord, FileRecord

_AT_ONCE: Final = 400
_RESUBMISSIONS: Final = {"7": State.REPLACED, "8": State.VOIDED}


def record_file(database: Database, record: FileRecord) -> bool:
    """Write a job and all that belongs to it.

    Args:
        database: the ledger.
        record: the job.

    Returns:
        whether it was written now; False when it stood there already.

    Raises:
        LedgerError: the ledger cannot be written; then nothing of it is.
    """
    with database.writing() as connection:
        if is_recorded(connection, record.job):
            return False
        _write_file(connection, record)
        _write_details(connection, record)
        _write_states(connection, record)
        _write_answer(connection, record)
    return True


def is_recorded(connection: Connection, job: str) -> bool:
    """Whether a job is finished."""
    return connection.execute(select(schema.files.c.job).where(schema.files.c.job == job)).first() is not None


def was_sent(database: Database, sha256: str) -> bool:
    """Whether any claim of this content was sent.

    Raises:
        LedgerError: the ledger does not answer.
    """
    files, claims, states = schema.files, schema.claims, schema.states
    query = (
        select(states.c.id)
        .select_from(files)
        .join(claims, claims.c.job == files.c.job)
        .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
        .where(and_(files.c.sha256 == sha256, states.c.state.in_([state.value for state in SENT_STATES])))
    )
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def latest(job: Any, ordinal: Any) -> Any:
    """Return the query for the identity of one claim's latest state, correlated by columns."""
    states = schema.states.alias()
    return (
        select(func.max(states.c.id))
        .where(and_(states.c.job == job, states.c.ordinal == ordinal))
        .correlate_except(states)
        .scalar_subquery()
    )


def _write_file(connection: Connection, record: FileRecord) -> None:
    connection.execute(
        insert(schema.files),
        {
            "job": record.job,
            "kind": record.kind.value,
            "at": stamp(record.at),
            "day": record.day,
            "folder": record.folder,
            "name": record.name,
            "output_name": record.output_name,
            "sha256": record.sha256,
            "size": record.size,
            "outcome": record.outcome.value,
            "reason": record.reason,
            "person": record.person,
            "source_job": record.source_job,
            "request": record.request,
            "rules": record.rules,
            "policies": record.policies,
            "seconds": record.seconds,
            "total": record.total,
        },
    )


def _write_details(connection: Connection, record: FileRecord) -> None:
    job = record.job
    _insert_all(connection, schema.outputs, [_row(job, output) for output in record.outputs])
    _insert_all(
        connection, schema.sent, [_row(job, sent) | {"ordinal": n} for n, sent in enumerate(record.sent, 1)]
    )
    _insert_all(connection, schema.claims, [_claim_row(job, claim) for claim in record.claims])
    _insert_all(
        connection,
        schema.lines,
        [_row(job, line) | {"ordinal": claim.ordinal} for claim in record.claims for line in claim.lines],
    )
    _insert_all(
        connection,
        schema.attachments,
        [
            {"job": job, "ordinal": claim.ordinal, "number_key": key}
            for claim in record.claims
            for key in sorted(set(claim.attachments))
        ],
    )
    _insert_all(connection, schema.findings, [_row(job, finding) for finding in record.findings])
    _insert_all(connection, schema.repairs, [_row(job, repair) for repair in record.repairs])


def _row(job: str, struct: Any) -> dict[str, Any]:
    return {"job": job} | {name: getattr(struct, name) for name in struct.__struct_fields__}


def _claim_row(job: str, claim: ClaimRecord) -> dict[str, Any]:
    row = _row(job, claim)
    for name in ("state", "lines", "attachments"):
        del row[name]
    return row


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(insert(table), rows[start : start + _AT_ONCE])


def _write_states(connection: Connection, record: FileRecord) -> None:
    rows = [_state(record, record.job, claim.ordinal, claim.state, "") for claim in record.claims]
    rows += [_state(record, s.job, s.ordinal, s.state, s.why) for s in record.states]
    if record.kind in (Kind.FILE, Kind.BYPASS):
        rows += _outdated(connection, record)
    rows += _taken_back(connection, record)
    _insert_all(connection, schema.states, rows)


def _state(record: FileRecord, job: str, ordinal: int, state: State, why: str) -> dict[str, Any]:
    return {
        "job": job,
        "ordinal": ordinal,
        "at": stamp(record.at),
        "day": record.day,
        "by_job": record.job,
        "state": state.value,
        "why": why,
    }


def _outdated(connection: Connection, record: FileRecord) -> list[dict[str, Any]]:
    """Return new states for claims that were kept back and came again with this file.

    A claim is the same when billing provider and claim number are, and its days of service overlap.
    Some offices number patients and not claims: another day's claim must not be lost over it.
    """
    rows = []
    for claim, old in _same_claims(connection, record, KEPT_STATES):
        if _overlap(claim, old):
            rows.append(_state(record, old.job, old.ordinal, State.SUPERSEDED, "the claim came again"))
    return rows


def _overlap(claim: ClaimRecord, old: Row[Any]) -> bool:
    if claim.first is None or claim.last is None or old.first is None or old.last is None:
        return True
    return bool(claim.first <= old.last and old.first <= claim.last)


def _taken_back(connection: Connection, record: FileRecord) -> list[dict[str, Any]]:
    """Return new states for sent claims that a sent replacement or void takes back."""
    rows = []
    for claim, old in _same_claims(connection, record, SENT_STATES):
        state = _RESUBMISSIONS.get(claim.frequency)
        if state is not None and claim.state in SENT_STATES and old.patient_key == claim.patient_key:
            rows.append(_state(record, old.job, old.ordinal, state, f"frequency {claim.frequency}"))
    return rows


def _same_claims(
    connection: Connection, record: FileRecord, wanted: Sequence[State]
) -> Iterator[tuple[ClaimRecord, Row[Any]]]:
    """Yield the record's claims with those of earlier jobs that have their number and a wanted state."""
    claims, states = schema.claims, schema.states
    by_key: dict[str, list[ClaimRecord]] = {}
    for claim in record.claims:
        by_key.setdefault(claim.claim_key, []).append(claim)
    keys = sorted(by_key)
    for start in range(0, len(keys), _AT_ONCE):
        found = connection.execute(
            select(claims.c.job, claims.c.ordinal, claims.c.claim_key, claims.c.patient_key)
            .add_columns(claims.c.first, claims.c.last)
            .select_from(claims)
            .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
            .where(
                and_(
                    claims.c.claim_key.in_(keys[start : start + _AT_ONCE]),
                    claims.c.job != record.job,
                    states.c.state.in_([state.value for state in wanted]),
                )
            )
        ).all()
        for old in found:
            for claim in by_key[old.claim_key]:
                yield claim, old


def _write_answer(connection: Connection, record: FileRecord) -> None:
    if record.request:
        connection.execute(
            insert(schema.answers),
            {
                "request": record.request,
                "at": stamp(record.at),
                "job": record.job,
                "text": record.reason or record.outcome.value,
            },
        )

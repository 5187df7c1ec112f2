"""Claims that were kept back: where their originals are, and what stood against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from edi_guard.ledger import schema
from edi_guard.ledger.past import number_key
from edi_guard.ledger.recording import latest
from edi_guard.ledger.records import KEPT_STATES, State

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from edi_guard.ledger.database import Database
    from edi_guard.ledger.keys import KeyedHash


@dataclass(frozen=True, slots=True)
class Original:
    """A file that was processed."""

    job: str
    name: str
    output_name: str
    sha256: str
    outcome: str


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """One copy of a claim in the ledger.

    Attributes:
        job, ordinal: which.
        file, output_name: the file it came with, and the name of that file's outputs.
        claim_key, patient_key: keyed hashes.
        payer: 2010BB NM109.
        charge: cents.
        first: the first day of service.
        deadline: the payer's last day for sending, where known.
        state: where it is.
        since: the day on which it got there.
        why: why, where that was said.
        came: the day it came.
    """

    job: str
    ordinal: int
    file: str
    output_name: str
    claim_key: str
    patient_key: str
    payer: str
    charge: int | None
    first: date | None
    deadline: date | None
    state: State
    since: date
    why: str
    came: date


def original_of(database: Database, job: str) -> Original | None:
    """Return the file of a job.

    Raises:
        LedgerError: the ledger does not answer.
    """
    return _original(database, schema.files.c.job == job)


def original_named(database: Database, folder: str, output_name: str) -> Original | None:
    """Return the file of a watched folder whose outputs have a name.

    Raises:
        LedgerError: the ledger does not answer.
    """
    files = schema.files
    named = and_(files.c.output_name == output_name, files.c.folder == folder)
    return _original(database, and_(named, files.c.source_job == ""))


def _original(database: Database, condition: Any) -> Original | None:
    files = schema.files
    query = select(files.c.job, files.c.name, files.c.output_name, files.c.sha256, files.c.outcome)
    with database.reading() as connection:
        row = connection.execute(query.where(condition).order_by(files.c.at.desc())).first()
    return Original(*row) if row else None


def kept_of(database: Database, job: str) -> dict[int, State]:
    """Return the claims of a file that are kept back, by ordinal.

    Raises:
        LedgerError: the ledger does not answer.
    """
    claims, states = schema.claims, schema.states
    query = (
        select(claims.c.ordinal, states.c.state)
        .select_from(claims)
        .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
        .where(and_(claims.c.job == job, states.c.state.in_([state.value for state in KEPT_STATES])))
        .order_by(claims.c.ordinal)
    )
    with database.reading() as connection:
        return {row.ordinal: State(row.state) for row in connection.execute(query)}


def claims_numbered(database: Database, keyed: KeyedHash, number: str, folder: str = "") -> list[KnownClaim]:
    """Return every copy of the claims with a number (CLM01), the latest first.

    Args:
        database: the ledger.
        keyed: its keyed hash.
        number: the claim number.
        folder: the watched folder's own name; empty for all that share the ledger.

    Raises:
        LedgerError: the ledger does not answer.
    """
    numbered = schema.claims.c.number_key == number_key(keyed, number)
    return _claims(database, and_(numbered, schema.files.c.folder == folder) if folder else numbered)


def kept_claims(database: Database, folder: str = "") -> list[KnownClaim]:
    """Return all claims that are kept back, oldest first.

    Args:
        database: the ledger.
        folder: the watched folder's own name; empty for all.

    Raises:
        LedgerError: the ledger does not answer.
    """
    kept = schema.states.c.state.in_([state.value for state in KEPT_STATES])
    condition = and_(kept, schema.files.c.folder == folder) if folder else kept
    return sorted(_claims(database, condition), key=lambda claim: (claim.came, claim.job, claim.ordinal))


def _claims(database: Database, condition: Any) -> list[KnownClaim]:
    claims, states, files = schema.claims, schema.states, schema.files
    query = (
        select(claims, states.c.state, states.c.day.label("since"), states.c.why)
        .add_columns(files.c.name.label("file"), files.c.output_name, files.c.day.label("came"))
        .select_from(claims)
        .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
        .join(files, files.c.job == claims.c.job)
        .where(condition)
        .order_by(files.c.at.desc(), claims.c.ordinal)
    )
    with database.reading() as connection:
        return [_known(row) for row in connection.execute(query)]


def _known(row: Row[Any]) -> KnownClaim:
    return KnownClaim(
        job=row.job,
        ordinal=row.ordinal,
        file=row.file,
        output_name=row.output_name,
        claim_key=row.claim_key,
        patient_key=row.patient_key,
        payer=row.payer,
        charge=row.charge,
        first=row.first,
        deadline=row.deadline,
        state=State(row.state),
        since=row.since,
        why=row.why,
        came=row.came,
    )


def blocking_rules(database: Database, job: str, ordinal: int) -> list[str]:
    """Return the rules that held or rejected a claim, worst first.

    Raises:
        LedgerError: the ledger does not answer.
    """
    table = schema.findings
    query = select(table.c.rule, table.c.severity).where(
        and_(table.c.job == job, table.c.ordinal.in_((ordinal, 0)), table.c.severity.in_(("hold", "reject")))
    )
    with database.reading() as connection:
        rows = connection.execute(query.order_by(table.c.severity.desc())).all()
    return list(dict.fromkeys(row.rule for row in rows))


def output_hash(database: Database, place: str, name: str) -> str:
    """Return the SHA-256 of a file as it was last written, ``""`` when it never was.

    Raises:
        LedgerError: the ledger does not answer.
    """
    outputs, files = schema.outputs, schema.files
    query = (
        select(outputs.c.sha256)
        .join(files, files.c.job == outputs.c.job)
        .where(and_(outputs.c.place == place, outputs.c.name == name))
        .order_by(files.c.at.desc())
    )
    with database.reading() as connection:
        return connection.execute(query).scalar() or ""

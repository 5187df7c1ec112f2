"""What the ledger tells an office: today, this week, by rule and payer, and whether it adds up."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from edi_guard.ledger import schema
from edi_guard.ledger.recording import latest
from edi_guard.ledger.records import FileOutcome, Kind, State

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from edi_guard.ledger.database import Database

_CAME = (Kind.FILE.value, Kind.BYPASS.value)


@dataclass(slots=True)
class Amount:
    """A number of claims and their charges in cents."""

    claims: int = 0
    cents: int = 0

    def add(self, cents: int | None) -> None:
        """Add a claim."""
        self.claims += 1
        self.cents += cents or 0


@dataclass(slots=True)
class Span:
    """What happened from one day to another.

    Attributes:
        first, last: the days.
        files: how many files had each outcome.
        claims: what came, by where the verdict sent it.
        released: what left later, in a file of its own, by day of leaving.
        rules: how many findings that hold or reject each rule had, and their dollars at risk.
        payers: what was kept back, by payer.
        repairs: how many repairs were made.
    """

    first: date
    last: date
    files: Counter[str] = field(default_factory=Counter)
    claims: defaultdict[str, Amount] = field(default_factory=lambda: defaultdict(Amount))
    released: Amount = field(default_factory=Amount)
    rules: defaultdict[str, Amount] = field(default_factory=lambda: defaultdict(Amount))
    payers: defaultdict[str, Amount] = field(default_factory=lambda: defaultdict(Amount))
    repairs: int = 0


def span(database: Database, folder: str, first: date, last: date) -> Span:
    """Return what happened in a folder from one day to another.

    Raises:
        LedgerError: the ledger does not answer.
    """
    made = Span(first, last)
    files = schema.files
    inside = and_(files.c.folder == folder, files.c.day >= first, files.c.day <= last)
    with database.reading() as connection:
        query = select(files.c.outcome, func.count()).where(and_(inside, files.c.kind.in_(_CAME)))
        found = connection.execute(query.group_by(files.c.outcome)).all()
        made.files.update({row[0]: row[1] for row in found})
        _add_claims(connection, made, inside)
        _add_rules(connection, made, inside)
        query = select(func.count()).select_from(schema.repairs)
        query = query.join(files, files.c.job == schema.repairs.c.job).where(inside)
        made.repairs = connection.execute(query).scalar() or 0
    return made


def _add_claims(connection: Connection, made: Span, inside: Any) -> None:
    claims, states, files = schema.claims, schema.states, schema.files
    came = (
        select(claims.c.payer, claims.c.charge, states.c.state)
        .select_from(claims)
        .join(files, files.c.job == claims.c.job)
        .join(states, and_(states.c.job == claims.c.job, states.c.ordinal == claims.c.ordinal))
        .where(and_(inside, states.c.by_job == claims.c.job))
    )
    for row in connection.execute(came):
        made.claims[row.state].add(row.charge)
        if row.state in (State.HELD, State.REJECTED):
            made.payers[row.payer].add(row.charge)
    left = (
        select(claims.c.charge)
        .join(states, and_(states.c.job == claims.c.job, states.c.ordinal == claims.c.ordinal))
        .join(files, files.c.job == states.c.by_job)
        .where(and_(inside, states.c.state == State.RELEASED))
    )
    for row in connection.execute(left):
        made.released.add(row.charge)


def _add_rules(connection: Connection, made: Span, inside: Any) -> None:
    findings, files = schema.findings, schema.files
    query = (
        select(findings.c.rule, func.count(), func.sum(findings.c.at_risk))
        .join(files, files.c.job == findings.c.job)
        .where(and_(inside, findings.c.severity.in_(("hold", "reject")), files.c.kind.in_(_CAME)))
        .group_by(findings.c.rule)
    )
    for rule, count, at_risk in connection.execute(query).all():
        made.rules[rule] = Amount(count, int(at_risk or 0))


@dataclass(frozen=True, slots=True)
class FileBalance:
    """One file that came in, and whether its claims are all accounted for.

    Attributes:
        job, name, output_name, outcome, reason: which file, and what became of it.
        came: claims and charges as the file holds them.
        where: claims and charges by where they are now.
        adds_up: whether both agree.
    """

    job: str
    name: str
    output_name: str
    outcome: FileOutcome
    reason: str
    came: Amount
    where: dict[State, Amount]
    adds_up: bool


def balances(database: Database, folder: str, first: date, last: date) -> list[FileBalance]:
    """Return the balance of every file that came from one day to another, in the order they came.

    Raises:
        LedgerError: the ledger does not answer.
    """
    files = schema.files
    query = (
        select(files)
        .where(and_(files.c.folder == folder, files.c.day >= first, files.c.day <= last))
        .where(files.c.kind.in_(_CAME))
        .order_by(files.c.at)
    )
    with database.reading() as connection:
        return [_balance(connection, row) for row in connection.execute(query).all()]


def _balance(connection: Connection, row: Any) -> FileBalance:
    claims, states = schema.claims, schema.states
    query = (
        select(claims.c.charge, states.c.state)
        .select_from(claims)
        .outerjoin(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
        .where(claims.c.job == row.job)
    )
    where: defaultdict[State, Amount] = defaultdict(Amount)
    came = Amount()
    lost = 0
    for claim in connection.execute(query):
        came.add(claim.charge)
        if claim.state is None:
            lost += 1
        else:
            where[State(claim.state)].add(claim.charge)
    adds_up = not lost and came.cents == row.total
    outcome = FileOutcome(row.outcome)
    return FileBalance(row.job, row.name, row.output_name, outcome, row.reason, came, dict(where), adds_up)


def last_event(database: Database, folder: str, kind: str) -> tuple[str, str] | None:
    """Return when an event of a kind was last noted, and its text.

    Raises:
        LedgerError: the ledger does not answer.
    """
    events = schema.events
    query = select(events.c.at, events.c.text).where(and_(events.c.folder == folder, events.c.kind == kind))
    with database.reading() as connection:
        row = connection.execute(query.order_by(events.c.id.desc())).first()
    return (row.at, row.text) if row else None

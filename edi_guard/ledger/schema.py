"""The ledger's tables. Rows are added and never changed; `counters` alone counts up."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

VERSION: Final = 1
metadata = MetaData()

# SQLite numbers rows by themselves only where the type is plain INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

intake = Table(
    "intake",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("folder", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
)

interchanges = Table(
    "interchanges",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("sender", String(40), nullable=False),
    Column("receiver", String(40), nullable=False),
    Column("control_number", String(20), nullable=False),
    Column("usage", String(4), nullable=False),
    Index("interchanges_by_number", "control_number", "sender"),
)

files = Table(
    "files",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("at", String(32), nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("folder", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("output_name", Text, nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("source_job", String(40), nullable=False),
    Column("request", _ID, nullable=False),
    Column("rules", String(80), nullable=False),
    Column("policies", String(80), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("total", BigInteger, nullable=False),
)

outputs = Table(
    "outputs",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("place", String(20), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

sent = Table(
    "sent",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("sender", String(40), nullable=False),
    Column("receiver", String(40), nullable=False),
    Column("application_sender", String(40), nullable=False),
    Column("application_receiver", String(40), nullable=False),
    Column("interchange", String(20), nullable=False, index=True),
    Column("group", String(20), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("claims", Integer, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    # GS06 and ST02 under which it came; a 999 names them.
    Column("group", String(20), nullable=False),
    Column("transaction", String(20), nullable=False),
    Column("number_key", String(32), nullable=False, index=True),
    Column("claim_key", String(32), nullable=False, index=True),
    Column("patient_key", String(32), nullable=False, index=True),
    Column("fingerprint", String(32), nullable=False, index=True),
    Column("likeness", String(32), nullable=False, index=True),
    Column("payer", String(80), nullable=False),
    Column("filing_indicator", String(4), nullable=False),
    Column("billing", String(80), nullable=False),
    Column("frequency", String(4), nullable=False),
    Column("charge", BigInteger),
    Column("first", Date),
    Column("last", Date),
    Column("deadline", Date),
)

lines = Table(
    "lines",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("code", String(48), nullable=False),
    Column("modifiers", String(80), nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("rendering", String(80), nullable=False),
    Column("units", String(24), nullable=False),
    Column("charge", BigInteger),
)

attachments = Table(
    "attachments",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("number_key", String(32), primary_key=True, index=True),
)

findings = Table(
    "findings",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("job", String(40), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("rule", String(16), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("line", Integer),
    Column("at_risk", BigInteger),
)

repairs = Table(
    "repairs",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("job", String(40), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("rule", String(16), nullable=False),
    Column("tier", String(2), nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("job", String(40), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("by_job", String(40), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Index("states_of_claim", "job", "ordinal", "id"),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("claim_key", String(32), nullable=False, index=True),
    Column("patient_key", String(32), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("until", Date, nullable=False),
    # The override that this row takes back; 0 for an override.
    Column("takes_back", _ID, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("folder", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    # The job, or the hash of a file's content, that it is about.
    Column("target", String(80), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("request", _ID, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("job", String(40), nullable=False),
    Column("text", Text, nullable=False),
)

responses = Table(
    "responses",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("job", String(40), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("number", String(20), nullable=False),
    # The job and row of `sent` that it answers; empty when nothing fits.
    Column("sent_job", String(40), nullable=False, index=True),
    Column("sent_ordinal", Integer, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("folder", String(80), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("job", String(40), nullable=False),
    Column("text", Text, nullable=False),
)

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from edi_guard.ledger import schema
from edi_guard.ledger.counters import LedgerControlNumbers
from edi_guard.ledger.database import open_database, sqlite_url
from edi_guard.ledger.errors import LedgerError
from edi_guard.ledger.kept import kept_claims, kept_of
from edi_guard.ledger.overview import balances, span
from edi_guard.ledger.recording import record_file, was_sent
from edi_guard.ledger.records import Kind, State, StateRecord
from tests.ledger.samples import DAY, SERVICE, claim, record

if TYPE_CHECKING:
    from pathlib import Path

    from edi_guard.ledger.database import Database


def test_a_job_is_written_once(database: Database) -> None:
    done = record("a", claim(1), claim(2, State.HELD))
    assert record_file(database, done) is True
    assert record_file(database, done) is False
    with database.reading() as connection:
        for table, rows in ((schema.files, 1), (schema.claims, 2), (schema.lines, 2), (schema.states, 2)):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == rows


def test_what_is_kept_is_found_until_it_leaves(database: Database) -> None:
    record_file(database, record("a", claim(1), claim(2, State.HELD), claim(3, State.REJECTED)))
    assert kept_of(database, "a") == {2: State.HELD, 3: State.REJECTED}
    left = (StateRecord("a", 2, State.RELEASED, "a person: because"),)
    record_file(database, record("b", source_job="a", kind=Kind.REJUDGE, states=left))
    assert kept_of(database, "a") == {3: State.REJECTED}
    found = span(database, "here", DAY, DAY)
    assert (found.released.claims, found.released.cents) == (1, 30000)


def test_a_kept_claim_that_comes_again_replaces_the_old_copy(database: Database) -> None:
    record_file(database, record("a", claim(1, State.HELD)))
    record_file(database, record("b", claim(5, State.REJECTED, claim_key="claim1")))
    assert [(c.job, c.ordinal) for c in kept_claims(database, "here")] == [("b", 5)]


def test_another_days_claim_with_the_number_replaces_nothing(database: Database) -> None:
    later = SERVICE + timedelta(days=7)
    record_file(database, record("a", claim(1, State.HELD)))
    record_file(database, record("b", claim(5, State.HELD, claim_key="claim1", first=later, last=later)))
    assert len(kept_claims(database, "here")) == 2


@pytest.mark.parametrize(
    ("frequency", "state"), [("7", State.REPLACED), ("8", State.VOIDED), ("1", State.CLEAN)]
)
def test_a_sent_replacement_takes_the_original_back(database: Database, frequency: str, state: State) -> None:
    record_file(database, record("a", claim(1)))
    again = claim(1, frequency=frequency)
    record_file(database, record("b", again))
    assert balances(database, "here", DAY, DAY)[0].where.keys() == {state}


def test_a_held_void_takes_nothing_back(database: Database) -> None:
    record_file(database, record("a", claim(1)))
    record_file(database, record("b", claim(1, State.HELD, frequency="8")))
    assert balances(database, "here", DAY, DAY)[0].where.keys() == {State.CLEAN}


def test_balances_add_up_or_say_that_they_do_not(database: Database) -> None:
    record_file(database, record("a", claim(1), claim(2, State.HELD)))
    record_file(database, record("b", claim(3), total=30001))
    assert [balance.adds_up for balance in balances(database, "here", DAY, DAY)] == [True, False]


def test_was_sent(database: Database) -> None:
    record_file(database, record("a", claim(1, State.HELD)))
    record_file(database, record("b", claim(2)))
    assert not was_sent(database, "a" * 4)
    assert was_sent(database, "b" * 4)


def test_control_numbers_count_on_and_begin_again(url: str) -> None:
    for wanted in ([7, 8, 9], [7, 8]):
        database = open_database(url)
        numbers = LedgerControlNumbers(database, 7, 9)
        assert [numbers() for _ in wanted] == wanted
        numbers.settle()
        database.close()


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    database = open_database(sqlite_url(path))
    for job in range(50):
        record_file(database, record(f"job{job}", *[claim(n) for n in range(1, 20)]))
    database.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = b"x" * 8192
    path.write_bytes(bytes(data))
    with pytest.raises(LedgerError, match=r"restore it from your backup|cannot be used"):
        _check(sqlite_url(path))


def _check(url: str) -> None:
    database = open_database(url)
    try:
        database.check()
    finally:
        database.close()


def test_a_wrong_url_is_one_sentence() -> None:
    for url in ("nonsense", "nosuch://x/y", "postgresql://nobody@127.0.0.1:1/none"):
        with pytest.raises(LedgerError) as caught:
            open_database(url)
        assert "\n" not in str(caught.value)


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "ledger.sqlite")
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(schema.meta.update().values(value="99"))
    database.close()
    with pytest.raises(LedgerError, match="version 99"):
        open_database(url)

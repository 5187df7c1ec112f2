"""Two offices on two machines with one ledger in PostgreSQL, by the real command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from tests.watch.command import MIXED, Office, claim_file

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.deep


@pytest.fixture
def shared(server: str) -> str:
    name = f"shared{os.getpid()}"
    engine = create_engine(server.replace("postgresql", "postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.rpartition("/")[0] + f"/{name}"


def _office(folder: Path, url: str, key: Path) -> Office:
    office = Office.at(folder)
    (office.root / "edi-guard.toml").write_text(
        f'[ledger]\nurl = "{url}"\nkey-file = "{key}"\n', encoding="utf-8"
    )
    return office


def test_two_machines_know_of_each_other(tmp_path: Path, shared: str) -> None:
    key = tmp_path / "key"
    one, other = (_office(tmp_path / name, shared, key) for name in ("one", "other"))
    one.put("a.837", claim_file(1))
    assert one.once().returncode == 0
    # The same content in the other office is a duplicate; the same services under another number are held.
    other.put("same.837", claim_file(1))
    assert other.once().returncode == 3
    other.put("again.837", claim_file(1).replace("000000001", "000000002"))
    done = other.once()
    assert done.returncode == 1, done.stderr
    assert "DUP304" in other.run("find", "P1N0002").stdout
    # Each office looks at its own folder.
    assert one.run("reconcile").stdout.count("a.837") == 1
    assert "again.837" not in one.run("status").stdout
    other.put("a.837", claim_file(9))
    assert other.once().returncode == 0
    assert other.names("clean") == ["a.837"], "names are each office's own"
    assert other.run("override", "add", "P1N0002", "DUP304", "--reason", "x").returncode == 0
    assert one.run("override", "add", "P1N0002", "DUP304", "--reason", "x").returncode == 2
    one.put("mixed.837", claim_file(3, MIXED))
    assert one.once().returncode == 1
    found = one.run("find", "D3M0010").stdout
    rule = found.partition("kept back by ")[2].split(";")[0].split(",")[0]
    assert one.run("override", "add", "D3M0010", rule, "--reason", "seen").returncode == 0
    assert one.once().returncode == 0
    assert "mixed.released-1.837" in one.names("clean")


def test_a_database_that_does_not_answer_stops_the_work(tmp_path: Path) -> None:
    office = _office(tmp_path, "postgresql://nobody@127.0.0.1:1/none", tmp_path / "key")
    office.put("a.837")
    done = office.once()
    assert done.returncode == 2
    assert "ledger" in done.stderr
    assert "Traceback" not in done.stderr
    assert office.names("inbox") == ["a.837"]

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from edi_guard.ledger.database import Database, open_database, sqlite_url
from tests.ledger.postgresql import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    # Not below pytest's folder, which the server's user may not enter.
    with (
        tempfile.TemporaryDirectory(prefix="edi-guard-postgresql-") as folder,
        running_server(Path(folder)) as url,
    ):
        yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)],
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "ledger.sqlite")
    server: str = request.getfixturevalue("server")
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid))}"
    engine = create_engine(server.replace("postgresql", "postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()

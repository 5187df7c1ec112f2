"""Progress is shown on a terminal, for long files, and nowhere else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from edi_guard.engine import process
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import make_settings
from tests.watch.command import claim_file

if TYPE_CHECKING:
    from pathlib import Path


def test_it_counts_bytes_claims_and_dollars() -> None:
    told: list[tuple[int, int, Decimal]] = []
    text = "".join(claim_file(number) for number in range(1, 6)).encode()
    with Source.from_bytes(text) as source:
        outcome = process(source, make_settings(), lambda *facts: told.append(facts))
    assert [claims for _, claims, _ in told] == [1, 2, 3, 4, 5]
    assert told[-1][2] == outcome.charge_of() == Decimal(1000)
    assert sorted(told) == told
    assert told[-1][0] <= len(text)


def _on_a_terminal(*arguments: object) -> str:
    leader, follower = pty.openpty()
    process_ = subprocess.Popen(
        [sys.executable, "-m", "edi_guard", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(follower)
    said = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    process_.wait(60)
    os.close(leader)
    return said.decode(errors="replace")


def test_a_terminal_sees_it_for_a_long_file_only(tmp_path: Path) -> None:
    long, short = tmp_path / "long.837", tmp_path / "short.837"
    long.write_text("".join(claim_file(number) for number in range(1, 2600)))
    short.write_text(fixture("837p/base_office.edi"))
    assert long.stat().st_size > 2 << 20
    assert "claims, $" in _on_a_terminal("check", long, "-q")
    assert _on_a_terminal("check", short, "-q") == ""
    piped = subprocess.run(
        [sys.executable, "-m", "edi_guard", "check", str(long), "-q"], capture_output=True, check=False
    )
    assert piped.stderr == b""


@pytest.fixture(scope="module")
def many_short_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pairs")
    subprocess.run([sys.executable, "-m", "edi_guard.simulation", folder, "--claims", "2800"], check=True)
    files = [path.stat().st_size for path in folder.rglob("*.*")]
    assert max(files) < 2 << 20 < sum(files)
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_terminal_sees_how_far_many_short_files_are(many_short_files: Path, jobs: str) -> None:
    claims, remits = many_short_files / "claims", many_short_files / "remits"
    said = _on_a_terminal("backtest", "--claims", claims, "--remits", remits, "--jobs", jobs)
    assert "reading" in said
    assert re.search(r"[1-9]\d* claims", said)
    assert "counting" in said

"""A back-test on several processes measures what one measures; a killed one fails its own file."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from benchmarks.generate import write
from edi_guard import workers
from edi_guard.archives import DiskFile, plain_content
from edi_guard.backtest.replay import as_of_claim
from edi_guard.cli import gathering
from edi_guard.cli.gathering import Given, gather
from edi_guard.cli.inputs import Input
from edi_guard.cli.progress import Gauge
from edi_guard.engine import Mode, crew
from edi_guard.simulation import Office
from tests.cli.command import run
from tests.cli.running import Running
from tests.conftest import make_settings

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = Office(7, 120, months=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, files in (("claims", OFFICE.claim_files()), ("remits", OFFICE.answer_files())):
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text, encoding="latin-1", newline="")
    return tmp_path


def _backtest(folder: Path, jobs: int, *more: object) -> bytes:
    done = run("backtest", "--claims", "claims", "--remits", "remits", "--jobs", jobs, *more, cwd=folder)
    assert done.code == 0, done.err
    assert done.raw
    return done.raw


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_it_says_the_same(folder: Path, form: str) -> None:
    alone = _backtest(folder, 1, "--format", form)
    assert _backtest(folder, 2, "--format", form) == alone
    assert _backtest(folder, 3, "--format", form) == alone


def test_two_configurations_compare_the_same(folder: Path) -> None:
    (folder / "a.toml").write_text("")
    (folder / "b.toml").write_text('ignore = ["THER"]\n')
    compared = ("--compare", "a.toml", "b.toml", "--format", "json")
    alone = _backtest(folder, 1, *compared)
    assert b"THER101" in alone
    assert _backtest(folder, 2, *compared) == alone


def _gathered(folder: Path, jobs: int) -> tuple[Any, ...]:
    given = [
        Given(Input(str(path), plain_content(DiskFile(path, path.name))), name == "claims")
        for name in ("claims", "remits")
        for path in sorted((folder / name).iterdir())
    ]
    settings = [make_settings(), make_settings(mode=Mode.STRICT)]
    found = gather(given, settings, as_of_claim, jobs, Gauge())
    assert not found.died
    read = found.gathering
    return read.inputs, read.claims, read.hits, found.others


def test_large_files_are_shared_and_say_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _gathered(folder, 1)
    monkeypatch.setattr(workers, "_WORTH_SEVERAL", 0)
    monkeypatch.setattr(gathering, "is_large", lambda size: size % 2 == 0)
    monkeypatch.setattr(crew, "_PART_BYTES", 1)
    monkeypatch.setattr(crew, "_CLAIMS_AT_ONCE", 1)
    assert alone[1]
    assert alone[2]
    assert _gathered(folder, 3) == alone


SMALL, LARGE = (2_000_000, 3_000_000), 9_000_000


@pytest.fixture
def long(folder: Path) -> Path:
    """Return a folder whose files of claims take a while, as long as they are small ones."""
    for number, size in enumerate(SMALL):
        write(folder / "claims" / f"long-{number}.837", "837P", size)
    return folder


def _running(folder: Path) -> Running:
    given = ("--claims", "claims", "--remits", "remits", "--jobs", "2")
    return Running("backtest", *given, "--format", "json", cwd=folder)


@pytest.mark.parametrize("victim", ["a small file's", "a large file's"])
def test_a_killed_process_fails_its_own_file(long: Path, victim: str) -> None:
    if victim == "a large file's":
        for path in (long / "claims").iterdir():
            path.unlink()
        write(long / "claims" / "long.837", "837P", LARGE)
    running = _running(long)
    running.workers()[0].send_signal(signal.SIGKILL)
    code, out, err = running.end()
    read = json.loads(out)["inputs"]

    assert code == 2
    assert err == ""
    ((path, why),) = read["unusable"].items()
    assert why == "not looked at: the process that worked on it ended with code -9"
    assert path.startswith("claims/")
    assert read["claim_files"] == len(list((long / "claims").iterdir()))


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_interrupted_it_leaves_nobody_at_work(long: Path, signal_number: signal.Signals) -> None:
    running = _running(long)
    helpers = running.workers()
    os.killpg(running.process.pid, signal_number)
    code, out, err = running.end()
    _, alive = psutil.wait_procs(helpers, timeout=10)

    assert code == (130 if signal_number is signal.SIGINT else -signal.SIGTERM)
    assert out == ""
    assert "Traceback" not in err
    assert not alive

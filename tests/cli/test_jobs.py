"""Several processes behind the real command: the same bytes; whatever is killed, nothing wrong is left."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmarks.generate import write
from tests.builders import fixture
from tests.cli.command import run
from tests.cli.running import Running
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

TODAY = ("--today", "2026-11-23")
# Answers say when they were made.
CLOCK = re.compile(
    rb"(ISA(?:\*[^*]*){8}\*\d{6}\*)\d{4}|(GS(?:\*[^*]*){3}\*\d{8}\*)\d{4,8}|(BHT\*0085\*08\*\d+\*\d{8}\*)\d{4}"
)
# Enough for several portions of work, and little enough for a test.
SIZE = 3_000_000


def _tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, those that count apart."""
    return {
        str(path.relative_to(folder)): CLOCK.sub(rb"\1\2\3", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".edi-guard-control-numbers"
    }


@pytest.fixture
def some_files(tmp_path: Path) -> Path:
    """Return a folder with small files, good and broken, and one that several processes share."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (
        "demo/professional.837",
        "demo/institutional.837",
        "837p/base_cob.edi",
        "broken/truncated.edi",
    ):
        (folder / name.replace("/", "-")).write_text(fixture(name), encoding="latin-1", newline="")
    write(folder / "large.837", "837P", SIZE)
    return folder


def test_clean_writes_the_same_files(some_files: Path, tmp_path: Path) -> None:
    trees, said = [], []
    for jobs in (1, 2, 3):
        # The folder has one name, which the reports show.
        out = tmp_path / str(jobs) / "out"
        done = run("clean", some_files, "--out", out, "--jobs", jobs, *TODAY)
        trees.append(_tree(out))
        said.append((done.code, done.raw))

    assert trees[0]
    assert len(trees[0]) > 10
    assert trees[1] == trees[0]
    assert trees[2] == trees[0]
    assert said[1] == said[0]
    assert said[2] == said[0]


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "html"])
def test_check_prints_the_same(some_files: Path, form: str) -> None:
    done = [run("check", some_files, "--jobs", jobs, "--format", form, *TODAY) for jobs in (1, 2)]

    assert done[0].raw
    assert (done[1].code, done[1].raw) == (done[0].code, done[0].raw)


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "257", ""])
def test_what_is_no_number_of_processes_is_refused(jobs: str) -> None:
    done = run("check", FIXTURES / "demo", "--jobs", jobs)

    assert done.code == 2
    assert "is no number of processes: write auto, or 1 to 256" in done.err


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "large.837"
    path.parent.mkdir()
    write(path, "837P", 12_000_000)
    return path


def test_a_killed_worker_fails_its_file_and_no_other(large_file: Path, tmp_path: Path) -> None:
    small = large_file.parent / "small.837"
    small.write_text(fixture("demo/professional.837"), encoding="latin-1", newline="")
    out = tmp_path / "out"
    running = Running("clean", large_file.parent, "--out", out, "--jobs", "2", *TODAY)
    running.workers()[0].send_signal(signal.SIGKILL)
    code, _, err = running.end()

    assert code == 2
    assert f"{large_file}: not judged, nothing of it is released: the process that worked on it ended" in err
    assert "Traceback" not in err
    written = {path.name for path in out.rglob("*") if path.is_file()}
    assert "large.837" not in written
    assert "small.837.json" in written
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_what_is_interrupted_leaves_nothing_behind(
    signal_number: signal.Signals, large_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    running = Running("clean", large_file, "--out", out, "--jobs", "2", *TODAY)
    workers = running.workers()
    # Ctrl-C goes to every process of a terminal.
    os.killpg(running.process.pid, signal_number)
    code, _, err = running.end()
    _, alive = psutil.wait_procs(workers, timeout=10)

    assert code == (130 if signal_number is signal.SIGINT else -signal.SIGTERM)
    assert "Traceback" not in err
    assert not alive
    assert not [path for path in out.rglob("*") if path.is_file()]


def test_processes_go_when_the_command_is_killed(large_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = Running("clean", large_file, "--out", out, "--jobs", "2", *TODAY)
    workers = running.workers()
    running.process.kill()
    running.end()
    _, alive = psutil.wait_procs(workers, timeout=10)

    assert not alive
    assert not [path for path in out.rglob("*") if path.is_file() and path.parent.name == "clean"]


def _many(folder: Path, count: int) -> None:
    """Write small good files, and one in the middle that is cut off."""
    folder.mkdir()
    text = fixture("demo/professional.837")
    for number in range(count):
        broken = number == count // 2
        (folder / f"{number:04d}.837").write_text(
            text[: len(text) // 2] if broken else text, encoding="latin-1", newline=""
        )


@pytest.mark.parametrize("count", [30, pytest.param(1000, marks=pytest.mark.deep)])
def test_one_corrupt_file_among_many_spoils_no_other(count: int, tmp_path: Path) -> None:
    _many(tmp_path / "in", count)
    out = tmp_path / "out"
    done = run("clean", tmp_path / "in", "--out", out, "--jobs", "2", "-q", *TODAY)
    bad = f"{count // 2:04d}.837"

    assert done.code == 3
    assert {path.name for path in (out / "failed").iterdir()} == {bad, f"{bad}.reason.txt"}
    good = {f"{number:04d}.837" for number in range(count)} - {bad}
    assert {path.name for path in (out / "clean").iterdir()} == good
    assert {path.name for path in (out / "held").iterdir()} == good
    assert len({path.read_bytes() for path in (out / "clean").iterdir()}) == 1
    # Files that are sent again are told apart by their numbers.
    assert len({path.read_bytes() for path in (out / "held").iterdir()}) == count - 1

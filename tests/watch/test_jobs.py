"""The folder service with several processes: the same files; a killed helper delays a file and loses none."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmarks.generate import write
from tests.watch.command import Office, claim_file, wait_for

if TYPE_CHECKING:
    from pathlib import Path

# Enough for two processes to be at work for a while.
SIZE = 1_600_000
OUTPUTS = ("clean", "held", "rejected", "failed", "reports", "acks", "archive")
# Answers say when they were made, and reports when a file was judged.
CLOCK = re.compile(
    rb"(ISA(?:\*[^*]*){8}\*\d{6}\*)\d{4}|(GS(?:\*[^*]*){3}\*\d{8}\*)\d{4,8}|(BHT\*0085\*08\*\d+\*\d{8}\*)\d{4}"
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def _tree(office: Office) -> dict[str, bytes]:
    return {
        name: CLOCK.sub(rb"\1\2\3", data)
        for kind in OUTPUTS
        for name, data in office.everything(kind).items()
    }


def _settled(office: Office) -> dict[str, bytes]:
    reconciled = office.run("reconcile", "--dir", str(office.root))
    assert reconciled.returncode == 0, reconciled.stdout
    assert office.names("inbox") == office.names("work") == []
    assert not list(office.root.rglob("*.tmp"))
    return _tree(office)


def _fill(office: Office, size: int) -> None:
    write(office.inbox / "large.837", "837P", size, share=0.01)
    office.put("small.837", claim_file(7))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what leaves where nothing is killed."""
    office = Office.at(tmp_path_factory.mktemp("undisturbed"))
    _fill(office, SIZE)
    assert office.once("--jobs", "1").returncode == 1
    return _settled(office)


def test_the_same_files_leave(tmp_path: Path) -> None:
    trees = []
    for jobs in ("1", "2", "3"):
        office = Office.at(tmp_path / jobs)
        _fill(office, 1_200_000)
        done = office.once("--jobs", jobs)
        assert done.returncode == 1, done.stderr
        trees.append(_settled(office))
    assert {"clean/large.837", "held/large.837", "acks/large.837.277ca", "clean/small.837"} <= set(trees[0])
    assert trees[1] == trees[0]
    assert trees[2] == trees[0]


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_helper_delays_its_file(
    office: Office, undisturbed: dict[str, bytes], signal_number: signal.Signals
) -> None:
    _fill(office, SIZE)
    running = office.start("--once", "--jobs", "2")
    own = psutil.Process(running.pid)
    wait_for(lambda: len(own.children()) == 2)
    own.children()[0].send_signal(signal_number)

    assert running.wait(120) == 1
    log = office.log_path.read_text()
    assert "Traceback" not in log
    assert re.search(r"worker-died.*large\.837.*judged once more, by one process", log)
    assert _settled(office) == undisturbed


def test_a_killed_service_goes_on_where_it_was(office: Office) -> None:
    _fill(office, SIZE)
    running = office.start("--once", "--jobs", "2")
    own = psutil.Process(running.pid)
    wait_for(lambda: len(own.children()) == 2)
    helpers = own.children()
    running.kill()
    running.wait()
    _, alive = psutil.wait_procs(helpers, timeout=10)
    assert not alive

    done = office.once("--jobs", "2")
    assert done.returncode == 1, done.stderr
    assert {"clean/large.837", "clean/small.837"} <= set(_settled(office))

"""Killed at every step of the protocol, and at any moment: every file leaves once, and none is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from edi_guard.watch.faults import POINTS
from tests.conftest import effort
from tests.watch.command import MIXED, Office, claim_file, wait_for

if TYPE_CHECKING:
    from pathlib import Path

KILLED = -signal.SIGKILL


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


class Uploader:
    """Takes files out of ``clean/`` as a clearinghouse's client does, and never gives one back."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.taken: list[bytes] = []
        self.names: Counter[str] = Counter()

    def take(self) -> None:
        folder = self.office.root / "clean"
        for name in self.office.names("clean"):
            data = (folder / name).read_bytes()
            assert data.rstrip().endswith(b"~"), f"{name} is not complete"
            assert b"\nIEA*" in data or b"~IEA*" in data, f"{name} is not complete"
            (folder / name).unlink()
            self.taken.append(data)
            self.names[name] += 1


def finish(office: Office) -> None:
    """Run until nothing is left to do."""
    for _ in range(5):
        done = office.once()
        assert done.returncode in (0, 1, 3), done.stderr
        if not office.names("inbox") and not office.names("work"):
            return
    message = f"left: {office.names('inbox')} {office.names('work')}"
    raise AssertionError(message)


def check(office: Office, uploader: Uploader, inputs: dict[str, str]) -> None:
    """Every clean input was taken exactly once, every original is archived, the ledger adds up."""
    archived = sorted(office.everything("archive").values())
    assert archived == sorted(text.encode("latin-1") for text in inputs.values())
    assert all(count == 1 for count in uploader.names.values()), uploader.names
    assert len(set(uploader.taken)) == len(uploader.taken)
    reconciled = office.run("reconcile", "--dir", str(office.root))
    assert reconciled.returncode == 0, reconciled.stdout
    assert "DOES NOT" not in reconciled.stdout.upper().replace("WHICH ADDS UP", "")
    verified = office.run("audit", "verify", "--dir", str(office.root))
    assert verified.returncode == 0, verified.stderr
    assert not any(path.name.endswith(".tmp") for path in office.root.rglob("*"))


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(p, marks=() if p in ("keyed", "intent", "renamed", "recorded") else pytest.mark.deep)
        for p in POINTS
    ],
)
def test_killed_at_a_step(office: Office, point: str) -> None:
    inputs = {"a.837": claim_file(1), "b.837": claim_file(2, MIXED)}
    for name, text in inputs.items():
        office.put(name, text)
    uploader = Uploader(office)
    # A step that only some jobs have is met by a job that has it, or by none.
    killed = office.once(EDI_GUARD_FAULT=point)
    assert killed.returncode == KILLED or point == "removed"
    uploader.take()
    finish(office)
    uploader.take()
    check(office, uploader, inputs)
    clean_first = claim_file(1).encode()
    assert uploader.taken.count(clean_first) == 1
    assert len(uploader.taken) == 2
    assert office.names("held") == office.names("rejected") == ["b.837"]


@pytest.mark.parametrize("number", [3, *(pytest.param(n, marks=pytest.mark.deep) for n in (2, 4, 5, 6, 7))])
def test_killed_at_a_rename(office: Office, number: int) -> None:
    inputs = {"b.837": claim_file(2, MIXED)}
    office.put("b.837", inputs["b.837"])
    uploader = Uploader(office)
    office.once(EDI_GUARD_FAULT=f"renamed:{number}")
    # The clean file is the last to appear: until then an uploader finds nothing.
    uploader.take()
    finish(office)
    uploader.take()
    check(office, uploader, inputs)
    assert len(uploader.taken) == 1
    assert office.names("held") == office.names("rejected") == ["b.837"]


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(p, marks=() if p in ("intent", "renamed", "recorded") else pytest.mark.deep)
        for p in POINTS
    ],
)
def test_killed_while_a_claim_is_released(office: Office, point: str) -> None:
    office.put("b.837", claim_file(2, MIXED))
    office.once()
    uploader = Uploader(office)
    uploader.take()
    before = (office.root / "held" / "b.837").read_bytes()
    added = office.run("override", "add", "D2M0010", held_rule(office, "D2M0010"), "--reason", "seen")
    assert added.returncode == 0, added.stderr
    office.once(EDI_GUARD_FAULT=point)
    uploader.take()
    finish(office)
    uploader.take()
    released = [name for name in uploader.names if "released" in name]
    assert released == ["b.released-1.837"]
    assert uploader.names["b.released-1.837"] == 1
    assert (office.root / "held" / "b.837").read_bytes() != before
    check(office, uploader, {"b.837": claim_file(2, MIXED)})


def held_rule(office: Office, claim: str) -> str:
    """Return the one rule that holds a claim."""
    found = office.run("find", claim)
    assert "kept back by" in found.stdout, found.stdout + found.stderr
    return found.stdout.partition("kept back by ")[2].split(";")[0].split(",")[0].strip()


def _kill_at_random(office: Office, kills: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    uploader = Uploader(office)
    inputs: dict[str, str] = {}
    number = 0
    for _ in range(kills):
        for _ in range(chance.randrange(3)):
            number += 1
            name = f"{chance.choice('abc')}{number}.837"
            inputs[name] = claim_file(number, MIXED if number % 7 == 0 else office_base(number))
            office.put(name, inputs[name])
        service = office.start("--settle-seconds", "0.01")
        end = time.monotonic() + chance.uniform(0.4, 2.2)
        while time.monotonic() < end:
            uploader.take()
            time.sleep(0.01)
        service.kill()
        service.communicate()
        uploader.take()
    finish(office)
    uploader.take()
    check(office, uploader, inputs)
    assert len(uploader.taken) == len(inputs)


def office_base(number: int) -> Path:
    from tests.watch.command import PROFESSIONAL

    del number
    return PROFESSIONAL


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random_often(office: Office, seed: int) -> None:
    _kill_at_random(office, effort(10), seed)


@pytest.mark.deep
def test_a_file_that_kills_the_program_again_and_again_is_given_up(office: Office) -> None:
    office.put("a.837", claim_file(1))
    for _ in range(12):
        assert office.once(EDI_GUARD_FAULT="judged").returncode == KILLED
    done = office.once()
    assert done.returncode == 3, done.stderr
    assert [n for n in office.names("failed") if not n.endswith(".txt")] == ["a.837"]


def test_stopped_gracefully_after_the_file_in_hand(office: Office) -> None:
    for number in range(1, 30):
        office.put(f"{number:02d}.837", claim_file(number))
    service = office.start()
    wait_for(lambda: bool(office.names("archive")))
    service.send_signal(signal.SIGTERM)
    service.communicate(timeout=60)
    assert service.returncode == 0, office.log_path.read_text()
    assert office.names("work") == []
    assert len(office.names("archive")) == len(office.names("clean")) < 29
    assert len(office.names("inbox")) == 29 - len(office.names("archive"))
    assert os.listdir(office.root / "work") == []  # noqa: PTH208

"""Reports made by a process of their own are those that this one makes."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from edi_guard import workers, written
from edi_guard.engine import process
from edi_guard.masking import Hasher, Phi
from edi_guard.report import make_report
from edi_guard.workers import WorkerDiedError
from edi_guard.written import reports_beside, written_reports
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import make_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.report import Report


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Iterator[Report]:
    monkeypatch.setattr(workers, "_WORTH_SEVERAL", 0)
    with Source.from_bytes(fixture("demo/professional.837").encode("latin-1")) as source:
        outcome = process(source, make_settings())
        yield make_report(outcome, Phi.MINIMAL, Hasher(), source=source)


def test_they_are_the_same(report: Report) -> None:
    alone = {suffix: b"".join(blocks) for suffix, blocks in written_reports(report).items()}
    assert all(alone.values())
    for jobs in (1, 2):
        with reports_beside(report, jobs) as texts:
            assert {suffix: b"".join(blocks) for suffix, blocks in texts.items()} == alone


def test_they_are_made_by_another_process(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "rendered", lambda name, _: (f"{name} {os.getpid()}" for _ in "1"))
    with reports_beside(report, 2) as texts:
        pids = {b"".join(blocks).split()[1] for blocks in texts.values()}
    assert len(pids) == 1
    assert pids != {b"%d" % os.getpid()}


def test_a_killed_process_is_said_for_each(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> Iterator[str]:
        yield "{"
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(written, "rendered", killed)
    with reports_beside(report, 2) as texts, pytest.raises(WorkerDiedError):
        b"".join(texts[".json"])


def test_a_full_disk_is_said(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Iterator[str]:
        yield "{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(written, "rendered", full)
    with reports_beside(report, 2) as texts, pytest.raises(OSError, match="No space left"):
        b"".join(texts[".json"])

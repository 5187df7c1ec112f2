from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.ledger.audit import AuditLog, verify

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _log(path: Path, lines: int = 5) -> AuditLog:
    log = AuditLog(path, lambda: AT)
    for number in range(lines):
        log.append("file", job=f"job{number}", file="a.837", claims=number, reason="größer")
    return log


def test_a_log_is_whole(tmp_path: Path) -> None:
    log = _log(tmp_path / "audit.jsonl")
    verdict = verify(log.path)
    assert (verdict.ok, verdict.lines) == (True, 5)
    found = log.find("job3")
    assert found is not None
    assert (found.seq, found.facts["claims"]) == (4, 3)
    assert log.find("nosuch") is None
    assert log.path.stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _log(tmp_path_factory.mktemp("audit") / "audit.jsonl").path


@given(st.data())
def test_any_changed_byte_is_found(whole: Path, data: st.DataObject) -> None:
    content = bytearray(whole.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = whole.with_name("changed.jsonl")
    changed.write_bytes(bytes(content))
    verdict = verify(changed)
    assert not verdict.ok
    assert verdict.bad_line >= 1
    assert verdict.why


@pytest.mark.parametrize("line", range(5))
def test_a_line_taken_out_or_put_in_is_found(whole: Path, line: int) -> None:
    lines = whole.read_bytes().splitlines(keepends=True)
    changed = whole.with_name("changed.jsonl")
    without = lines[:line] + lines[line + 1 :]
    changed.write_bytes(b"".join(without))
    # A tail that is cut off leaves a whole log, which only the number of lines tells.
    assert verify(changed).ok is (line == 4)
    changed.write_bytes(b"".join([*lines[:line], lines[line], *lines[line:]]))
    assert not verify(changed).ok


def test_a_crash_in_the_middle_of_a_line_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    _log(path, 3)
    whole = path.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    for cut in range(1, last):
        path.write_bytes(whole[:-cut])
        log = AuditLog(path, lambda: AT)
        log.append("file", job="next")
        verdict = verify(path)
        assert verdict.ok, verdict
        # Two whole lines, what was mended, and the next one; cutting the line end alone cuts the line.
        assert verdict.lines == 4


def _append(path: Path, name: str) -> None:
    log = AuditLog(path)
    for number in range(100):
        log.append("file", job=f"{name}{number}")


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append, args=(path, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    verdict = verify(path)
    assert (verdict.ok, verdict.lines) == (True, 200)


def test_what_may_not_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="patient"):
        AuditLog(tmp_path / "audit.jsonl").append("file", patient="DOE")


def test_a_clock_set_back_breaks_nothing(tmp_path: Path) -> None:
    moments = iter([AT, datetime(2020, 1, 1, tzinfo=UTC)])
    log = AuditLog(tmp_path / "audit.jsonl", lambda: next(moments))
    log.append("start")
    log.append("stop")
    assert verify(log.path).ok


def test_no_log_is_not_whole(tmp_path: Path) -> None:
    assert not verify(tmp_path / "none.jsonl").ok

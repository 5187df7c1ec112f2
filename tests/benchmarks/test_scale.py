"""The tables say what was measured, and are put where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import scale
from benchmarks.generate import write
from benchmarks.paste import MarkMissingError, paste
from benchmarks.processes import Cost
from benchmarks.scale import main
from benchmarks.scale_tables import Measurement, tables
from benchmarks.summary import WrongVerdictError, verify
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKS = "before\n<!-- bench-scale: begins -->\nold\n<!-- bench-scale: ends -->\nbehind\n"


def _measurement(jobs: int, seconds: float, *, percent: float = 0, is_giant: bool = False) -> Measurement:
    return Measurement(
        megabytes=10.0001,
        claims=20_000,
        percent=percent,
        is_giant=is_giant,
        kept_back=round(20_000 * percent / 200),
        repaired=0,
        command="check",
        jobs=jobs,
        cost=Cost(seconds, 1.5 * seconds, 100.0, 150.0, 0),
    )


def test_a_row_says_how_much_faster_several_processes_are() -> None:
    text = tables([_measurement(1, 4.0), _measurement(2, 2.0)], "a machine.")

    assert "Measured on a machine." in text
    assert "| 10 | 20,000 | `check` | 1 | 4.00 | 6.00 | 2.5 | 5,000 |  | 100 | 150 |" in text
    assert "| 10 | 20,000 | `check` | 2 | 2.00 | 3.00 | 5.0 | 10,000 | 2.00 | 100 | 150 |" in text


def test_other_faults_and_single_transaction_sets_have_tables_of_their_own() -> None:
    measured = [_measurement(1, 1.0), _measurement(1, 3.0, percent=50), _measurement(1, 2.0, is_giant=True)]

    _, by_size, more, by_faults, single, giant = [
        part for part in tables(measured, "x.").split("\n\n") if part
    ][1:]

    assert by_size.count("\n") == 2
    assert "More and fewer" in more
    assert [row.split(" | ")[:2] for row in by_faults.split("\n")[2:]] == [
        ["| 0 %", "0.0%"],
        ["| 50 %", "25.0%"],
    ]
    assert "single transaction set" in single
    assert "2.00" in giant


def test_the_benchmark_runs_from_end_to_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDI_GUARD_REFERENCE_STORE", "")
    readme = tmp_path / "README.md"
    readme.write_text(MARKS)
    words = "--megabytes 0.02 --percent 0 20 --percent-megabytes 0.02 --giant 0.02 --jobs 1 --rounds 1"

    assert main([*words.split(), "--folder", str(tmp_path), "--readme", str(readme)]) == 0

    printed = capsys.readouterr().out
    assert printed.count("`check`") == printed.count("`clean`") == 4
    assert readme.read_text() == MARKS.replace("old\n", printed)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_who_stops_it_has_what_was_done_until_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Iterator[Measurement]:
        yield _measurement(1, 4.0)
        raise KeyboardInterrupt

    monkeypatch.setenv("EDI_GUARD_REFERENCE_STORE", "")
    monkeypatch.setattr(scale, "measure", stopped)
    readme = tmp_path / "README.md"
    readme.write_text(MARKS)

    assert main(["--folder", str(tmp_path), "--readme", str(readme)]) == 130

    assert "| 10 | 20,000 | `check` | 1 | 4.00 |" in capsys.readouterr().out
    assert readme.read_text() == MARKS


def test_other_verdicts_than_planted_are_refused(tmp_path: Path) -> None:
    written = write(tmp_path / "claims.837", "837P", 10_000, share=0.5)
    report = tmp_path / "report.json"
    right = {"held": written.fates["held"], "rejected": written.fates["rejected"]}
    summary = {"claims": written.claims, **right, "repairs": written.fates["repaired"]}

    report.write_text(f'{{"summary": {summary}, "claims": ['.replace("'", '"'))
    verify(written, report)
    report.write_text(f'{{"summary": {summary | {"held": 99}}, "claims": ['.replace("'", '"'))
    with pytest.raises(WrongVerdictError, match="'held': 99"):
        verify(written, report)


@pytest.mark.parametrize("text", ["", MARKS + MARKS, "<!-- bench-scale: begins -->\n"])
def test_a_document_without_the_marks_is_left_alone(text: str, tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(text)

    with pytest.raises(MarkMissingError, match=r"README\.md must have"):
        paste(document, "bench-scale", "new")

    assert document.read_text() == text


@pytest.mark.parametrize("name", ["bench-scale", "bench-peers"])
def test_the_readme_has_a_place_for_the_tables(name: str) -> None:
    text = (FIXTURES.parent / "README.md").read_text(encoding="utf-8")

    assert text.count(f"<!-- {name}: begins -->\n") == text.count(f"<!-- {name}: ends -->") == 1

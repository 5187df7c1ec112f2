"""Large files that Spark's executors work on together: the verdicts are those of one process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import defects
from benchmarks.generate import write
from edi_guard.claims import sections
from edi_guard.spark import job, tables
from edi_guard.spark.crew import SparkCrew, _Part
from edi_guard.spark.large import fetched
from edi_guard.spark.reading import Files, find_files
from edi_guard.x12 import window
from tests.conftest import FIXTURES, TODAY
from tests.spark.comparing import judged_by_spark, judged_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyspark.sql import SparkSession

    from edi_guard.engine.parts import Item


pytestmark = pytest.mark.deep


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into many parts."""
    monkeypatch.setattr(SparkCrew, "part_bytes", 100_000)
    monkeypatch.setattr(SparkCrew, "claims_at_once", 40)


def _planted(folder: Path) -> Path:
    """Return a file of a megabyte with a defect for nearly every rule, each in an interchange of its own."""
    path = folder / "planted.837"
    write(path, "837P", 1_000_000)
    cases = [
        (code, case.input())
        for code, case in sorted(defects._first_cases().items())
        if defects._is_plain(case) and defects._stands_among_others(case.input(), code, folder, case)
    ]
    assert len(cases) > 100
    path.write_bytes(path.read_bytes() + b"".join(defects._interchanges(cases)))
    return path


def _twice(folder: Path) -> Path:
    """Return a file whose claims all come again in a second interchange, parts away."""
    path = folder / "twice.837"
    write(path, "837I", 300_000)
    text = path.read_bytes()
    path.write_bytes(
        text
        + text.replace(b"*000000001*0*P", b"*000000002*0*P").replace(b"IEA*1*000000001", b"IEA*1*000000002")
    )
    return path


@pytest.mark.usefixtures("small_parts")
def test_planted_defects_and_what_only_the_whole_file_shows(spark: SparkSession, tmp_path: Path) -> None:
    files = [_planted(tmp_path), _twice(tmp_path)]
    here = judged_here(files)

    made = tables(spark, files, today=TODAY, split_bytes=300_000)
    assert judged_by_spark(made) == here
    rules = {row["rule"] for row in here["findings"]}
    assert len(rules) > 100
    assert rules >= {"DUP301", "PAIR101"}
    assert {row["disposition"] for row in here["claims"]} == {"clean", "held", "rejected"}


@pytest.mark.usefixtures("small_parts")
def test_one_long_transaction_set_in_sections(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.837"
    write(path, "837P", 600_000, share=0.2, claims_per_transaction=None)
    here = judged_here([path])
    monkeypatch.setattr(window, "LONGEST_HELD", 30_000)
    monkeypatch.setattr(sections, "SECTION_BYTES", 30_000)
    sent = _counted(SparkCrew.take, monkeypatch)

    made = tables(spark, path, today=TODAY, split_bytes=1)
    assert judged_by_spark(made) == here
    assert len(sent) > 10
    assert all(item.section is not None for items in sent for item in items)
    assert {row["disposition"] for row in here["claims"]} == {"clean", "held", "rejected"}


def _counted(take: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> list[list[Item]]:
    """Return a list that gets the parts that a crew is given."""
    sent: list[list[Item]] = []

    def count(crew: SparkCrew, parts: Iterable[list[Item]]) -> Any:
        def counted() -> Iterator[list[Item]]:
            for items in parts:
                sent.append(items)
                yield items

        return take(crew, counted())

    monkeypatch.setattr(SparkCrew, "take", count)
    return sent


@pytest.mark.usefixtures("small_parts")
def test_whole_files_and_large_ones_together(spark: SparkSession, tmp_path: Path) -> None:
    files = sorted(path for path in FIXTURES.glob("*/*") if path.suffix in (".edi", ".837"))
    truncated = tmp_path / "truncated.837"
    write(truncated, "837P", 400_000)
    truncated.write_bytes(truncated.read_bytes()[:-5_000])
    sizes = sorted(path.stat().st_size for path in files)
    made = tables(spark, [*files, truncated], today=TODAY, split_bytes=sizes[-12])

    rows = judged_by_spark(made)
    assert rows == judged_here([*files, truncated])
    (failed,) = [row for row in rows["inputs"] if row["path"] == f"file:{truncated}"]
    assert (failed["status"], failed["claims"]) == ("failed", 0)


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_that_cannot_be_judged_has_a_row(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("crashes.837", "gone.837", "good.837")]
    for seed, path in enumerate(files):
        write(path, "837P", 200_000, seed=seed)
    monkeypatch.setattr(job, "find_files", _losing(files[1]))
    monkeypatch.setattr(SparkCrew, "_part", _without_text(files[0]))
    rows = judged_by_spark(tables(spark, tmp_path, today=TODAY, split_bytes=1))

    crashed, gone, good = rows["inputs"]
    assert (crashed["status"], crashed["bytes"]) == ("unjudged", files[0].stat().st_size)
    assert crashed["error"].startswith("internal error: LookupError in read (/spark/pieces.py:")
    assert (gone["status"], gone["error"]) == ("unjudged", "it cannot be read: No such file or directory")
    here = judged_here([files[2]])
    assert [good] == here["inputs"]
    assert rows["claims"] == here["claims"]


def _losing(path: Path) -> Callable[..., Files]:
    """Find files, and lose one of them before it is read."""

    def find(*arguments: Any) -> Files:
        found = find_files(*arguments)
        path.unlink()
        return found

    return find


def _without_text(path: Path) -> Callable[[SparkCrew, list[Item]], _Part]:
    """Send executors the parts of one file without their text, over which they stumble."""
    whole = SparkCrew._part

    def part(crew: SparkCrew, items: list[Item]) -> _Part:
        made = whole(crew, items)
        return replace(made, texts=[]) if crew._source.name == f"file:{path}" else made

    return part


def test_a_file_of_another_file_system_is_copied(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "a b.837"
    write(path, "837P", 50_000)

    text = path.read_bytes()
    with fetched(spark, f"file:{path}") as stream:
        path.unlink()
        assert stream.read() == text

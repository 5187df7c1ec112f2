"""Spark's verdicts are those of one process, row by row."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pyarrow.parquet as pq
import pytest

from benchmarks.generate import write
from edi_guard.columns import TABLES
from edi_guard.columns.arrow import arrow_schema
from edi_guard.config import ConfigError
from edi_guard.spark import check, spark_schema, tables
from edi_guard.spark.__main__ import parser
from edi_guard.spark.__main__ import run as job_of
from edi_guard.spark.reading import NamedTwiceError
from tests.cli.command import run
from tests.conftest import FIXTURES, ROOT, TODAY
from tests.spark.comparing import KEY, collected, judged_by_spark, judged_here
from tests.spark.conftest import CONF, MASTER

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.deep

DEMO = sorted((FIXTURES / "demo").iterdir())


def test_a_folder(spark: SparkSession) -> None:
    made = tables(spark, FIXTURES / "demo", today=TODAY)

    assert judged_by_spark(made) == judged_here(DEMO)


@pytest.mark.parametrize("phi", ["none", "minimal", "full"])
def test_fixtures(spark: SparkSession, phi: str) -> None:
    files = sorted(path for path in FIXTURES.glob("*/**/*") if path.suffix in (".edi", ".837"))
    made = tables(spark, files, today=TODAY, overrides={"phi": phi}, key=KEY)

    rows = judged_by_spark(made)
    assert len(files) > 50
    assert rows == judged_here(files, overrides={"phi": phi})
    assert {row["status"] for row in rows["inputs"]} == {"processed", "failed"}


def test_the_corpus(spark: SparkSession, corpus: list[Path]) -> None:
    # Nothing to compare where the corpus is not present.
    if corpus:
        made = tables(spark, corpus, today=TODAY)
        assert judged_by_spark(made) == judged_here(corpus)


def test_configuration_mappings_and_tables_reach_the_executors(spark: SparkSession, tmp_path: Path) -> None:
    store = tmp_path / "reference.sqlite"
    env = {**os.environ, "EDI_GUARD_REFERENCE_STORE": str(store)}
    files = sorted((FIXTURES / "tables").glob("*"))
    assert run("reference", "import", *files, env=env).code == 0
    config = tmp_path / "edi-guard.toml"
    config.write_text(
        'mode = "strict"\nexample-payers = true\nignore = ["DOC"]\n'
        '[reference]\nstore = "reference.sqlite"\n[severity]\nMOD302 = "warn"\n'
    )
    claims = sorted((FIXTURES / "837p").iterdir()) + DEMO
    here = judged_here(claims, config)

    assert judged_by_spark(tables(spark, claims, config, today=TODAY)) == here
    assert here["claims"] != judged_here(claims)["claims"]
    assert not [row for row in here["findings"] if row["rule"] in ("PTP901", "MUE901", "CODE901")]


def test_parquet_is_the_same_as_that_of_the_command(spark: SparkSession, tmp_path: Path) -> None:
    files = [*DEMO, *sorted((FIXTURES / "broken").iterdir())]
    tables(spark, files, today=TODAY).write(tmp_path / "spark")
    names = [f"file:{path}" for path in files]
    done = run("check", *files, "--today", TODAY, "--format", "parquet", "-o", tmp_path / "command")
    assert done.code == 3

    for table in TABLES:
        by_spark = pq.read_table(tmp_path / "spark" / table.name)
        by_command = pq.read_table(tmp_path / "command" / f"{table.name}.parquet")
        schema = by_spark.schema.remove_metadata()
        assert schema == by_command.schema.remove_metadata() == arrow_schema(table)
        found = sorted(by_spark.to_pylist(), key=lambda row: names.index(row["path"]))
        assert [row | {"path": row["path"].removeprefix("file:")} for row in found] == by_command.to_pylist()
        read = spark.read.parquet(str(tmp_path / "command" / f"{table.name}.parquet"))
        assert _types(read.schema) == _types(spark_schema(table))
        assert _types(spark.read.parquet(str(tmp_path / "spark" / table.name)).schema) == _types(read.schema)


def _types(schema: Any) -> str:
    return str(schema.simpleString())


def test_names_and_sizes_of_every_kind(spark: SparkSession, tmp_path: Path) -> None:
    for name in ("a b.837", "ü.837", "100%.837", "a%20b.837", "plus+.837"):
        (tmp_path / name).write_bytes(DEMO[1].read_bytes())
    (tmp_path / "empty.837").touch()
    (tmp_path / "other.txt").write_text("no claims")
    made = tables(spark, tmp_path, today=TODAY, options={"pathGlobFilter": "*.837"})

    rows = judged_by_spark(made)
    assert rows == judged_here(tmp_path.glob("*.837"))
    assert len(rows["inputs"]) == 6


@pytest.mark.parametrize("split_bytes", [1, 1_000_000])
def test_packed_files(spark: SparkSession, tmp_path: Path, split_bytes: int) -> None:
    claims = DEMO[1].read_bytes()
    (tmp_path / "a.837.gz").write_bytes(gzip.compress(claims))
    (tmp_path / "cut.837.gz").write_bytes(gzip.compress(claims)[:-20])
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        archive.write(DEMO[0], "one.837")
        archive.writestr("sub/two.837", claims)
        archive.writestr("readme.md", "no claims")
    made = tables(spark, tmp_path, today=TODAY, split_bytes=split_bytes)

    rows = judged_by_spark(made)
    assert rows == judged_here(sorted(tmp_path.iterdir()))
    where = [row["path"].removeprefix(f"file:{tmp_path}/") for row in rows["inputs"]]
    assert where == ["a.837.gz", "cut.837.gz", "day.zip:one.837", "day.zip:sub/two.837"]
    assert [row["status"] for row in rows["inputs"]] == ["processed", "failed", "processed", "processed"]


def test_one_bad_file_in_a_thousand(spark: SparkSession, tmp_path: Path) -> None:
    text = (FIXTURES / "837p" / "base_office.edi").read_text(encoding="latin-1")
    good = [tmp_path / f"{number:04d}.837" for number in range(1_000)]
    for number, path in enumerate(good):
        # Control numbers are of one length.
        path.write_text(text.replace("000000001", f"{number + 1:09d}"), encoding="latin-1", newline="")
    corrupt, gone = good.pop(700), good.pop(300)
    corrupt.write_bytes(corrupt.read_bytes()[:900])
    made = tables(spark, f"{tmp_path}/*.837", today=TODAY)
    size = gone.stat().st_size
    gone.unlink()

    rows = judged_by_spark(made)
    here = judged_here([*good, corrupt])
    (missing,) = [row for row in rows["inputs"] if row["path"] == f"file:{gone}"]
    assert (missing["status"], missing["bytes"], missing["sha256"]) == ("unjudged", size, None)
    assert missing["error"].startswith("it cannot be read")
    rows["inputs"].remove(missing)
    assert rows == here
    assert [row["disposition"] for row in rows["claims"]] == ["clean"] * 998
    (failed,) = [row for row in rows["inputs"] if row["status"] == "failed"]
    said = [row for row in rows["findings"] if row["path"] == failed["path"]]
    assert failed["path"] == f"file:{corrupt}"
    assert said
    assert all(row["ordinal"] is None for row in said)


def test_a_worker_that_is_killed_costs_no_row(spark: SparkSession, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.837" for number in range(4)]
    for number, path in enumerate(files):
        write(path, "837P", 2_000_000, seed=number)
    made = tables(spark, tmp_path, today=TODAY)
    killed: list[int] = []
    hunter = threading.Thread(target=_kill_one_at_work, args=(killed,))
    hunter.start()
    claims = sorted(collected(made.claims), key=lambda row: (row["path"], row["ordinal"]))
    hunter.join()

    assert killed
    assert claims == judged_here(files)["claims"]


def _kill_one_at_work(killed: list[int]) -> None:
    """Kill the first of Spark's Python processes that has worked for a second."""
    deadline = time.monotonic() + 60
    while not killed and time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            try:
                if process.name().startswith("python") and process.cpu_times().user > 1:
                    process.kill()
                    killed.append(process.pid)
                    return
            except psutil.NoSuchProcess:
                continue
        time.sleep(0.05)


def test_what_is_wrong_is_said_before_anything_is_judged(spark: SparkSession, tmp_path: Path) -> None:
    config = tmp_path / "edi-guard.toml"
    config.write_text('mode = "lenient"\n')
    with pytest.raises(ConfigError, match="lenient"):
        check(spark, FIXTURES / "demo", config)
    with pytest.raises(NamedTwiceError, match=r"professional\.837 is named by several of the paths"):
        check(spark, [FIXTURES / "demo", DEMO[1]])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--config", "no-such.toml"], "no-such.toml: the configuration cannot be read"),
        (["no-such-folder"], "no-such-folder"),
    ],
)
def test_a_job_that_cannot_begin_says_why_in_a_line(
    spark: SparkSession, options: list[str], error: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = parser().parse_args([str(DEMO[0]), *options, "--out", str(tmp_path / "tables")])

    assert job_of(spark, arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert error in said.err
    assert not (tmp_path / "tables").exists()


def test_the_example_for_spark_submit(tmp_path: Path) -> None:
    submit = Path(sys.executable).with_name("spark-submit")
    options = [part for key, value in CONF.items() for part in ("--conf", f"{key}={value}")]
    script = [ROOT / "examples" / "spark_job.py", "--out", tmp_path / "tables", "--today", TODAY]
    command = [submit, "--master", MASTER, *options, *script, FIXTURES / "demo", FIXTURES / "broken"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "files: 20 failed, 2 processed\n")
    assert pq.read_table(tmp_path / "tables" / "claims").num_rows == 26

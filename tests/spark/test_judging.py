"""What an executor does with a file, without Spark."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from edi_guard.columns import TABLES
from edi_guard.columns.arrow import arrow_schema, wide_schema
from edi_guard.engine import process
from edi_guard.spark import judging, shipping, spark_schema
from edi_guard.spark.judging import CrashedError, complete_inputs, judge_files
from edi_guard.spark.schema import wide_schema as wide_spark_schema
from edi_guard.spark.shipping import OtherVersionError, Shipment, pack
from tests.builders import fixture
from tests.conftest import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.columns import Table
    from edi_guard.engine import Outcome, Settings
    from edi_guard.x12 import Source

CLAIMS = fixture("demo/professional.837").encode("latin-1")


@pytest.fixture(name="shipment")
def _shipment() -> Shipment:
    # Without reference tables the session is not asked for anything.
    return pack(SparkSession, None, {}, TODAY)  # type: ignore[arg-type]


def _batch(files: Iterable[tuple[str, bytes]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [{"path": path, "content": content} for path, content in files],
        pa.schema([("path", pa.string()), ("content", pa.binary())]),
    )


def _inputs(batches: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
    return [row["inputs"] for batch in batches for row in batch.to_pylist() if row["inputs"]]


def test_a_crash_concerns_its_file_only(shipment: Shipment, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: Source, settings: Settings) -> Outcome:
        if source.name == "b":
            message = "SAMPLE PATIENT"
            raise ValueError(message)
        return process(source, settings)

    monkeypatch.setattr(judging, "process", crash)
    rows = _inputs(judge_files(shipment, [_batch([("a", CLAIMS), ("b", CLAIMS)]), _batch([("c", CLAIMS)])]))

    assert [(row["path"], row["status"]) for row in rows] == [
        ("a", "processed"),
        ("b", "unjudged"),
        ("c", "processed"),
    ]
    assert rows[1]["error"].startswith("internal error: ValueError in crash (")
    assert "SAMPLE" not in rows[1]["error"]
    assert (rows[1]["bytes"], rows[1]["claims"]) == (len(CLAIMS), None)


def test_an_error_that_stops_the_job_shows_no_value(
    shipment: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object) -> None:
        message = "SAMPLE PATIENT"
        raise ValueError(message)

    monkeypatch.setattr(judging, "rows_of", crash)
    with pytest.raises(CrashedError, match="internal error: ValueError in crash") as caught:
        list(judge_files(shipment, [_batch([("a", CLAIMS)])]))

    shown = "".join(traceback.format_exception(caught.value))
    assert "SAMPLE PATIENT" not in shown


def test_each_row_is_of_one_table(shipment: Shipment) -> None:
    (batch,) = judge_files(shipment, [_batch([("a", CLAIMS)])])

    assert batch.schema == wide_schema()
    for row in batch.to_pylist():
        assert row.pop("file") == "a"
        assert sum(value is not None for value in row.values()) == 1
    assert sum(row["claims"] is not None for row in batch.to_pylist()) == 14


def test_a_file_that_spark_does_not_read_is_told(shipment: Shipment) -> None:
    (made,) = judge_files(shipment, [_batch([("a", CLAIMS)])])
    row = _inputs([made])[0]
    schema = pa.schema(
        [
            ("file", pa.string()),
            ("length", pa.int64()),
            ("rows", pa.list_(wide_schema().field("inputs").type)),
        ]
    )
    items = [{"file": "a", "length": 5, "rows": [row, row]}, {"file": "b", "length": 7, "rows": []}]
    (batch,) = complete_inputs(shipment, [pa.RecordBatch.from_pylist(items, schema)])

    one, same, other = batch.to_pylist()
    assert one == same == row
    assert (other["path"], other["bytes"], other["status"]) == ("b", 7, "unjudged")
    assert "it cannot be read" in other["error"]


def test_executors_with_other_rules_judge_nothing(shipment: Shipment) -> None:
    tool = msgspec.structs.replace(shipment.tool, rules="sha256:other")
    other = dataclasses.replace(shipment, id="other", tool=tool)

    with pytest.raises(OtherVersionError, match="install the same wheel on all machines"):
        list(judge_files(other, [_batch([("a", CLAIMS)])]))


def test_settings_are_made_once_for_each_shipment(shipment: Shipment) -> None:
    assert shipping.unpack(shipment) is shipping.unpack(dataclasses.replace(shipment))
    assert shipping.unpack(shipment) is not shipping.unpack(dataclasses.replace(shipment, id="another"))
    assert repr(shipment.key) not in repr(shipment)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_arrow_and_spark_have_the_same_columns(table: Table) -> None:
    from pyspark.sql.pandas.types import to_arrow_schema

    assert to_arrow_schema(spark_schema(table)).remove_metadata() == arrow_schema(table)


def test_spark_shows_what_columns_mean() -> None:
    comments = [field.metadata["comment"] for table in TABLES for field in spark_schema(table).fields]

    assert all(comments)
    assert wide_spark_schema().names == wide_schema().names == ["file", *(table.name for table in TABLES)]


def test_without_pyspark_one_sentence_says_how_to_get_it() -> None:
    program = "import sys\nsys.modules['pyspark'] = None\nimport edi_guard.spark\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    said = "edi_guard.spark needs pyspark, which is not installed: pip install 'edi-guard[spark]'"
    assert done.stderr.splitlines()[-1] == f"ImportError: {said}"

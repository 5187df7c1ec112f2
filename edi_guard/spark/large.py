"""Large files: the driver cuts them, all executors work on their parts, the driver puts them together."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from edi_guard.columns import INPUTS, rows_of, unjudged
from edi_guard.columns.arrow import import_arrow, wide_schema
from edi_guard.engine import process
from edi_guard.internal import place_of
from edi_guard.report import make_report
from edi_guard.spark.crew import PartCrashedError, SparkCrew
from edi_guard.spark.judging import in_batches
from edi_guard.spark.schema import wide_schema as wide_spark_schema
from edi_guard.spark.shipping import unpack
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from edi_guard.columns import Table
    from edi_guard.columns.rows import Row
    from edi_guard.report import Report
    from edi_guard.spark.shipping import Shipment

_LOCAL: Final = "file:"
# A portion of rows, as it is handed to Spark; smaller ones compress worse.
_BATCHES_AT_ONCE: Final = 20


class UnreadableError(Exception):
    """A file cannot be read; one sentence says why."""


def judge_large(spark: SparkSession, shipment: Shipment, sizes: Mapping[str, int]) -> DataFrame:
    """Judge large files, one after the other, each by all executors; that is done when this returns.

    Args:
        spark: the session.
        shipment: all that verdicts depend on.
        sizes: of the files, by their paths.

    Returns:
        rows of `wide_schema`.
    """
    rows = (row for path, size in sizes.items() for row in _judged(spark, shipment, path, size))
    portions = [(portion,) for portion in _portions(in_batches(rows))]
    return spark.createDataFrame(portions, "portion binary").mapInArrow(_unpacked, wide_spark_schema())


def _judged(spark: SparkSession, shipment: Shipment, path: str, size: int) -> Iterator[tuple[Table, Row]]:
    """Yield a file's rows; one that cannot be judged does not stop the others."""
    try:
        source = _opened(spark, path)
    except UnreadableError as error:
        yield INPUTS, unjudged(path, str(error), shipment.today, shipment.tool, size)
        return
    with source:
        report = _report(spark, shipment, source)
        if isinstance(report, str):
            yield INPUTS, unjudged(path, report, shipment.today, shipment.tool, size)
        else:
            yield from rows_of(report)


def _report(spark: SparkSession, shipment: Shipment, source: Source) -> Report | str:
    settings = unpack(shipment)
    try:
        outcome = process(source, settings, hire=partial(SparkCrew, spark, shipment))
        return make_report(outcome, shipment.phi, shipment.hasher, large=True)
    except PartCrashedError as error:
        return f"internal error: {error}"
    except (Py4JError, PySparkException):
        # Spark's own trouble is no file's.
        raise
    except Exception as error:  # noqa: BLE001 - concerns this file only, and is told
        return f"internal error: {place_of(error)}"


def _opened(spark: SparkSession, path: str) -> Source:
    """Open a file that executors see, where the driver can read it at any place.

    Raises:
        UnreadableError: it is gone, or nobody may read it.
    """
    try:
        if path.startswith(_LOCAL):
            return Source(Path(path.removeprefix(_LOCAL)).open("rb"), path)
        return fetched(spark, path)
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        raise UnreadableError(message) from error
    except Py4JJavaError as error:
        message = f"it cannot be read: {error.java_exception.getClass().getSimpleName()}"
        raise UnreadableError(message) from error


def fetched(spark: SparkSession, path: str) -> Source:
    """Copy a file from any file system that Spark knows into a private one, gone with its source.

    Raises:
        py4j.protocol.Py4JJavaError: it cannot be read.
        OSError: the temporary folder is full.
    """
    # There is no other way to Hadoop's file systems.
    hadoop: Any = spark.sparkContext._jvm.org.apache.hadoop  # type: ignore[union-attr]  # noqa: SLF001
    origin = hadoop.fs.Path(path)
    system = origin.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())  # noqa: SLF001
    with tempfile.TemporaryDirectory(prefix="edi-guard-") as folder:
        copy = Path(folder) / "copy"
        local = hadoop.fs.Path(copy.as_uri())
        deletes_origin, writes_plain = False, True
        system.copyToLocalFile(deletes_origin, origin, local, writes_plain)
        # The folder goes, and with it the name; the bytes go when the file is closed.
        return Source(copy.open("rb"), path)


def _portions(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Yield batches of rows, packed: a million claims take some tens of megabytes."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if len(waiting) >= _BATCHES_AT_ONCE:
            yield _packed(waiting)
            waiting = []
    if waiting:
        yield _packed(waiting)


def _packed(batches: Iterable[pa.RecordBatch]) -> bytes:
    arrow = import_arrow()
    sink = arrow.BufferOutputStream()
    options = arrow.ipc.IpcWriteOptions(compression="zstd")
    with arrow.ipc.new_stream(sink, wide_schema(), options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _unpacked(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    arrow = import_arrow()
    for batch in batches:
        for portion in batch.column("portion"):
            yield from arrow.ipc.open_stream(portion.as_buffer())

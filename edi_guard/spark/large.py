"""Large files: the driver cuts them, all executors work on their parts, the driver puts them together."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from py4j.protocol import Py4JJavaError

from edi_guard.archives import DiskFile, Spooled
from edi_guard.columns.arrow import import_arrow, wide_schema
from edi_guard.engine import process
from edi_guard.spark.crew import SparkCrew
from edi_guard.spark.judging import in_batches, judged, unread
from edi_guard.spark.schema import wide_schema as wide_spark_schema
from edi_guard.spark.shipping import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from edi_guard.archives import Original
    from edi_guard.engine import Outcome
    from edi_guard.spark.judging import FileRow
    from edi_guard.spark.shipping import Shipment
    from edi_guard.x12 import Source

_LOCAL: Final = "file:"
# A portion of rows, as it is handed to Spark; smaller ones compress worse.
_BATCHES_AT_ONCE: Final = 20


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


def _judged(spark: SparkSession, shipment: Shipment, path: str, size: int) -> Iterator[FileRow]:
    """Yield a file's rows; one that cannot be read does not stop the others."""

    def judge(source: Source) -> Outcome:
        return process(source, unpack(shipment), hire=partial(SparkCrew, spark, shipment))

    try:
        with _original(spark, path) as original:
            yield from judged(shipment, original, judge)
    except OSError as error:
        yield unread(shipment, path, f"it cannot be read: {error.strerror}", size)
    except Py4JJavaError as error:
        reason = error.java_exception.getClass().getSimpleName()
        yield unread(shipment, path, f"it cannot be read: {reason}", size)


@contextmanager
def _original(spark: SparkSession, path: str) -> Iterator[Original]:
    """Give a file that executors see, as the driver can read it at any place."""
    if path.startswith(_LOCAL):
        yield DiskFile(Path(path.removeprefix(_LOCAL)), path)
        return
    with fetched(spark, path) as stream:
        yield Spooled(stream, path, Path(path).name)


def fetched(spark: SparkSession, path: str) -> BinaryIO:
    """Copy a file from any file system that Spark knows into a private one that is gone when it is closed.

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
        return copy.open("rb")


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

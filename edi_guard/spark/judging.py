"""What becomes of a file: the claim files in it are judged one after the other and turned into rows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from edi_guard.archives import InMemory, contents_of
from edi_guard.columns import INPUTS, rows_of, unjudged
from edi_guard.columns.arrow import arrow_schema, batch_of, wide_schema
from edi_guard.config import archive_limits
from edi_guard.engine import process
from edi_guard.internal import place_of
from edi_guard.report import make_report
from edi_guard.spark.shipping import OtherVersionError, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa

    from edi_guard.archives import Content, Original
    from edi_guard.columns import Table
    from edi_guard.columns.rows import Row
    from edi_guard.engine import Outcome
    from edi_guard.report import Report
    from edi_guard.spark.shipping import Shipment
    from edi_guard.x12 import Source

_ROWS_AT_ONCE: Final = 1_000
# The claims of files from this size on are reported as their rows are made, and not all at once.
_LARGE: Final = 8_000_000


class CrashedError(Exception):
    """Something could not be worked on; the message says where in the program, and nothing of the file."""


class FileRow(NamedTuple):
    """A row of a table, with the file that it is about."""

    file: str
    table: Table
    row: Row


def judge_files(shipment: Shipment, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Judge whole files, on an executor.

    Args:
        shipment: all that verdicts depend on.
        batches: the files: `path` and `content`.

    Yields:
        rows of `wide_schema`.
    """

    def judge(source: Source) -> Outcome:
        return process(source, unpack(shipment))

    files = (file for batch in batches for file in _files(batch))
    yield from in_batches(row for file in files for row in judged(shipment, file, judge))


def _files(batch: pa.RecordBatch) -> Iterator[InMemory]:
    for path, content in zip(batch.column("path"), batch.column("content"), strict=True):
        yield InMemory(content.as_py(), path.as_py())


def in_batches(rows: Iterator[FileRow]) -> Iterator[pa.RecordBatch]:
    """Yield rows of several tables as batches of `wide_schema`.

    Raises:
        CrashedError: in place of errors that might show a claim's values in Spark's logs.
    """
    schema = wide_schema()
    try:
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            yield batch_of([{"file": one.file, one.table.name: one.row} for one in some], schema)
    except (Py4JError, PySparkException, OtherVersionError):
        raise
    except Exception as error:  # noqa: BLE001 - said otherwise
        message = f"internal error: {place_of(error)}"
        raise CrashedError(message) from None


def judged(shipment: Shipment, original: Original, judge: Callable[[Source], Outcome]) -> Iterator[FileRow]:
    """Yield the rows of a file, or of the claim files packed in it; one that cannot be judged stops no other.

    Args:
        shipment: all that verdicts depend on.
        original: the file.
        judge: judges a claim file.

    Raises:
        OSError: the file cannot be read.
        OtherVersionError: other rules are installed here.
    """
    unpack(shipment)
    for content in contents_of(original, archive_limits(shipment.loaded.config)):
        for table, row in _rows(shipment, content, judge):
            yield FileRow(original.path, table, row)


def _rows(
    shipment: Shipment, content: Content, judge: Callable[[Source], Outcome]
) -> Iterator[tuple[Table, Row]]:
    try:
        source = content.open()
    except OSError as error:
        yield INPUTS, _unjudged(shipment, content.path, f"it cannot be read: {error.strerror}", None)
        return
    with source:
        report = _report(shipment, source, judge)
        if isinstance(report, str):
            yield INPUTS, _unjudged(shipment, content.path, report, source.size)
        else:
            yield from rows_of(report)


def _report(shipment: Shipment, source: Source, judge: Callable[[Source], Outcome]) -> Report | str:
    try:
        outcome = judge(source)
        return make_report(outcome, shipment.phi, shipment.hasher, large=source.size >= _LARGE)
    except CrashedError as error:
        return f"internal error: {error}"
    except (Py4JError, PySparkException):
        # Spark's own trouble is no file's.
        raise
    except Exception as error:  # noqa: BLE001 - concerns this file only, and is told
        return f"internal error: {place_of(error)}"


def _unjudged(shipment: Shipment, path: str, error: str, size: int | None) -> Row:
    return unjudged(path, error, shipment.today, shipment.tool, size)


def unread(shipment: Shipment, path: str, error: str, size: int | None) -> FileRow:
    """Return the row of a file that cannot be read.

    Args:
        shipment: what would have judged it.
        path: the file.
        error: why, in one sentence.
        size: its bytes, None where not known.
    """
    return FileRow(path, INPUTS, _unjudged(shipment, path, error, size))


def complete_inputs(shipment: Shipment, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return the rows of the table of inputs, also for the files that Spark could not read.

    Args:
        shipment: all that verdicts depend on.
        batches: every file: `file`, `length`, and the `rows` that were made of it.

    Yields:
        rows of the table.
    """
    schema = arrow_schema(INPUTS)
    for batch in batches:
        yield batch_of([row for item in batch.to_pylist() for row in _completed(shipment, item)], schema)


def _completed(shipment: Shipment, item: dict[str, Any]) -> list[Row]:
    rows: list[Row] = item["rows"]
    error = "it cannot be read: it is gone, or nobody may read it"
    return rows or [_unjudged(shipment, item["file"], error, item["length"])]

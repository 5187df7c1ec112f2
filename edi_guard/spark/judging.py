"""What an executor does with files: judges them one after the other and returns rows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from edi_guard.columns import INPUTS, rows_of, unjudged
from edi_guard.columns.arrow import arrow_schema, batch_of, import_arrow, wide_schema
from edi_guard.engine import process
from edi_guard.internal import place_of
from edi_guard.report import make_report
from edi_guard.spark.shipping import unpack
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from edi_guard.columns import Table
    from edi_guard.columns.rows import Row
    from edi_guard.report import Report
    from edi_guard.spark.shipping import Shipment

_ROWS_AT_ONCE: Final = 1_000
# The claims of files from this size on are reported as their rows are made, and not all at once.
_LARGE: Final = 8_000_000


def judge_files(shipment: Shipment, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Judge whole files.

    Args:
        shipment: all that verdicts depend on.
        batches: the files: `path` and `content`.

    Yields:
        rows of `wide_schema`.
    """
    files = (file for batch in batches for file in _files(batch))
    yield from in_batches(row for path, content in files for row in _judged(shipment, path, content))


def in_batches(rows: Iterator[tuple[Table, Row]]) -> Iterator[pa.RecordBatch]:
    """Yield rows of several tables as batches of `wide_schema`."""
    schema = wide_schema()
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield batch_of([{table.name: row} for table, row in some], schema)


def _files(batch: pa.RecordBatch) -> Iterator[tuple[str, Any]]:
    paths, contents = batch.column("path"), batch.column("content")
    for number in range(batch.num_rows):
        yield paths[number].as_py(), contents[number].as_buffer()


def _judged(shipment: Shipment, path: str, content: Any) -> Iterator[tuple[Table, Row]]:
    """Yield a file's rows; one that cannot be judged does not stop the others."""
    report = _report(shipment, path, content)
    if isinstance(report, str):
        yield INPUTS, unjudged(path, report, shipment.today, shipment.tool, content.size)
    else:
        yield from rows_of(report)


def _report(shipment: Shipment, path: str, content: Any) -> Report | str:
    settings = unpack(shipment)
    stream = cast("BinaryIO", import_arrow().BufferReader(content))
    with Source(stream, path) as source:
        try:
            outcome = process(source, settings)
            large = source.size >= _LARGE
            return make_report(outcome, shipment.phi, shipment.hasher, large=large)
        except Exception as error:  # noqa: BLE001 - concerns this file only, and is told
            return f"internal error: {place_of(error)}"


def complete_inputs(shipment: Shipment, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return the rows of the table of inputs, also for the files that Spark could not read.

    Args:
        shipment: all that verdicts depend on.
        batches: every file: `path`, `length`, and the `row` that an executor made of it, null where none did.

    Yields:
        rows of the table.
    """
    schema = arrow_schema(INPUTS)
    for batch in batches:
        yield batch_of([_completed(shipment, item) for item in batch.to_pylist()], schema)


def _completed(shipment: Shipment, item: dict[str, Any]) -> Row:
    row = item["row"]
    if row is not None:
        return cast("Row", row)
    error = "it cannot be read: it is gone, or nobody may read it"
    return unjudged(item["path"], error, shipment.today, shipment.tool, item["length"])

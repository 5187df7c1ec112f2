"""Writes a table as a Parquet file, row group by row group, so that memory does not follow the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, Self

from edi_guard.columns.arrow import arrow_schema, batch_of, import_arrow

if TYPE_CHECKING:
    from types import TracebackType

    import pyarrow as pa

    from edi_guard.columns.rows import Row
    from edi_guard.columns.schema import Table

# Rows wait as Python's objects, which are several times as large, for a short time only.
_ROWS_AT_ONCE: Final = 1_000
# A row group is what a reader skips or reads whole; this is what it holds at most, in memory.
_GROUP_BYTES: Final = 16_000_000


class ParquetTable:
    """A table that is being written."""

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        """Begin a table.

        Raises:
            edi_guard.columns.arrow.NoArrowError: pyarrow is not installed.
        """
        arrow = import_arrow()
        self._schema = arrow_schema(table)
        self._writer = arrow.parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._collect()
            self._write_group()
        self._writer.close()

    def add(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._collect()
            if self._bytes >= _GROUP_BYTES:
                self._write_group()

    def _collect(self) -> None:
        if self._rows:
            batch = batch_of(self._rows, self._schema)
            self._batches.append(batch)
            self._bytes += batch.nbytes
            self._rows = []

    def _write_group(self) -> None:
        if self._batches:
            table = import_arrow().Table.from_batches(self._batches, self._schema)
            self._writer.write_table(table, row_group_size=max(1, table.num_rows))
            self._batches, self._bytes = [], 0

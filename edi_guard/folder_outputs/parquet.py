"""Tables with typed columns for DuckDB, pandas and Spark: a Parquet file for each."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from edi_guard.columns import TABLES, rows_of
from edi_guard.columns.arrow import NoArrowError, import_arrow
from edi_guard.folder_outputs import FormatUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.folder_outputs import Files
    from edi_guard.report import Report


def require() -> None:
    """See that pyarrow is there.

    Raises:
        FormatUnavailableError: it is not installed.
    """
    try:
        import_arrow()
    except NoArrowError as error:
        message = f"--format parquet cannot be written, as {error}"
        raise FormatUnavailableError(message) from error


def write(reports: Iterable[Report], files: Files) -> None:
    """Write ``claims.parquet``, ``findings.parquet`` and ``inputs.parquet``."""
    from edi_guard.columns.parquet import ParquetTable

    with ExitStack() as stack:
        written = {
            table: stack.enter_context(
                ParquetTable(table, stack.enter_context(files(f"{table.name}.parquet")))
            )
            for table in TABLES
        }
        for report in reports:
            for table, row in rows_of(report):
                written[table].add(row)

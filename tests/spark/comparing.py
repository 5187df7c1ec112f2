"""The same files judged here and with Spark, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edi_guard.archives import DiskFile, contents_of
from edi_guard.columns import TABLES, rows_of
from edi_guard.config import archive_limits, build_settings, load_config
from edi_guard.engine import process
from edi_guard.masking import Hasher, Phi
from edi_guard.report import make_report
from tests.columns.plain import plain
from tests.conftest import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pyspark.sql import DataFrame

    from edi_guard.spark import Tables

Rows = dict[str, list[dict[str, Any]]]
KEY = b"a key for tests"


def judged_here(
    paths: Iterable[Path], config: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Rows:
    """Return the rows of files, judged by this process, under the names that Spark gives them."""
    loaded = load_config(config, overrides)
    settings = build_settings(loaded, TODAY)
    rows: Rows = {table.name: [] for table in TABLES}
    for path in paths:
        for content in contents_of(DiskFile(path, f"file:{path}"), archive_limits(loaded.config)):
            with content.open() as source:
                report = make_report(process(source, settings), Phi(loaded.config.phi), Hasher(KEY))
            for table, row in rows_of(report):
                rows[table.name].append(plain(row))
    return _sorted(rows)


def judged_by_spark(made: Tables) -> Rows:
    """Return the rows that Spark makes."""
    frames = {"claims": made.claims, "findings": made.findings, "inputs": made.inputs}
    made.persist()
    try:
        return _sorted({name: collected(frame) for name, frame in frames.items()})
    finally:
        made.unpersist()


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as they would be here."""
    return [row.asDict(recursive=True) for row in frame.collect()]


def _sorted(rows: Rows) -> Rows:
    """Bring files into order; a file's own rows are compared in the order in which they come."""
    return {name: sorted(found, key=lambda row: str(row["path"])) for name, found in rows.items()}

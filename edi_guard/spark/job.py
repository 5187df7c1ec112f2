"""The job as its caller sees it: paths and a configuration in, tables out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyspark import StorageLevel
from pyspark.sql import functions

from edi_guard.columns import CLAIMS, FINDINGS, INPUTS
from edi_guard.spark.judging import complete_inputs, judge_files
from edi_guard.spark.large import judge_large
from edi_guard.spark.reading import find_files
from edi_guard.spark.schema import spark_schema, wide_schema
from edi_guard.spark.shipping import pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from edi_guard.columns import Table
    from edi_guard.spark.reading import Files, Paths
    from edi_guard.spark.shipping import Shipment

# For a moment Java needs more than ten times as much for a whole file; its heap is a gigabyte by default.
SPLIT_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tables:
    """The verdicts on files; each table has the files judged when it is asked for rows, unless they are kept.

    Attributes:
        claims: a row for each claim, with its findings and repairs.
        findings: a row for each finding, also for those that stand above claims.
        inputs: a row for each file, also for those that were refused whole or could not be judged.
    """

    claims: DataFrame
    findings: DataFrame
    inputs: DataFrame
    _judged: DataFrame

    def persist(self) -> None:
        """Have Spark keep the verdicts on its executors' disks, so that files are judged only once."""
        self._judged.persist(StorageLevel.DISK_ONLY)

    def unpersist(self) -> None:
        """Have Spark forget the verdicts that it keeps."""
        self._judged.unpersist()

    def write(self, folder: str | os.PathLike[str], mode: str = "errorifexists") -> None:
        """Write the tables as Parquet into ``claims``, ``findings`` and ``inputs`` below a folder.

        Args:
            folder: of any file system that Spark knows.
            mode: what becomes of tables that are there, as Spark names it.
        """
        named = {"claims": self.claims, "findings": self.findings, "inputs": self.inputs}
        self.persist()
        try:
            for name, table in named.items():
                table.write.mode(mode).parquet(f"{os.fspath(folder).rstrip('/')}/{name}")
        finally:
            self.unpersist()


def check(
    spark: SparkSession,
    paths: Paths | Sequence[Paths],
    config: str | os.PathLike[str] | None = None,
    *,
    today: date | None = None,
    overrides: Mapping[str, object] | None = None,
    options: Mapping[str, str] | None = None,
    key: bytes | None = None,
    split_bytes: int = SPLIT_BYTES,
) -> DataFrame:
    """Judge claim files and return a row for each claim, with its findings and repairs.

    Files that are refused whole have no claims: `tables` has them too. The arguments and what is raised are
    those of `tables`.
    """
    return tables(
        spark,
        paths,
        config,
        today=today,
        overrides=overrides,
        options=options,
        key=key,
        split_bytes=split_bytes,
    ).claims


def tables(
    spark: SparkSession,
    paths: Paths | Sequence[Paths],
    config: str | os.PathLike[str] | None = None,
    *,
    today: date | None = None,
    overrides: Mapping[str, object] | None = None,
    options: Mapping[str, str] | None = None,
    key: bytes | None = None,
    split_bytes: int = SPLIT_BYTES,
) -> Tables:
    """Judge claim files, each as `edi-guard check` would.

    Args:
        spark: the session.
        paths: files, folders or patterns on any file system that Spark knows; every file found is judged,
            gzip files and the claim files in zip archives too.
        config: an ``edi-guard.toml`` on the driver; none is looked for.
        today: the day of the check; today by default. Whoever gives it can have the same verdicts later.
        overrides: settings that count for more than the configuration's, by key: ``{"mode": "strict"}``.
        key: of the hashes that stand for identifiers with ``phi = "none"``; a new one by default.
        split_bytes: files from this size on are cut into parts that all executors work on, one file after
            the other, before this returns; smaller ones are judged whole, many at a time.
        options: of Spark's ``binaryFile`` source: ``{"pathGlobFilter": "*.837"}``.

    Returns:
        the tables; files are found at once, and judged, large ones apart, when a table is asked for rows.

    Raises:
        edi_guard.config.ConfigError: the configuration is wrong.
        edi_guard.policy.PolicyErrors: a mapping is wrong.
        pyspark.errors.AnalysisException: a path does not exist.
        edi_guard.spark.reading.NamedTwiceError: two paths name the same file.
    """
    day = today or datetime.now().astimezone().date()
    shipment = pack(spark, Path(config) if config else None, overrides or {}, day, key)
    files = find_files(spark, paths, options or {})
    judged = files.contents(split_bytes).mapInArrow(partial(judge_files, shipment), wide_schema())
    large = files.large(split_bytes)
    if large:
        judged = judged.unionByName(judge_large(spark, shipment, large))
    return Tables(
        claims=_rows(judged, CLAIMS),
        findings=_rows(judged, FINDINGS),
        inputs=_inputs(files, judged, shipment),
        _judged=judged,
    )


def _rows(judged: DataFrame, table: Table) -> DataFrame:
    return judged.where(judged[table.name].isNotNull()).select(f"{table.name}.*")


def _inputs(files: Files, judged: DataFrame, shipment: Shipment) -> DataFrame:
    """Return the rows of the files that were judged, and one for each other file."""
    row = functions.col(INPUTS.name)
    made = judged.where(row.isNotNull()).select("file", functions.lit(0).cast("bigint").alias("length"), row)
    nothing = functions.lit(None).cast(spark_schema(INPUTS)).alias(INPUTS.name)
    listed = files.listed().select(functions.col("path").alias("file"), "length", nothing)
    every = (
        made.unionByName(listed)
        .groupBy("file")
        .agg(functions.max("length").alias("length"), functions.collect_list(INPUTS.name).alias("rows"))
    )
    return every.mapInArrow(partial(complete_inputs, shipment), spark_schema(INPUTS))

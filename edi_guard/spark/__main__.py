"""``python -m edi_guard.spark``, and what a script for spark-submit calls: judges files, writes tables."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from edi_guard.config import ConfigError
from edi_guard.policy import PolicyErrors
from edi_guard.spark import tables
from edi_guard.spark.reading import NamedTwiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the files that the arguments name, write the tables, and say how many files there were.

    Returns:
        0, or 2 when the configuration or a path is wrong.
    """
    named = parser().parse_args(arguments)
    spark = SparkSession.builder.appName("edi-guard").getOrCreate()
    try:
        return run(spark, named)
    finally:
        spark.stop()


def run(spark: SparkSession, named: argparse.Namespace) -> int:
    """Do what the arguments say, with a session; returns what `main` does."""
    try:
        made = tables(
            spark,
            named.paths,
            named.config,
            today=named.today,
            overrides={"phi": named.phi} if named.phi else {},
            options={"pathGlobFilter": named.names} if named.names else {},
        )
        made.write(named.out, "overwrite" if named.overwrite else "errorifexists")
    except (ConfigError, PolicyErrors, NamedTwiceError, AnalysisException) as error:
        sys.stderr.write(f"{str(error).splitlines()[0]}\n")
        return WRONG_USE
    found = spark.read.parquet(f"{named.out.rstrip('/')}/inputs").groupBy("status").count().collect()
    counts = sorted((row["status"], row["count"]) for row in found)
    sys.stdout.write(f"files: {', '.join(f'{count} {status}' for status, count in counts)}\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(
        prog="edi_guard.spark", description="Judge claim files with Spark and write tables of the verdicts."
    )
    made.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders or patterns, as Spark names them"
    )
    made.add_argument("--out", required=True, metavar="FOLDER", help="gets claims, findings and inputs")
    made.add_argument("--overwrite", action="store_true", help="replace the tables that are there")
    made.add_argument("--config", metavar="FILE", help="an edi-guard.toml on the driver")
    made.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="day of the check, CCYY-MM-DD")
    made.add_argument("--phi", choices=["none", "minimal", "full"], help="how much patient data is shown")
    made.add_argument(
        "--names", metavar="PATTERN", help="only files of folders that are named so, e.g. *.837"
    )
    return made


if __name__ == "__main__":
    sys.exit(main())

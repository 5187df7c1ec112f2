"""Finds claim files with Spark, on any file system that it knows, and reads them on the executors."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

Paths = str | os.PathLike[str]
# A file is one value to Spark, and a value can hold no more.
_LARGEST: Final = 2**31 - 1


class NamedTwiceError(ValueError):
    """A file is named by several of the paths."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files that paths name.

    Attributes:
        spark: the session.
        sizes: of every file, by its path.
        source: Spark's rows of those that are not empty: `path`, `length` and `content`.
    """

    spark: SparkSession
    sizes: Mapping[str, int]
    source: DataFrame

    def listed(self) -> DataFrame:
        """Return `path` and `length` of every file."""
        return self.spark.createDataFrame(list(self.sizes.items()), "path string, length bigint")

    def large(self, least: int) -> dict[str, int]:
        """Return the sizes of the files from a size on, and of those that Spark cannot hold at once."""
        return {path: size for path, size in self.sizes.items() if size >= min(least, _LARGEST)}

    def contents(self, most: int) -> DataFrame:
        """Return `path` and `content` of the files below a size that Spark can read.

        A file that is gone meanwhile, or that nobody may read, has no row.
        """
        found = self.source.where(self.source["length"] < min(most, _LARGEST)).select("path", "content")
        empty = [(path, b"") for path, size in self.sizes.items() if not size]
        if not empty:
            return found
        return found.unionByName(self.spark.createDataFrame(empty, "path string, content binary"))


def find_files(spark: SparkSession, paths: Paths | Sequence[Paths], options: Mapping[str, str]) -> Files:
    """Find the files that paths name, without reading them.

    Args:
        spark: the session.
        paths: files, folders or patterns.
        options: of Spark's ``binaryFile`` source.

    Raises:
        pyspark.errors.AnalysisException: a path does not exist.
        NamedTwiceError: two paths name the same file.
    """
    several = [paths] if isinstance(paths, str | os.PathLike) else paths
    forgiving = {"ignoreCorruptFiles": "true", "ignoreMissingFiles": "true"}
    reader = spark.read.format("binaryFile").options(**forgiving, **options)
    source = reader.load([os.fspath(path) for path in several])
    sizes: dict[str, int] = {}
    for row in source.select("path", "length").collect():
        path = row["path"]
        if path in sizes:
            message = f"{path} is named by several of the paths: name each file once"
            raise NamedTwiceError(message)
        sizes[path] = row["length"]
    return Files(spark, sizes | dict.fromkeys(_empty(source, sizes), 0), source)


def _empty(source: DataFrame, filled: Collection[str]) -> list[str]:
    """Return the files that Spark lists and has no row of: the empty ones.

    Raises:
        RuntimeError: the list names files otherwise than the rows do.
    """
    names = {_unescaped(name) for name in source.inputFiles()}
    if not names.issuperset(filled):
        message = "Spark lists files under other names than it reads them: please report this"
        raise RuntimeError(message)
    return sorted(names.difference(filled))


def _unescaped(name: str) -> str:
    """Return a name of Spark's list, which is a URI, as its rows have it."""
    return re.sub(r"^(\w+):///", r"\1:/", unquote(name))

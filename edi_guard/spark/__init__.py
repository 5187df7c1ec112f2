"""Checks archives of claim files with Apache Spark; the only place that imports pyspark."""

from edi_guard.spark.job import Tables, check, tables
from edi_guard.spark.schema import spark_schema

__all__ = ["Tables", "check", "spark_schema", "tables"]

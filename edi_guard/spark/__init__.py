"""Checks archives of claim files with Apache Spark; the only place that imports pyspark."""

try:
    from edi_guard.spark.job import Tables, check, tables
    from edi_guard.spark.schema import spark_schema
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("py4j", "pyspark"):
        raise
    message = "edi_guard.spark needs pyspark, which is not installed: pip install 'edi-guard[spark]'"
    raise ImportError(message) from error

__all__ = ["Tables", "check", "spark_schema", "tables"]

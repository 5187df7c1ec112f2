"""A job for spark-submit: judges claim files and writes tables of the verdicts.

spark-submit examples/spark_job.py --out s3a://bucket/tables --today 2026-11-23 s3a://bucket/claims/2026
"""

import sys

from edi_guard.spark.__main__ import main

if __name__ == "__main__":
    sys.exit(main())

"""What is measured, each as a command of its own, so that start-up and memory are its own too.

python -m benchmarks.measured pyx12-validation FILE
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path


def pyx12_validation(path: str) -> None:
    """Validate a file as pyx12's own script does; its log is off."""
    import pyx12.params
    import pyx12.x12n_document

    logging.disable(logging.CRITICAL)
    found = pyx12.x12n_document.x12n_document(pyx12.params.params(), path, None, None, None)
    if not found:
        sys.exit("pyx12 does not accept the file")


def pyx12_reader(path: str) -> None:
    """Read a file's segments with pyx12's reader, and do nothing with them."""
    import pyx12.x12file

    logging.disable(logging.CRITICAL)
    with Path(path).open(encoding="ascii") as stream:
        for _ in pyx12.x12file.X12Reader(stream):
            pass


def split(path: str) -> None:
    """Cut a file into segments and elements with ``str.split``: less than any tool can do."""
    text = Path(path).read_text(encoding="ascii")
    for segment in text.split("~"):
        segment.split("*")


MEASURED = {"pyx12-validation": pyx12_validation, "pyx12-reader": pyx12_reader, "split": split}

if __name__ == "__main__":
    MEASURED[sys.argv[1]](sys.argv[2])

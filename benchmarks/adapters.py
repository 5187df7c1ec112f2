"""Runs one of the peers on files, as its own documentation says that one checks, or at least reads, a file.

Run by path, in the environment of the peer, where neither edi-guard nor the benchmarks are::

    python benchmarks/adapters.py PEER ANSWER FILE...

Writes a JSON list to the file ANSWER: for each file the number of errors that the peer reports, null for a
peer that has no checks, or the name of the exception with which it gave up. Imports stand in the functions,
since only one of the peers is there.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class _Counter(logging.Handler):
    """Counts what is logged, and keeps nothing of it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.levelno >= logging.ERROR


def pyx12(path: Path) -> int:
    """Validate against its maps; what it has to say goes to its log."""
    import pyx12.params
    import pyx12.x12n_document

    counter = _Counter()
    logger = logging.getLogger("pyx12")
    logger.handlers, logger.propagate = [counter], False
    found = pyx12.x12n_document.x12n_document(pyx12.params.params(), str(path), None, None, None)
    return max(counter.count, 0 if found else 1)


def linuxforhealth(path: Path) -> int:
    """Read every transaction set into its models, which check as they are made; the first error ends it."""
    from linuxforhealth.x12.io import X12ModelReader
    from pydantic import ValidationError

    try:
        with X12ModelReader(str(path)) as reader:
            for _ in reader.models():
                pass
    except ValidationError as error:
        return len(error.errors())
    return 0


def validedi(path: Path) -> int:
    """Validate by its rules."""
    from validedi import validate

    return int(validate(path).error_count)


def x12_python(path: Path) -> int:
    """Validate; its checks of single segments are not among what that does."""
    from x12 import X12Validator

    return int(X12Validator().validate(path.read_text(encoding="ascii")).error_count)


def openx12(path: Path) -> None:
    """Parse into dictionaries; it has no checks."""
    from openx12 import x837i, x837p

    text = path.read_text(encoding="ascii")
    parse = x837p.parse if "005010X222" in text[:400] else x837i.parse
    parse(text)


def edi_guard(path: Path) -> int:
    """Check; what is only worth knowing is no error, and what is repaired is one."""
    from datetime import date

    from edi_guard import check

    report = check(path, today=date(2026, 11, 23))
    counts = report.summary.findings
    return counts.reject + counts.hold + counts.warn + report.summary.repairs


PEERS: dict[str, Callable[[Path], int | None]] = {
    "edi-guard": edi_guard,
    "pyx12": pyx12,
    "linuxforhealth-x12": linuxforhealth,
    "validedi": validedi,
    "x12-python": x12_python,
    "openx12": openx12,
}


def _result(read: Callable[[Path], int | None], path: str) -> int | str | None:
    try:
        return read(Path(path))
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
        return type(error).__name__


def main(name: str, answer: str, *paths: str) -> None:
    """Have one of the peers look at files."""
    # What peers log costs them time, and nobody reads it.
    logging.disable(logging.WARNING)
    read = PEERS[name]
    Path(answer).write_text(json.dumps([_result(read, path) for path in paths]), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])

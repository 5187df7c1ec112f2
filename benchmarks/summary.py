"""Compares what was planted in a file with what edi-guard's report says about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.generate import Written

# The report of a large file is larger than the file; its summary stands at the beginning.
_HEAD = 1 << 16
_SUMMARY = '"summary":'


class WrongVerdictError(Exception):
    """What was found is not what was planted."""


def read_summary(report: Path) -> dict[str, Any]:
    """Return the summary of a JSON report without reading all of it.

    Raises:
        ValueError: there is none at its beginning.
    """
    with report.open(encoding="utf-8") as stream:
        head = stream.read(_HEAD)
    start = head.index(_SUMMARY) + len(_SUMMARY)
    summary, _ = json.JSONDecoder().raw_decode(head[start:].lstrip())
    return cast("dict[str, Any]", summary)


def verify(written: Written, report: Path) -> None:
    """See that the claims kept back are as many as were planted, and so are those repaired.

    Raises:
        WrongVerdictError: they are not.
    """
    summary = read_summary(report)
    planted = {
        "claims": written.claims,
        "held": written.fates["held"],
        "rejected": written.fates["rejected"],
        "repairs": written.fates["repaired"],
    }
    found = {name: summary[name] for name in planted}
    if found != planted:
        message = f"planted was {planted}, found was {found}"
        raise WrongVerdictError(message)

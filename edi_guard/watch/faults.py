"""Points of the protocol at which the tests kill the process, to show that nothing is lost.

Nothing happens unless the environment names a point: ``EDI_GUARD_FAULT=recorded`` kills the process
when it gets there, ``EDI_GUARD_FAULT=renamed:3`` at the third time.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Final

_VARIABLE: Final = "EDI_GUARD_FAULT"
_PASSED: Counter[str] = Counter()

POINTS: Final = (
    "keyed",
    "tables",
    "begun",
    "claimed",
    "judged",
    "registered",
    "staged",
    "intent",
    "renamed",
    "removed",
    "synced",
    "audited",
    "recorded",
    "archived",
    "cleaned",
)


def fault(point: str) -> None:
    """Die here, if the environment says so."""
    wanted = os.environ.get(_VARIABLE)
    if not wanted:
        return
    name, _, count = wanted.partition(":")
    if name == point:
        _PASSED[point] += 1
        if _PASSED[point] >= int(count or 1):
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

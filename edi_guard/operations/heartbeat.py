"""A small file that says that the service lives, what waits, and what went wrong last."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TRIES: Final = 5


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HeartbeatState:
    """What the file says.

    Attributes:
        at: when it was written.
        state: ``watching``, ``resting``, ``blocked`` or ``stopped``.
        waiting: files in the inbox that are not complete.
        oldest_seconds: how long the oldest of them has been there.
        last_error: what keeps the service from working; empty when nothing does.
    """

    at: datetime
    state: str
    waiting: int
    oldest_seconds: float
    last_error: str

    def is_alive(self, max_age_seconds: float, now: datetime) -> bool:
        """Whether the service wrote lately; a clock that was set back does not make it dead."""
        return self.state != "stopped" and abs((now - self.at).total_seconds()) <= max_age_seconds


class Heartbeat:
    """Writes the file."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        """Write to `path`."""
        self._path = path
        self._now = now

    def beat(self, state: str, *, waiting: int, oldest_seconds: float, last_error: str) -> None:
        """Write the file anew, at once.

        Raises:
            OSError: it cannot be written.
        """
        facts = {
            "at": self._now().astimezone(UTC).isoformat(),
            "state": state,
            "process": os.getpid(),
            "waiting": waiting,
            "oldest_seconds": round(oldest_seconds),
            "last_error": last_error,
        }
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps(facts) + "\n", encoding="utf-8")
        replace_patiently(temporary, self._path)


def replace_patiently(temporary: Path, target: Path) -> None:
    """Rename a file over another one that somebody may be reading, which Windows refuses for a moment.

    Raises:
        OSError: it cannot be renamed.
    """
    for attempt in range(_TRIES):
        try:
            temporary.replace(target)
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def read_heartbeat(path: Path) -> HeartbeatState | None:
    """Return what the file says, None when there is none that can be read."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return HeartbeatState(
            datetime.fromisoformat(facts["at"]),
            str(facts["state"]),
            int(facts["waiting"]),
            float(facts["oldest_seconds"]),
            str(facts["last_error"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None

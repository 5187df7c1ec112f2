"""The audit log: JSON lines, each of which carries the hash of the one before.

Who changes, removes or puts in a line changes every hash behind it, which `verify` finds. Only what is on
the list `FACTS` can be written: no patient data.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from edi_guard.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FACTS: Final = frozenset(
    "job file output sha256 outcome claims clean held rejected released repairs rules policies person reason"
    " override rule ordinal until bytes version".split()
)
_BEGINNING: Final = "0" * 64
_TAIL: Final = 1 << 20
_LINE_END: Final = b"\n"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line: its number from 1, when, what, the facts, the hash before and its own."""

    seq: int
    at: str
    event: str
    facts: dict[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Whether a log is whole; if not, the first bad line (counted from 1) and why."""

    ok: bool
    lines: int
    bad_line: int = 0
    why: str = ""


class AuditLog:
    """Appends lines, safe for several processes."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        """Append to `path`; what a crash left of a line is cut off and kept beside it.

        Raises:
            LedgerError: the log cannot be read or written.
        """
        self.path = path
        self._now = now
        self._lock = FileLock(f"{path}.lock", mode=0o600)
        with self._explained(), self._lock:
            torn = self._cut_torn_line()
        if torn:
            self.append("audit-repaired", bytes=torn)

    def append(self, event: str, **facts: Any) -> AuditLine:
        """Write a line and make it durable.

        Raises:
            ValueError: a fact may not be written.
            LedgerError: the log cannot be written.
        """
        unknown = facts.keys() - FACTS
        if unknown:
            message = f"the audit log may not say {sorted(unknown)}"
            raise ValueError(message)
        with self._explained(), self._lock:
            last = self._last()
            body: dict[str, Any] = {
                "seq": last.seq + 1 if last else 1,
                "at": self._now().astimezone(UTC).isoformat(),
                "event": event,
                "facts": facts,
                "prev": last.hash if last else _BEGINNING,
            }
            line = AuditLine(**body, hash=_hash(body))
            self._write(json.dumps({**body, "hash": line.hash}, ensure_ascii=True).encode() + _LINE_END)
        return line

    def find(self, job: str) -> AuditLine | None:
        """Return the line about a job, among the last ones; None when there is none.

        Raises:
            LedgerError: the log cannot be read.
        """
        with self._explained(), self._lock:
            return next((line for line in self._latest() if line.facts.get("job") == job), None)

    # --------------------------------------------------------------- file

    def _last(self) -> AuditLine | None:
        return next(self._latest(), None)

    def _latest(self) -> Iterator[AuditLine]:
        """Yield the last lines, the very last first."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL))
            lines = stream.read().splitlines()
        if size > _TAIL:
            lines = lines[1:]
        for raw in reversed(lines):
            try:
                yield _parsed(raw)
            except (ValueError, KeyError, TypeError) as error:
                message = f"{self.path}: a line cannot be read: run `edi-guard audit verify`"
                raise LedgerError(message) from error

    def _write(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.path, flags, 0o600), "ab") as stream:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())

    def _cut_torn_line(self) -> int:
        """Move what a crash left of a line aside; return how many bytes that were."""
        if not self.path.exists():
            return 0
        with self.path.open("r+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            begin = max(0, size - _TAIL)
            stream.seek(begin)
            tail = stream.read()
            torn = tail.rpartition(_LINE_END)[2]
            if not torn:
                return 0
            with self.path.with_name(f"{self.path.name}.torn").open("ab") as aside:
                aside.write(torn + _LINE_END)
            stream.truncate(size - len(torn))
            stream.flush()
            os.fsync(stream.fileno())
        return len(torn)

    def _explained(self) -> _Explained:
        return _Explained(self.path)


class _Explained:
    """Turns errors of the file system into one sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            message = f"{self._path}: the audit log cannot be written: {error.strerror}"
            raise LedgerError(message) from error


def verify(path: Path) -> AuditVerdict:
    """Check a log line by line.

    Raises:
        LedgerError: it cannot be read.
    """
    seq, prev = 0, _BEGINNING
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                why = _fault(raw, seq + 1, prev)
                if why:
                    return AuditVerdict(ok=False, lines=seq, bad_line=number, why=why)
                line = _parsed(raw)
                seq, prev = line.seq, line.hash
    except FileNotFoundError:
        return AuditVerdict(ok=False, lines=0, why="there is no audit log")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise LedgerError(message) from error
    return AuditVerdict(ok=True, lines=seq)


def _fault(raw: bytes, seq: int, prev: str) -> str:
    try:
        line = _parsed(raw)
    except (ValueError, KeyError, TypeError):
        return "it cannot be read"
    body = {"seq": line.seq, "at": line.at, "event": line.event, "facts": line.facts, "prev": line.prev}
    if raw != json.dumps({**body, "hash": line.hash}, ensure_ascii=True).encode() + _LINE_END:
        return "it was changed"
    if line.hash != _hash(body):
        return "its hash is wrong: it was changed"
    if line.seq != seq:
        return f"line {seq} is missing before it"
    if line.prev != prev:
        return "it does not follow the line before it"
    return ""


def _parsed(raw: bytes) -> AuditLine:
    values = json.loads(raw)
    return AuditLine(
        int(values["seq"]),
        str(values["at"]),
        str(values["event"]),
        dict(values["facts"]),
        str(values["prev"]),
        str(values["hash"]),
    )


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

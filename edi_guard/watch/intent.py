"""The written intent of a job: once it stands, the job is carried to its end, whatever happens.

Until then nothing of the job can be seen outside ``work/``, and it is simply begun again. So a file is
released once or not yet, and never twice: an uploader that took a file away does not get it again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edi_guard.folders import PRIVATE_FILE, OutputError, sync_folder
from edi_guard.ledger.recording import record_file
from edi_guard.ledger.records import FileRecord  # noqa: TC001 - msgspec reads the annotations
from edi_guard.watch.faults import fault

if TYPE_CHECKING:
    from edi_guard.watch.home import Ledger

_NAME: Final = "intent.json"


class Move(msgspec.Struct, frozen=True):
    """A file that stands under a temporary name, and where it belongs."""

    staged: str
    target: str


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What a job does when it is carried out.

    Attributes:
        record: what the ledger gets.
        moves: files to put in place, in this order.
        removals: files that go first, as others take their place.
        original: the input in ``work/``; empty where there is none.
        archive: where the original belongs.
        facts: for the audit log.
    """

    record: FileRecord
    moves: tuple[Move, ...] = ()
    removals: tuple[str, ...] = ()
    original: str = ""
    archive: str = ""
    facts: dict[str, str | int | float | bool] = {}


def write_intent(job: Path, intent: Intent) -> None:
    """Write a job's intent into its folder; from now on it will be carried out.

    Raises:
        OSError: it cannot be written.
    """
    temporary = job / f"{_NAME}.tmp"
    handle = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), PRIVATE_FILE
    )
    with os.fdopen(handle, "wb") as stream:
        stream.write(msgspec.json.encode(intent))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(job / _NAME)
    sync_folder(job)


def read_intent(job: Path) -> Intent | None:
    """Return a job's intent, None when there is none yet.

    Raises:
        OSError: it cannot be read.
    """
    path = job / _NAME
    if not path.exists():
        return None
    return msgspec.json.decode(path.read_bytes(), type=Intent)


def carry_out(job: Path, intent: Intent, ledger: Ledger) -> None:
    """Do what an intent says; what is done already is not done again.

    Raises:
        OutputError: a file cannot be put in place; to be tried again.
        LedgerError: the ledger cannot be written; to be tried again.
    """
    for removal in intent.removals:
        _remove(Path(removal))
        fault("removed")
    for move in intent.moves:
        _put(Path(move.staged), Path(move.target))
        fault("renamed")
    for folder in sorted({str(Path(move.target).parent) for move in intent.moves}):
        _sync(Path(folder))
    fault("synced")
    _audit(intent, ledger)
    fault("audited")
    record_file(ledger.database, intent.record)
    fault("recorded")
    if intent.original:
        _put(Path(intent.original), Path(intent.archive))
        _sync(Path(intent.archive).parent)
    fault("archived")
    remove_job(job)
    fault("cleaned")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path}: cannot be removed: {error.strerror}"
        raise OutputError(message) from error


def _put(staged: Path, target: Path) -> None:
    """Rename a file into place; if it is not there any more, that was done before."""
    try:
        staged.replace(target)
    except FileNotFoundError:
        if not target.parent.is_dir():
            message = f"{target.parent}: the folder is gone: create it again"
            raise OutputError(message) from None
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror}"
        raise OutputError(message) from error


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        message = f"{folder}: cannot be written: {error.strerror}"
        raise OutputError(message) from error


def _audit(intent: Intent, ledger: Ledger) -> None:
    job = intent.record.job
    if intent.facts and ledger.audit.find(job) is None:
        ledger.audit.append(intent.record.kind.value, job=job, **intent.facts)


def remove_job(job: Path) -> None:
    """Remove a job's folder with what is left in it, the intent last.

    Raises:
        OutputError: it cannot be removed.
    """
    try:
        for path in sorted(job.rglob("*"), key=lambda path: (path.name == _NAME, -len(path.parts))):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        job.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"{job}: cannot be removed: {error.strerror}"
        raise OutputError(message) from error

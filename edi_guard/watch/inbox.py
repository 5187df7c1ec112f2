"""Looks into a folder that others write into, and takes out what is complete."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.folders import OutputError, sync_folder
from edi_guard.watch.faults import fault
from edi_guard.watch.litter import is_litter
from edi_guard.watch.settling import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands in a folder.

    Attributes:
        entries: files that may be claims.
        links: names that lead elsewhere, which are never followed.
    """

    entries: list[Entry] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def list_folder(folder: Path) -> Listing:
    """Return what stands in a folder, litter and folders left out.

    Raises:
        OutputError: the folder cannot be read.
    """
    listing = Listing()
    try:
        with os.scandir(folder) as found:
            for item in found:
                if is_litter(item.name):
                    continue
                if item.is_symlink():
                    listing.links.append(item.name)
                    continue
                _add(item, folder, listing)
    except OSError as error:
        message = f"{folder}: cannot be read: {error.strerror}"
        raise OutputError(message) from error
    return listing


def _add(item: os.DirEntry[str], folder: Path, listing: Listing) -> None:
    try:
        status = item.stat(follow_symlinks=False)
    except FileNotFoundError:
        # Somebody took it away since the folder was read.
        return
    if stat.S_ISREG(status.st_mode):
        listing.entries.append(Entry(item.name, status.st_size, status.st_mtime_ns, folder / item.name))


def is_unchanged(path: Path, entry: Entry) -> bool:
    """Whether a file is still as it was when it was seen."""
    try:
        status = path.stat(follow_symlinks=False)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (entry.size, entry.mtime_ns) and stat.S_ISREG(
        status.st_mode
    )


def take(entry: Entry, job: Path) -> Path | None:
    """Move a file into a job's folder.

    Returns:
        where it is now; None when somebody still has it open, took it away, or changed it.

    Raises:
        OutputError: the folder cannot be written.
    """
    taken = job / entry.name
    try:
        entry.path.rename(taken)
    except (FileNotFoundError, PermissionError):
        # A writer on Windows holds the file, or it is gone: it is looked at again with the next scan.
        return None
    except OSError as error:
        message = f"{job}: cannot be written: {error.strerror}"
        raise OutputError(message) from error
    for folder in (job, entry.path.parent):
        sync_folder(folder)
    fault("claimed")
    if not is_unchanged(taken, entry):
        return None if put_back(taken, entry.path.parent) else taken
    return taken


def put_back(taken: Path, inbox: Path) -> bool:
    """Put a file that changed meanwhile back to where it came from; False when that place is taken."""
    target = inbox / taken.name
    try:
        if target.exists():
            return False
        taken.rename(target)
    except OSError:
        return False
    return True


def job_folders(work: Path) -> Iterator[Path]:
    """Yield the folders of unfinished jobs, oldest first.

    Raises:
        OutputError: the folder cannot be read.
    """
    try:
        yield from sorted(path for path in work.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError as error:
        message = f"{work}: cannot be read: {error.strerror}"
        raise OutputError(message) from error


def file_of(job: Path) -> Path | None:
    """Return the file from the inbox in a job's folder, None when there is none."""
    names = sorted(path for path in job.iterdir() if path.is_file() and not is_own(path.name))
    return names[0] if names else None


def is_own(name: str) -> bool:
    """Whether a file in a job's folder is ours and not the one from the inbox."""
    return name in OWN_NAMES


OWN_NAMES = frozenset({"intent.json", "intent.json.tmp", ".attempts"})

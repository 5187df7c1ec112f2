"""Files in an inbox that are no claims: half-written ones, and what systems leave lying about."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

# Each pattern, in lower case, with why it is left alone.
LITTER: Final = {
    "*.tmp": "a writer has not finished it",
    "*.temp": "a writer has not finished it",
    "*.part": "a transfer has not finished it",
    "*.partial": "a transfer has not finished it",
    "*.filepart": "WinSCP has not finished it",
    "*.inprogress": "a transfer has not finished it",
    "*.writing": "a writer has not finished it",
    "*.crdownload": "a browser has not finished it",
    "*.download": "a browser has not finished it",
    "*.!sync": "a synchronisation has not finished it",
    "*.lock": "a lock, not a file of its own",
    "*.swp": "an editor's memory",
    "*.bak": "an editor's copy",
    "*~": "an editor's copy",
    "~$*": "an office program's lock",
    "~*.tmp": "an office program's memory",
    ".*": "hidden, among them .DS_Store and what synchronisation keeps",
    "desktop.ini": "Windows's view of the folder",
    "thumbs.db": "Windows's pictures of the folder",
    "ehthumbs.db": "Windows's pictures of the folder",
    "@eadir": "a Synology's index",
    "@recycle": "a QNAP's bin",
    "#recycle": "a Synology's bin",
    "#snapshot": "a Synology's snapshots",
    "$recycle.bin": "Windows's bin",
    "system volume information": "Windows's own folder",
    "lost+found": "the file system's own folder",
}


def is_litter(name: str) -> bool:
    """Whether a file of this name is left alone."""
    lowered = name.lower()
    return any(fnmatchcase(lowered, pattern) for pattern in LITTER)

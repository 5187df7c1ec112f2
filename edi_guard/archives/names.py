"""Which names are claim files, and how what comes out of an archive is called."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLAIM_SUFFIXES: Final = frozenset({".837", ".edi", ".txt", ".x12", ".dat"})
GZIP: Final = ".gz"
ZIP: Final = ".zip"
# Inside an archive these are named and not opened.
PACKED_SUFFIXES: Final = frozenset({GZIP, ZIP, ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst", ".z"})
_UNFINISHED: Final = (".tmp", ".part", ".filepart", ".inprogress", ".lock")
_FOREIGN_FOLDER: Final = "__MACOSX"
_CLAIMS: Final = ".837"
# What Windows or a shell would take for something else.
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*]')
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
# Suffixes of reports, and of temporary names, are put behind it; a file system takes 255 bytes.
_LONGEST: Final = 180


def is_wanted(name: str, suffixes: frozenset[str] = CLAIM_SUFFIXES) -> bool:
    """Whether a file of a folder is looked at: by its name, or as an archive by what its name promises.

    Args:
        name: the file name.
        suffixes: how wanted files end; by default those of claim files.
    """
    lowered = name.lower()
    if lowered.startswith(".") or lowered.endswith(_UNFINISHED):
        return False
    path = PurePosixPath(lowered)
    if path.suffix == GZIP:
        inner = PurePosixPath(path.stem).suffix
        return not inner or inner in suffixes
    return path.suffix == ZIP or path.suffix in suffixes


def is_wanted_member(path: str, suffixes: frozenset[str]) -> bool:
    """Whether a file in an archive is looked at, by the rule for files in folders; archives are."""
    parts = path.split("/")
    if any(part.startswith(".") and part not in (".", "..") for part in parts) or _FOREIGN_FOLDER in parts:
        return False
    lowered = parts[-1].lower()
    suffix = PurePosixPath(lowered).suffix
    return not lowered.endswith(_UNFINISHED) and (suffix in suffixes or is_packed(path))


def is_packed(path: str) -> bool:
    """Whether a file in an archive is an archive by its name."""
    return PurePosixPath(path.lower()).suffix in PACKED_SUFFIXES


def leads_out(path: str) -> bool:
    """Whether a path in an archive is none below the archive."""
    return path.startswith("/") or _DRIVE.match(path) is not None or ".." in path.split("/")


def packing_suffix(name: str) -> str:
    """Return the end of a name that says how its content is packed, as it is written; else nothing."""
    lowered = name.lower()
    return next((name[-len(suffix) :] for suffix in (GZIP, ZIP) if lowered.endswith(suffix)), "")


def inner_name(name: str) -> str:
    """Return how the one file in an archive is called, by the archive's name."""
    suffix = packing_suffix(name)
    inner = name.removesuffix(suffix) if suffix else name
    return inner if not suffix or PurePosixPath(inner).suffix else f"{inner}{_CLAIMS}"


def shown(path: str) -> str:
    """Return a path from an archive as it may be printed."""
    return "".join(character if character.isprintable() else "?" for character in path)


def unique_names(paths: Sequence[str]) -> list[str]:
    """Return safe file names for the files of an archive, each another one.

    A name that comes twice gets the folders before it, and where that does not help a number.
    """
    names = [_safe(path.rpartition("/")[2]) for path in paths]
    names = _where_repeated(names, [_safe(path.replace("/", "-")) for path in paths])
    taken: set[str] = set()
    # Where names are many and alike, nobody tries all numbers again for each.
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(2))
    unique: list[str] = []
    for name in names:
        path = PurePosixPath(name)
        free = name
        while _folded(free) in taken:
            free = f"{path.stem}-{next(numbers[_folded(name)])}{path.suffix}"
        taken.add(_folded(free))
        unique.append(free)
    return unique


def _where_repeated(names: Sequence[str], others: Sequence[str]) -> list[str]:
    count = Counter(map(_folded, names))
    return [other if count[_folded(name)] > 1 else name for name, other in zip(names, others, strict=True)]


def _folded(name: str) -> str:
    """Return what file systems that know no capitals, or spell letters their own way, take a name for."""
    return unicodedata.normalize("NFC", name).casefold()


def _safe(name: str) -> str:
    plain = _UNSAFE.sub("_", "".join(c if c.isprintable() else "_" for c in name)).strip(" ").rstrip(".")
    if _DEVICE.match(plain) or plain.startswith("."):
        plain = f"_{plain}"
    path = PurePosixPath(plain)
    room = _LONGEST - len(path.suffix.encode())
    return f"{path.stem.encode()[:room].decode(errors='ignore')}{path.suffix}"

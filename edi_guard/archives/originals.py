"""What was given: a file, bytes in memory, or what came on standard input."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol


class Original(Protocol):
    """What was given, as it can be opened again and again."""

    @property
    def path(self) -> str:
        """How reports call it."""

    @property
    def name(self) -> str:
        """Its file name."""

    def open(self) -> BinaryIO:
        """Open it at its beginning.

        Raises:
            OSError: it cannot be opened.
        """


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file, and how reports call it."""

    place: Path
    path: str

    @property
    def name(self) -> str:
        """Its file name."""
        return self.place.name

    def open(self) -> BinaryIO:
        """Open it at its beginning."""
        return self.place.open("rb")


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes, and how reports call them."""

    data: bytes
    path: str

    @property
    def name(self) -> str:
        """Its file name."""
        return Path(self.path).name

    def open(self) -> BinaryIO:
        """Open them at their beginning."""
        return io.BytesIO(self.data)


@dataclass(frozen=True, slots=True)
class Spooled:
    """What was kept in a temporary file, and how reports and outputs call it."""

    stream: BinaryIO
    path: str
    name: str

    def open(self) -> BinaryIO:
        """Open it at its beginning; who has it open already must have read what it wants."""
        stream = os.fdopen(os.dup(self.stream.fileno()), "rb")
        stream.seek(0)
        return stream


class Stamp(NamedTuple):
    """How a file was when it was looked at: which one, its size, its time of change; zeros in memory."""

    device: int = 0
    file: int = 0
    size: int = 0
    changed: int = 0


def stamp_of(stream: BinaryIO) -> Stamp:
    """Return how an open file is now."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, io.UnsupportedOperation):
        return Stamp()
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

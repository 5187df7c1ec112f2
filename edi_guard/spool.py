"""What is known of a large file and looked at again later: in memory while it is little, else on disk.

The file on disk has no name, only this user can read it, and it is gone with the process. Processes that
were forked meanwhile read what stood there then.
"""

from __future__ import annotations

import os
import tempfile
from typing import IO, Final

# So much is kept in memory before any goes to disk, and is written there at a time.
_MOST_IN_MEMORY: Final = 1_000_000


class Spool:
    """Bytes, appended and read back by their place."""

    def __init__(self, most_in_memory: int = _MOST_IN_MEMORY) -> None:
        """Begin empty; `most_in_memory` is in bytes."""
        self._most = most_in_memory
        self._tail = bytearray()
        self._written = 0
        self._file: IO[bytes] | None = None

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        return self._written + len(self._tail)

    def append(self, data: bytes) -> int:
        """Take bytes and return where they begin.

        Raises:
            OSError: the temporary folder is full.
        """
        place = len(self)
        self._tail += data
        if len(self._tail) > self._most:
            self._flush()
        return place

    def read(self, place: int, length: int) -> bytes:
        """Return so many bytes from a place on."""
        on_disk = max(0, min(length, self._written - place))
        start = max(0, place - self._written)
        tail = bytes(self._tail[start : start + length - on_disk])
        return self._from_disk(place, on_disk) + tail if on_disk else tail

    def _from_disk(self, place: int, length: int) -> bytes:
        if self._file is None:
            message = "a spool lost its file"
            raise RuntimeError(message)
        if hasattr(os, "pread"):
            # Processes that share the file share where it stands; this asks nobody where that is.
            return os.pread(self._file.fileno(), length, place)
        self._file.seek(place)
        return self._file.read(length)

    def _flush(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the spool
        self._file.seek(self._written)
        view = memoryview(self._tail)
        while view:
            view = view[self._file.write(view) :]
        self._written += len(self._tail)
        self._tail = bytearray()

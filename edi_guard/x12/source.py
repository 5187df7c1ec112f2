"""The bytes of an input, read in any order and never held whole.

Text is Latin-1 decoded everywhere: each character is one byte, so an offset in text is an offset in
the file, and any byte survives.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

BLOCK = 1 << 20


class Source:
    """A seekable binary stream with offsets."""

    def __init__(self, stream: BinaryIO, name: str, refusal: str = "") -> None:
        """Wrap a stream.

        Args:
            stream: the bytes; closed with the source.
            name: how reports call it.
            refusal: why these are not the bytes of a claim file, where they are none: an archive that
                cannot be read.
        """
        self._stream = stream
        self.name = name
        self.refusal = refusal
        self.size = stream.seek(0, io.SEEK_END)
        self._descriptor = _descriptor(stream)

    @classmethod
    def from_path(cls, path: Path) -> Self:
        """Open a file.

        Raises:
            OSError: the file cannot be opened.
        """
        return cls(path.open("rb"), path.name)

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "-") -> Self:
        """Read from memory."""
        return cls(io.BytesIO(data), name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def is_changed(self) -> bool:
        """Whether what the bytes were taken from was changed since; a file's own bytes say so themselves."""
        return False

    def read(self, start: int, end: int) -> str:
        """Return the text from byte `start` up to `end`, shorter where the file ends."""
        return self.read_bytes(start, end).decode("latin-1")

    def read_bytes(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, shorter where the file ends."""
        wanted = max(0, end - start)
        if self._descriptor is not None:
            return _read_at(self._descriptor, wanted, start)
        self._stream.seek(start)
        return self._stream.read(wanted)

    def blocks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `end` in blocks of a megabyte."""
        stop = self.size if end is None else end
        while start < stop:
            block = self.read_bytes(start, min(start + BLOCK, stop))
            if not block:
                return
            yield block
            start += len(block)


def _descriptor(stream: BinaryIO) -> int | None:
    """Return the descriptor of a file that can be read at a place; None of anything else.

    Processes that share a file share where it stands; reading at a place asks nobody where that is.
    """
    if not hasattr(os, "pread"):
        return None
    try:
        stream.flush()
        return stream.fileno()
    except (OSError, io.UnsupportedOperation):
        return None


def _read_at(descriptor: int, wanted: int, start: int) -> bytes:
    data = os.pread(descriptor, wanted, start)
    # One call returns at most two gigabytes, and over a network sometimes less.
    while len(data) < wanted:
        more = os.pread(descriptor, wanted - len(data), start + len(data))
        if not more:
            break
        data += more
    return data

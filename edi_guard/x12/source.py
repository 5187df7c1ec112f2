"""The bytes of an input, read in any order and never held whole.

Text is Latin-1 decoded everywhere: each character is one byte, so an offset in text is an offset in
the file, and any byte survives.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

BLOCK = 1 << 20


class Source:
    """A seekable binary stream with offsets."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Wrap `stream`, which is closed with the source; `name` is how reports call it."""
        self._stream = stream
        self.name = name
        self.size = stream.seek(0, io.SEEK_END)

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

    def read(self, start: int, end: int) -> str:
        """Return the text from byte `start` up to `end`, shorter where the file ends."""
        return self.read_bytes(start, end).decode("latin-1")

    def read_bytes(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, shorter where the file ends."""
        self._stream.seek(start)
        return self._stream.read(max(0, end - start))

    def blocks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `end` in blocks of a megabyte."""
        stop = self.size if end is None else end
        while start < stop:
            block = self.read_bytes(start, min(start + BLOCK, stop))
            if not block:
                return
            yield block
            start += len(block)

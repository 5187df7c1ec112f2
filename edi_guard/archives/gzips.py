"""Gzip: one member, or several behind each other, which are one file."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from edi_guard.archives.errors import ArchiveError, CutOffError
from edi_guard.archives.spool import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.archives.limits import Limits

MAGIC: Final = b"\x1f\x8b"
# The last four bytes are the size of the last member, as far as they can say it.
_SIZE_BYTES: Final = 4


def gzip_blocks(stream: BinaryIO, packed: int, limits: Limits) -> Iterator[bytes]:
    """Yield what a gzip file expands to, in blocks.

    Args:
        stream: the file, at its beginning.
        packed: its bytes.
        limits: how far it may be expanded.

    Raises:
        CutOffError: it ends in the middle; what was yielded is not all.
        ArchiveError: it is damaged, or too large.
        OSError: it cannot be read.
    """
    expanded = 0
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as members:
            while block := members.read(BLOCK):
                expanded += len(block)
                limits.check(expanded, packed)
                yield block
    except EOFError as error:
        message = "the gzip archive ends in the middle: transfer it again"
        raise CutOffError(message) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        message = (
            "the gzip archive is damaged, or something else stands behind it: transfer it again, as binary"
        )
        raise ArchiveError(message) from error


def stated_size(stream: BinaryIO) -> int:
    """Return the size that a gzip file states: of its last member, in four bytes; it may be a lie."""
    try:
        stream.seek(-_SIZE_BYTES, io.SEEK_END)
    except OSError:
        return 0
    return int.from_bytes(stream.read(_SIZE_BYTES), "little")

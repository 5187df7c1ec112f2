"""Zip: a table of contents that is not believed, and members that are read to their last byte.

Only what every program writes is expanded, stored and deflated members: other methods may give gigabytes
at one step.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from edi_guard.archives.errors import ArchiveError, CutOffError
from edi_guard.archives.spool import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.archives.limits import Limits

# A member, an archive without any, and the first of several parts.
MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MEMBER: Final = MAGIC[0]
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_HEADER: Final = struct.Struct("<4s22xHH")
_MODE_SHIFT: Final = 16
# Some fifty thousand members; the table is read at once.
_LONGEST_TABLE: Final = 8 << 20
_PACKED_BLOCK: Final = 1 << 16
_DAMAGED: Final = "the zip archive is damaged: transfer it again, as binary"


class ZipEntry(NamedTuple):
    """A file in a zip archive, as the table of contents has it.

    Attributes:
        path: its path in the archive, with ``/``.
        offset: where its header is.
        packed, size: its bytes in the archive, and expanded.
        checksum: the CRC of what it expands to.
        method: how it is compressed.
        is_encrypted: whether it needs a password.
    """

    path: str
    offset: int
    packed: int
    size: int
    checksum: int
    method: int
    is_encrypted: bool


class _Cautious(io.BufferedReader):
    """A file of which nobody reads very much at once, whatever it says of itself."""

    def read(self, size: int | None = -1, /) -> bytes:
        is_short = size is not None and 0 <= size <= _LONGEST_TABLE
        data = super().read(size if is_short else _LONGEST_TABLE + 1)
        if len(data) > _LONGEST_TABLE:
            message = "the zip archive has too many files in it: give it in parts"
            raise ArchiveError(message)
        return data


def is_zip_whole(stream: BinaryIO) -> bool:
    """Whether a zip archive has its end, where the table of contents stands."""
    try:
        return zipfile.is_zipfile(stream)
    except zipfile.BadZipFile:
        # Its end is there, and says something that nobody understands.
        return True


def zip_entries(stream: BinaryIO) -> list[ZipEntry]:
    """Return the files of a zip archive in the order of its table of contents; folders and links left out.

    Args:
        stream: the archive.

    Raises:
        CutOffError: it ends in the middle.
        ArchiveError: it is damaged, or its table of contents cannot be true.
        OSError: it cannot be read.
    """
    if not is_zip_whole(stream):
        message = "the zip archive ends in the middle: transfer it again"
        raise CutOffError(message)
    cautious = _Cautious(cast("io.RawIOBase", stream))
    try:
        with zipfile.ZipFile(cautious) as archive:
            _check_places(archive)
            return [_entry(info) for info in archive.infolist() if _is_file(info)]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise ArchiveError(_DAMAGED) from error
    finally:
        # Otherwise the stream would be closed with it.
        cautious.detach()


def _entry(info: zipfile.ZipInfo) -> ZipEntry:
    return ZipEntry(
        path=info.filename.replace("\\", "/"),
        offset=info.header_offset,
        packed=info.compress_size,
        size=info.file_size,
        checksum=info.CRC,
        method=info.compress_type,
        is_encrypted=bool(info.flag_bits & _ENCRYPTED),
    )


def _is_file(info: zipfile.ZipInfo) -> bool:
    is_link = stat.S_ISLNK(info.external_attr >> _MODE_SHIFT)
    return not is_link and not info.filename.endswith(("/", "\\"))


def _check_places(archive: zipfile.ZipFile) -> None:
    """Make sure that every member has its bytes for itself: shared ones make small archives of huge content.

    Raises:
        ArchiveError: some share bytes, or are not in this file.
    """
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    if any(info.volume for info in infos):
        message = "the zip archive is one of several parts: give it as one file"
        raise ArchiveError(message)
    starts = [info.header_offset for info in infos] + [archive.start_dir]
    ends = [info.header_offset + _HEADER.size + info.compress_size for info in infos]
    if any(start < 0 for start in starts) or any(
        end > following for end, (_, following) in zip(ends, pairwise(starts), strict=True)
    ):
        message = "files in the zip archive overlap, as in those that are made to fill a disk: pack it anew"
        raise ArchiveError(message)


def entry_blocks(stream: BinaryIO, entry: ZipEntry, limits: Limits) -> Iterator[bytes]:
    """Yield what a file in a zip archive expands to, in blocks.

    Args:
        stream: the archive.
        entry: the file.
        limits: how far it may be expanded.

    Raises:
        ArchiveError: it needs a password, is packed in an unusual way, too large, or damaged; what was
            yielded is not all.
        OSError: the archive cannot be read.
    """
    _check_packing(entry)
    limits.check(entry.size, entry.packed)
    packed = _packed_blocks(stream, entry)
    size = checksum = 0
    try:
        for block in packed if entry.method == zipfile.ZIP_STORED else _inflated(packed):
            size += len(block)
            if size > entry.size:
                break
            checksum = zlib.crc32(block, checksum)
            yield block
    except zlib.error as error:
        raise ArchiveError(_DAMAGED) from error
    if (size, checksum) != (entry.size, entry.checksum):
        raise ArchiveError(_DAMAGED)


def _check_packing(entry: ZipEntry) -> None:
    if entry.is_encrypted:
        message = "the file needs a password: take it out of the zip archive, or pack it without one"
        raise ArchiveError(message)
    if entry.method not in _METHODS:
        message = (
            f"the file is packed by method {entry.method}, which is not read: pack it as a usual zip"
            " archive (deflate) or with gzip"
        )
        raise ArchiveError(message)


def _packed_blocks(stream: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    stream.seek(entry.offset)
    head = stream.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_MEMBER):
        raise ArchiveError(_DAMAGED)
    _, name, extra = _HEADER.unpack(head)
    stream.seek(name + extra, io.SEEK_CUR)
    left = entry.packed
    while left:
        block = stream.read(min(left, _PACKED_BLOCK))
        if not block:
            raise ArchiveError(_DAMAGED)
        left -= len(block)
        yield block


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what deflated blocks expand to, never much at once; all of them must belong to it.

    Raises:
        ArchiveError: it ends in the middle, or before the blocks do.
        zlib.error: it is damaged.
    """
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in packed:
        rest = block
        while True:
            expanded = machine.decompress(rest, BLOCK)
            rest = machine.unconsumed_tail
            if expanded:
                yield expanded
            elif not rest:
                break
        if machine.unused_data:
            break
    if not machine.eof or machine.unused_data or next(iter(packed), b""):
        raise ArchiveError(_DAMAGED)

"""What there is to read in what was given: the file itself, or what is packed in it.

A gzip file is read whole or not at all. In a zip archive each claim file stands for itself: one that is
damaged, or needs a password, is refused, and the others are read. Where the table of contents cannot be
true (two files of one name, a path that leads elsewhere, files that overlap) nothing of it is.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from edi_guard.archives import gzips, zips
from edi_guard.archives.errors import ArchiveError, CutOffError
from edi_guard.archives.names import (
    CLAIM_SUFFIXES,
    inner_name,
    is_packed,
    is_wanted_member,
    leads_out,
    packing_suffix,
    shown,
    unique_names,
)
from edi_guard.archives.originals import stamp_of
from edi_guard.archives.spool import spool
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.archives.limits import Limits
    from edi_guard.archives.originals import Original, Stamp
    from edi_guard.archives.zips import ZipEntry

_HEAD: Final = 512
# How many times its size a packed claim file may well have.
_USUAL_RATIO: Final = 8
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"
_TAR: Final = slice(257, 262)
_TAR_MAGIC: Final = b"ustar"
_INSIDE: Final = "it is an archive inside an archive, which is not opened: take it out and give it by itself"

C = TypeVar("C", bound="Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(ABC):
    """One file to read.

    Attributes:
        original: what was given.
        path: how reports call it.
        name: how its outputs are called.
        size: its bytes, or a guess at them, before it is read.
        is_alone: whether it is all there is in the original, whose bytes stand for it where it cannot be
            read; else nothing does.
    """

    original: Original
    path: str
    name: str
    size: int
    is_alone: bool = True

    def open(self) -> Source:
        """Open it; of what cannot be expanded, the source says why.

        Raises:
            SpoolError: there is no room for it.
            OSError: the original cannot be read.
        """
        try:
            return self.expand()
        except ArchiveError as error:
            stream = self.original.open() if self.is_alone else io.BytesIO()
            return Source(stream, self.path, refusal=str(error))

    @abstractmethod
    def expand(self) -> Source:
        """Open it.

        Raises:
            ArchiveError: it cannot be expanded.
            SpoolError: there is no room for it.
            OSError: the original cannot be read.
        """


class _Plain(Content):
    """A file that is no archive."""

    __slots__ = ()

    def expand(self) -> Source:
        return Source(self.original.open(), self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused(Content):
    """What is known to be unreadable."""

    reason: str

    def expand(self) -> Source:
        raise ArchiveError(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed(Content):
    """What is expanded into a private temporary file."""

    limits: Limits
    stamp: Stamp

    def expand(self) -> Source:
        stream = self.original.open()
        try:
            stamp = stamp_of(stream)
            self._check(stamp)
            expanded = spool(_checked(self._blocks(stream)))
            return _Expanded(expanded, self.path, stream, stamp)
        except BaseException:
            stream.close()
            raise

    def _check(self, stamp: Stamp) -> None:
        if stamp != self.stamp:
            message = "the archive was changed since it was looked at: run again"
            raise ArchiveError(message)

    @abstractmethod
    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield its bytes."""


class _Gzipped(_Packed):
    __slots__ = ()

    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        return gzips.gzip_blocks(stream, _size_of(stream), self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member(_Packed):
    entry: ZipEntry

    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        return zips.entry_blocks(stream, self.entry, self.limits)


class _Expanded(Source):
    """What was expanded; it counts as changed when the archive was, since."""

    def __init__(self, stream: BinaryIO, name: str, archive: BinaryIO, stamp: Stamp) -> None:
        super().__init__(stream, name)
        self._archive = archive
        self._stamp = stamp

    def is_changed(self) -> bool:
        return stamp_of(self._archive) != self._stamp

    def close(self) -> None:
        self._archive.close()
        super().close()


def _checked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield blocks, unless they are an archive themselves."""
    first = next(blocks, b"")
    if _is_gzip(first) or _is_zip(first) or first[_TAR] == _TAR_MAGIC:
        raise ArchiveError(_INSIDE)
    yield first
    yield from blocks


def _is_gzip(head: bytes) -> bool:
    return head.startswith(gzips.MAGIC)


def _is_zip(head: bytes) -> bool:
    return head.startswith(zips.MAGIC)


def contents_of(
    original: Original, limits: Limits, suffixes: frozenset[str] = CLAIM_SUFFIXES
) -> list[Content]:
    """Return what there is to read, at least one content; what cannot be read says so when it is opened.

    Args:
        original: what was given.
        limits: how far an archive may be expanded.
        suffixes: how the names of wanted files in archives end.

    Raises:
        OSError: the original cannot be read.
    """
    with original.open() as stream:
        head = stream.read(_HEAD)
        if _is_zip(head):
            try:
                return _members(original, stream, limits, suffixes)
            except ArchiveError as error:
                return [_refused(original, str(error))]
        size = _size_of(stream)
        name = inner_name(original.name)
        if _is_gzip(head):
            return [
                _Gzipped(
                    original=original,
                    path=original.path,
                    name=name,
                    size=max(size * _USUAL_RATIO, gzips.stated_size(stream)),
                    limits=limits,
                    stamp=stamp_of(stream),
                )
            ]
    if packing_suffix(original.name) and head and not head.lstrip(_BLANKS).startswith(b"ISA"):
        return [_refused(original, "its name is an archive's and its content is none: transfer it again")]
    return [_Plain(original=original, path=original.path, name=name, size=size)]


def plain_content(original: Original) -> Content:
    """Return what was given, unread, as it is."""
    return _Plain(original=original, path=original.path, name=original.name, size=0)


def _size_of(stream: BinaryIO) -> int:
    place = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(place)
    return size


def _refused(original: Original, reason: str) -> Content:
    return _Refused(original=original, path=original.path, name=original.name, size=0, reason=reason)


def _members(original: Original, stream: BinaryIO, limits: Limits, suffixes: frozenset[str]) -> list[Content]:
    """Return the claim files of a zip archive, and the archives in it, which are not opened.

    Raises:
        ArchiveError: nothing of it can be read.
    """
    entries = [entry for entry in zips.zip_entries(stream) if is_wanted_member(entry.path, suffixes)]
    if not entries:
        message = f"there is no file in the zip archive whose name ends in {', '.join(sorted(suffixes))}"
        raise ArchiveError(message)
    _check_paths([entry.path for entry in entries])
    stamp = stamp_of(stream)
    limits.check_size(sum(entry.size for entry in entries))
    names = unique_names([entry.path for entry in entries])
    return [_member(original, entry, name, limits, stamp) for entry, name in zip(entries, names, strict=True)]


def _check_paths(paths: list[str]) -> None:
    for path, count in Counter(paths).items():
        if leads_out(path):
            message = (
                f"a file in the zip archive has the path {shown(path)}, which leads out of it: pack it anew"
            )
            raise ArchiveError(message)
        if count > 1:
            message = (
                f"{count} files in the zip archive are called {shown(path)}: nobody knows which one counts"
            )
            raise ArchiveError(message)


def _member(original: Original, entry: ZipEntry, name: str, limits: Limits, stamp: Stamp) -> Content:
    path = f"{original.path}:{shown(entry.path)}"
    if is_packed(entry.path):
        return _Refused(original=original, path=path, name=name, size=0, is_alone=False, reason=_INSIDE)
    return _Member(
        original=original,
        path=path,
        name=name,
        size=entry.size,
        is_alone=False,
        limits=limits,
        stamp=stamp,
        entry=entry,
    )


def only_content(original: Original, limits: Limits, suffixes: frozenset[str] = CLAIM_SUFFIXES) -> Content:
    """Return what there is to read, where one file must be one input: an archive of several is refused.

    Args:
        original: what was given.
        limits: how far an archive may be expanded.
        suffixes: how the names of wanted files in archives end.

    Raises:
        OSError: the original cannot be read.
    """
    contents = contents_of(original, limits, suffixes)
    if len(contents) > 1:
        reason = (
            f"there are {len(contents)} claim files and archives in it, where one is needed: take them out"
        )
        return _refused(original, reason)
    # Its outputs are those of the original, whatever becomes of it.
    return replace(contents[0], is_alone=True)


def is_whole(original: Original, limits: Limits) -> bool | None:
    """Whether an archive has its end; None for what is no archive.

    What is damaged or too large counts as whole: waiting does not mend it.

    Raises:
        OSError: it cannot be read.
    """
    with original.open() as stream:
        head = stream.read(_HEAD)
        if _is_zip(head):
            return zips.is_zip_whole(stream)
        if not _is_gzip(head):
            return None
        size = _size_of(stream)
        stream.seek(0)
        try:
            for _ in gzips.gzip_blocks(stream, size, limits):
                pass
        except CutOffError:
            return False
        except ArchiveError:
            return True
        return True

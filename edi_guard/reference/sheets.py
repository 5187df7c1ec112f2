"""Opens what publishers hand out: text, CSV, spreadsheets, and archives of them.

An archive often has the same table more than once; it is read once, the text first.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final, cast

from edi_guard.reference.errors import ReferenceTableError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TEXTS: Final = frozenset({".txt", ".csv", ".tsv", ".tab", ".prn"})
SPREADSHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls"})
# No table that is published is nearly as large; what is may be an archive made to fill a disk.
MOST_BYTES: Final = 4 << 30
_MOST_FIELD: Final = 1 << 20
_HEAD_LINES: Final = 40
_ENCODING_SAMPLE: Final = 1 << 16

Told = Callable[[int], None]
"""Is told how many bytes more were read."""


def _nobody(_: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Sheet:
    """One table as it came, before anybody knows which it is.

    Attributes:
        name: the file's own name.
        origin: the name of the archive it came in, ``""`` for a file by itself.
    """

    name: str
    origin: str
    _open: Callable[[], AbstractContextManager[Iterable[str] | Iterable[list[str]]]] = field(repr=False)
    is_spreadsheet: bool = False

    @property
    def names(self) -> str:
        """Every name it goes by, in lower case, for what only the name says."""
        return f"{self.origin} {self.name}".lower()

    @cached_property
    def head(self) -> list[str]:
        """The first lines, cells joined by tabs."""
        return list(islice(self.lines(), _HEAD_LINES))

    @cached_property
    def first_rows(self) -> list[list[str]]:
        """The first rows of cells."""
        return list(islice(self.cells(), _HEAD_LINES))

    def lines(self) -> Iterator[str]:
        """Yield the lines without their ends.

        Raises:
            ReferenceTableError: it cannot be read.
        """
        with self._readable() as content:
            if self.is_spreadsheet:
                yield from ("\t".join(row) for row in cast("Iterable[list[str]]", content))
            else:
                yield from (line.rstrip("\r\n") for line in cast("Iterable[str]", content))

    def cells(self) -> Iterator[list[str]]:
        """Yield the rows as cells: of a spreadsheet, or separated by tabs or commas.

        Raises:
            ReferenceTableError: it cannot be read.
        """
        with self._readable() as content:
            if self.is_spreadsheet:
                yield from cast("Iterable[list[str]]", content)
                return
            csv.field_size_limit(_MOST_FIELD)
            delimiter = "\t" if any("\t" in line for line in self._sample()) else ","
            try:
                yield from csv.reader(cast("Iterable[str]", content), delimiter=delimiter)
            except csv.Error as error:
                message = f"{self.name}: this is no table: {error}"
                raise ReferenceTableError(message) from error

    def _sample(self) -> list[str]:
        with self._readable() as content:
            return list(islice(cast("Iterable[str]", content), _HEAD_LINES))

    @contextmanager
    def _readable(self) -> Iterator[Iterable[str] | Iterable[list[str]]]:
        try:
            with self._open() as content:
                yield content
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            reason = getattr(error, "strerror", None) or "it is damaged or not complete"
            message = f"{self.name}: cannot be read: {reason}; get the file from its publisher again"
            raise ReferenceTableError(message) from error


class _Counted(io.RawIOBase):
    """A binary stream that tells how much of it was read, and ends where it would be too long."""

    def __init__(self, stream: IO[bytes], told: Told, name: str) -> None:
        self._stream = stream
        self._told = told
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self._read += len(data)
        self._told(len(data))
        if self._read > MOST_BYTES:
            message = f"{self._name}: more than {MOST_BYTES >> 30} GB are no table that is published"
            raise ReferenceTableError(message)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def sheets_of(path: Path, told: Told = _nobody) -> list[Sheet]:
    """Return the tables in a file: itself, or those of an archive.

    Args:
        path: text, CSV, spreadsheet or zip archive.
        told: is told of the bytes read.

    Raises:
        ReferenceTableError: it is none of these, or cannot be opened.
    """
    if not path.is_file():
        message = f"{path}: there is no such file"
        raise ReferenceTableError(message)
    if path.suffix.lower() in SPREADSHEETS:
        return [_spreadsheet(path.name, "", path.read_bytes)]
    if zipfile.is_zipfile(path):
        return _archived(path, told)
    if path.suffix.lower() == ".zip":
        message = f"{path.name}: this archive is damaged or not complete; get it from its publisher again"
        raise ReferenceTableError(message)
    return [_text(path.name, "", lambda: path.open("rb"), told)]


def _archived(path: Path, told: Told) -> list[Sheet]:
    with zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
    found = []
    for info in members:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        suffix = name.suffix.lower()
        if name.name.startswith((".", "~$")) or "__MACOSX" in name.parts:
            continue
        origin = f"{path.name} {name.parent}"
        opener = _member_opener(path, info)
        if suffix in TEXTS:
            found.append(_text(name.name, origin, opener, told))
        elif suffix in SPREADSHEETS:
            if info.file_size > MOST_BYTES:
                message = f"{name.name}: more than {MOST_BYTES >> 30} GB are no table that is published"
                raise ReferenceTableError(message)
            found.append(_spreadsheet(name.name, origin, _reader_of(opener)))
    # Texts before spreadsheets: a twin that is known already is not read again.
    return sorted(found, key=lambda sheet: sheet.is_spreadsheet)


def _reader_of(opener: Callable[[], IO[bytes]]) -> Callable[[], bytes]:
    def read() -> bytes:
        with opener() as stream:
            return stream.read()

    return read


def _member_opener(path: Path, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        archive = zipfile.ZipFile(path)
        try:
            stream = archive.open(info)
        finally:
            # The stream keeps the file open by itself.
            archive.close()
        return stream

    return opened


def _text(name: str, origin: str, opener: Callable[[], IO[bytes]], told: Told) -> Sheet:
    @contextmanager
    def opened() -> Iterator[Iterable[str]]:
        with opener() as probe:
            sample = probe.read(_ENCODING_SAMPLE)
        stream = io.BufferedReader(_Counted(opener(), told, name), 1 << 20)
        with io.TextIOWrapper(stream, encoding=_encoding(sample), errors="replace", newline="") as text:
            yield text

    return Sheet(name, origin, opened)


def _encoding(sample: bytes) -> str:
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if sample[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    try:
        sample[: len(sample) - 4].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _spreadsheet(name: str, origin: str, read: Callable[[], bytes]) -> Sheet:
    @contextmanager
    def opened() -> Iterator[Iterable[list[str]]]:
        import python_calamine

        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(read()))
            sheet = book.get_sheet_by_index(0)
        except (python_calamine.CalamineError, ValueError, IndexError) as error:
            message = f"{name}: this spreadsheet cannot be read; get it from its publisher again"
            raise ReferenceTableError(message) from error
        yield ([_cell_text(cell) for cell in row] for row in sheet.iter_rows())

    return Sheet(name, origin, opened, is_spreadsheet=True)


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        ReferenceTableError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ReferenceTableError(message) from error

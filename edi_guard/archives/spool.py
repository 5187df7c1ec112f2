"""Private temporary files: without a name, for this process only, gone with it whatever happens."""

from __future__ import annotations

import contextlib
import tempfile
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from edi_guard.archives.errors import SpoolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK: Final = 1 << 20


def spool(blocks: Iterable[bytes]) -> BinaryIO:
    """Keep bytes in a private temporary file, which closing removes.

    Args:
        blocks: the bytes; what they raise is let out, and nothing is left.

    Raises:
        SpoolError: there is no room for them.
    """
    with _explained():
        stream = tempfile.TemporaryFile()  # noqa: SIM115 - who gets it closes it
    try:
        for block in blocks:
            with _explained():
                stream.write(block)
        with _explained():
            stream.flush()
    except BaseException:
        # What is still in memory would be written once more, and may not fit either.
        with contextlib.suppress(OSError):
            stream.close()
        raise
    return cast("BinaryIO", stream)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = f"{error.strerror}; make room there, or let TMPDIR name another folder"
        raise SpoolError(error.errno, words, _folder()) from error


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "a temporary file"


def stream_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of a stream in blocks."""
    while block := stream.read(BLOCK):
        yield block

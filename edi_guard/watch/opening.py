"""Opens a file that came in: itself, or the one claim file that is packed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.archives import DiskFile, SpoolError, only_content
from edi_guard.folders import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from edi_guard.archives import Limits
    from edi_guard.x12 import Source


class Opened(NamedTuple):
    """A file that came in, open.

    Attributes:
        source: its claims, or why there are none to be read.
        name: how its outputs are called, as far as the name is free.
    """

    source: Source
    name: str


def open_claims(path: Path, shown: str, limits: Limits) -> Opened:
    """Open a file that came in.

    Args:
        path: where it stands.
        shown: how reports call it.
        limits: how far it may be expanded, where it is an archive.

    Raises:
        OutputError: it cannot be read, or there is no room to expand it; to be tried again.
    """
    try:
        content = only_content(DiskFile(path, shown), limits)
        return Opened(content.open(), content.name)
    except SpoolError as error:
        message = f"{shown}: cannot be expanded into {error.filename}: {error.strerror}"
        raise OutputError(message) from error
    except OSError as error:
        message = f"{shown}: cannot be read: {error.strerror}"
        raise OutputError(message) from error

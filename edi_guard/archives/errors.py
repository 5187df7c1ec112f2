"""What keeps an archive from being read."""

from __future__ import annotations


class ArchiveError(Exception):
    """Nothing is read of an archive, or of a file in it; a part of a sentence says why and what to do."""


class CutOffError(ArchiveError):
    """The archive ends in the middle: it is damaged, or somebody still writes it."""


class SpoolError(OSError):
    """There is no room for a private temporary file; `filename` is the folder, `strerror` says what to do."""

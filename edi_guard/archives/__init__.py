"""Gzip and zip archives read as they are, as far as is safe; standard input kept, to be read twice."""

from edi_guard.archives.contents import Content, contents_of, is_whole, only_content, plain_content
from edi_guard.archives.errors import ArchiveError, CutOffError, SpoolError
from edi_guard.archives.limits import Limits
from edi_guard.archives.names import CLAIM_SUFFIXES, is_wanted, packing_suffix
from edi_guard.archives.originals import DiskFile, InMemory, Original, Spooled
from edi_guard.archives.spool import spool, stream_blocks

__all__ = [
    "CLAIM_SUFFIXES",
    "ArchiveError",
    "Content",
    "CutOffError",
    "DiskFile",
    "InMemory",
    "Limits",
    "Original",
    "SpoolError",
    "Spooled",
    "contents_of",
    "is_wanted",
    "is_whole",
    "only_content",
    "packing_suffix",
    "plain_content",
    "spool",
    "stream_blocks",
]

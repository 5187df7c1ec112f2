"""Archives as people and as enemies make them, and what comes out of them."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING

from edi_guard.archives import InMemory, Limits, contents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edi_guard.archives import Content

    Change = Callable[[zipfile.ZipFile], None]

LIMITS = Limits()


def zipped(
    members: Iterable[tuple[str | zipfile.ZipInfo, bytes]],
    change: Change | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a zip archive; `change` may alter its table of contents before that is written."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # of a name that comes twice
        for name, data in members:
            archive.writestr(name, data, method)
        if change is not None:
            change(archive)
    return stream.getvalue()


def contents(data: bytes, name: str, limits: Limits = LIMITS) -> list[Content]:
    """Return what there is to read in bytes of a name."""
    return contents_of(InMemory(data, name), limits)


def read(content: Content) -> bytes:
    """Return the bytes of a content; of one that cannot be read, fail."""
    with content.open() as source:
        assert source.refusal == ""
        return b"".join(source.blocks())


def refusal(content: Content) -> str:
    """Return why a content cannot be read; fail if it can."""
    with content.open() as source:
        assert source.refusal
        assert not source.refusal.endswith("."), "the rule ends the sentence"
        return source.refusal


def told(data: bytes, name: str, limits: Limits = LIMITS) -> dict[str, str]:
    """Return what cannot be read in bytes of a name, and why; what can be, with nothing said."""
    found = {}
    for content in contents(data, name, limits):
        with content.open() as source:
            found[content.path] = source.refusal
    return found

"""Keeps the guides, as read from pyx12's maps, in a file of the user's cache folder.

The file's name holds a hash over pyx12's version and the source that reads its maps, so that a file from
before a change of either is not found any more. A cache that cannot be read or written costs a few
hundredths of a second and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from edi_guard.guide import maps

FOLDER_VARIABLE: Final = "EDI_GUARD_CACHE_DIR"
_decoder = msgspec.msgpack.Decoder(maps.GuideMap)


@cache
def cached_map(guide: str) -> maps.GuideMap:
    """Return a guide's map, from the cache where it has it.

    Raises:
        LookupError: pyx12 has no map of that guide.
    """
    file = cache_folder() / f"{guide}-{_fingerprint()}.msgpack"
    # Whoever may write here could as well change the program; still, only data is decoded.
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return _decoder.decode(file.read_bytes())
    # Reading the maps takes lxml and pyx12, which a run with a cache can do without.
    from edi_guard.guide.map_reader import read_map

    made = read_map(guide)
    with contextlib.suppress(OSError):
        _write(file, msgspec.msgpack.encode(made))
    return made


def cache_folder() -> Path:
    """Return the folder: ``EDI_GUARD_CACHE_DIR``, or the platform's place for caches."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("edi-guard", appauthor=False))


@cache
def _fingerprint() -> str:
    folder = Path(str(find_spec("pyx12").origin)).parent  # type: ignore[union-attr]  # a dependency
    digest = hashlib.sha256((folder / "version.py").read_bytes())
    for module in (maps.__file__, str(Path(maps.__file__).with_name("map_reader.py"))):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()[:16]


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise

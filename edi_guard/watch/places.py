"""The folders of a watched folder, and whether they can be worked in safely."""

from __future__ import annotations

import errno
import os
import secrets
from dataclasses import dataclass, fields
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edi_guard.folders import make_folder, sync_folder

if TYPE_CHECKING:
    from edi_guard.config.model import Folders


_PROBE: Final = ".edi-guard-probe-"


class PlacesError(Exception):
    """The folders cannot be worked in; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of the contract, below a root or where the configuration has them."""

    root: Path
    inbox: Path
    work: Path
    clean: Path
    held: Path
    rejected: Path
    failed: Path
    reports: Path
    acks: Path
    archive: Path
    responses: Path

    @property
    def folders(self) -> dict[str, Path]:
        """Every folder but the root, by name."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "root"}


def places_of(root: Path, configured: Folders) -> Places:
    """Return the folders below a root, or where the configuration has them."""
    absolute = root.resolve()
    names = [item.name for item in fields(Places) if item.name != "root"]
    return Places(absolute, **{name: Path(getattr(configured, name) or absolute / name) for name in names})


def make_places(places: Places) -> None:
    """Create the folders that are missing, for the user only.

    Raises:
        PlacesError: one cannot be made.
    """
    for name, folder in places.folders.items():
        try:
            make_folder(folder)
        except OSError as error:
            message = f"{name}: {folder} cannot be created: {error.strerror}"
            raise PlacesError(message) from error


def check_places(places: Places) -> None:
    """Make sure that files can be moved from folder to folder at once and for good.

    Raises:
        PlacesError: a folder is a link, lies in another one or on another volume, or cannot be written.
    """
    folders = places.folders
    for name, folder in folders.items():
        if folder.is_symlink():
            message = f"{name}: {folder} is a link; name the folder itself in the configuration"
            raise PlacesError(message)
        if not folder.is_dir():
            message = f"{name}: {folder} is no folder: move it away"
            raise PlacesError(message)
    for (inner_name, inner), (outer_name, outer) in permutations(folders.items(), 2):
        if _lies_in(inner, outer):
            message = f"{inner_name} ({inner}) lies in {outer_name} ({outer}): give each a folder of its own"
            raise PlacesError(message)
    _check_volume(folders)
    for name, folder in folders.items():
        _check_writing(name, folder)


def _lies_in(inner: Path, outer: Path) -> bool:
    """Whether a folder is another one or lies in it, whatever the spelling of their paths."""
    resolved = inner.resolve()
    return any(_is_same(place, outer) for place in (resolved, *resolved.parents))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _check_volume(folders: dict[str, Path]) -> None:
    volumes = {name: _device(name, folder) for name, folder in folders.items()}
    for name, device in volumes.items():
        if device != volumes["work"]:
            message = (
                f"{name} ({folders[name]}) lies on another volume than work ({folders['work']}): a file"
                " cannot be moved between them at once; put both on one volume"
            )
            raise PlacesError(message)


def _device(name: str, folder: Path) -> int:
    try:
        return folder.stat().st_dev
    except OSError as error:
        message = f"{name}: {folder} cannot be read: {error.strerror}"
        raise PlacesError(message) from error


def _check_writing(name: str, folder: Path) -> None:
    """Make sure that a folder can be written.

    An uploader may take whatever appears in ``clean``: nothing is tried out there. Elsewhere a folder is
    made and taken away again, which also finds what permissions alone do not show.
    """
    try:
        if name == "clean":
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        for left in folder.glob(f"{_PROBE}*"):
            left.rmdir()
        probe = folder / f"{_PROBE}{secrets.token_hex(6)}"
        probe.mkdir(mode=0o700)
        probe.rmdir()
        sync_folder(folder)
    except OSError as error:
        message = f"{name}: {folder} cannot be written: {error.strerror}"
        raise PlacesError(message) from error

from __future__ import annotations

import errno
import io
import os
import stat
import tempfile
from typing import TYPE_CHECKING, NoReturn

import pytest

from edi_guard.archives import Spooled, SpoolError, spool, stream_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files."""
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_what_is_kept_can_be_read_again_and_again(room: Path) -> None:
    data = os.urandom(3_000_000)
    spooled = Spooled(spool(stream_blocks(io.BytesIO(data))), "-", "standard-input.837")
    for _ in range(2):
        with spooled.open() as stream:
            assert stream.read() == data
    spooled.stream.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows removes the file when it is closed")
def test_nobody_else_can_read_it_and_it_has_no_name(room: Path) -> None:
    with spool([b"claims"]) as stream:
        status = os.fstat(stream.fileno())
        assert stat.S_IMODE(status.st_mode) == 0o600
        assert status.st_nlink == 0
        assert status.st_dev == room.stat().st_dev
        assert list(room.iterdir()) == []


class _Full(io.BytesIO):
    """A file on a disk that gets full; also what waits in memory cannot be written when it is closed."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room
        self.was_closed = False

    def write(self, data: object) -> int:
        if self.tell() + len(data) > self._room:  # type: ignore[arg-type]
            _no_space()
        return super().write(data)  # type: ignore[arg-type]

    def close(self) -> None:
        self.was_closed = True
        super().close()
        _no_space()


def _no_space() -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_and_nothing_stays_open(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _Full(10)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: made)
    with pytest.raises(SpoolError) as error:
        spool([b"12345", b"67890", b"1"])
    assert error.value.errno == errno.ENOSPC
    assert error.value.filename == str(room)
    assert "No space left on device; make room there, or let TMPDIR name another folder" in str(error.value)
    assert made.was_closed


def test_no_folder_for_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> NoReturn:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "TemporaryFile", nowhere)
    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with pytest.raises(SpoolError, match="No usable temporary directory"):
        spool([b"claims"])


def test_what_the_bytes_raise_is_let_out(room: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"claims"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spool(broken())
    assert list(room.iterdir()) == []

"""Memory does not follow the size of what is packed: measured by the operating system."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate import Generator
from tests.conftest import effort

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system tells nobody how much memory was used"),
]
MEGABYTE = 1 << 20
LAUNCH = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
EXPAND = """
import sys
from pathlib import Path
from edi_guard.archives import DiskFile, Limits, contents_of
from edi_guard.engine import sha256_of
(content,) = contents_of(DiskFile(Path(sys.argv[1]), "claims"), Limits())
with content.open() as source:
    assert not source.refusal, source.refusal
    assert source.size == int(sys.argv[2]), source.size
    assert sha256_of(source) == sha256_of(source)
"""


def most_memory(*command: str, room: Path) -> int:
    """Run a command and return the most memory it used, in megabytes."""
    # A process counts what the one that began it used: a small one begins it, and not this one.
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, sys.executable, *command],
        env=os.environ | {"TMPDIR": str(room)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert list(room.iterdir()) == []
    return int(done.stdout) // (1024 if sys.platform != "darwin" else MEGABYTE)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def part() -> bytes:
    return "".join(Generator("837P", 1).blocks(8 * MEGABYTE)).encode()


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_a_gigabyte_is_expanded_in_little_memory(tmp_path: Path, room: Path, packing: str) -> None:
    block = part()
    count = effort(1024 * MEGABYTE // len(block))
    small, large = tmp_path / f"small.{packing}", tmp_path / f"large.{packing}"
    for path, blocks in ((small, 1), (large, count)):
        if packing == "gz":
            with gzip.open(path, "wb", compresslevel=1) as stream:
                for _ in range(blocks):
                    stream.write(block)
        else:
            with (
                zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
                archive.open("claims.837", "w", force_zip64=True) as stream,
            ):
                for _ in range(blocks):
                    stream.write(block)
    little = most_memory("-c", EXPAND, str(small), str(len(block)), room=room)
    much = most_memory("-c", EXPAND, str(large), str(len(block) * count), room=room)

    assert much < 60
    assert much < little + 4, "memory follows the size"


def test_a_packed_file_is_cleaned_in_the_memory_of_the_file(tmp_path: Path, room: Path) -> None:
    plain, packed = tmp_path / "plain" / "claims.837", tmp_path / "packed" / "claims.837.gz"
    for path in (plain, packed):
        path.parent.mkdir()
    data = part()
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data, 1))
    used = [
        most_memory(
            *("-m", "edi_guard", "clean", str(path), "--out", str(path.parent / "out")),
            *("--today", "2026-11-23", "-q", "--jobs", "1"),
            room=room,
        )
        for path in (plain, packed)
    ]

    assert (tmp_path / "plain/out/clean/claims.837").read_bytes() == data
    assert (tmp_path / "packed/out/clean/claims.837").read_bytes() == data
    assert used[1] < used[0] + 8

"""What may go wrong around the files: full and read-only disks, crowds, long runs."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.watch.command import Office, claim_file, stop, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB, where this system lets one be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        # Without the right to mount, a limit on the size of files stands for the full disk.
        yield tmp_path / "none"
        return
    yield folder
    subprocess.run(["/bin/umount", "-l", str(folder)], check=True)


def test_a_full_disk_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    if not small_disk.exists():
        pytest.fail("this test mounts a small disk: run it as root, or in a user namespace")
    office = Office(small_disk / "office", tmp_path / "state")
    office.inbox.mkdir(parents=True)
    text = claim_file(1)
    many = text + "".join(claim_file(number) for number in range(2, 60))
    office.put("a.837", many)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 400_000)
    done = office.once()
    assert done.returncode == 2, done.stderr
    assert "No space" in done.stderr
    assert office.names("clean") == []
    filler.unlink()
    done = office.once()
    assert done.returncode == 0, done.stderr
    assert office.everything("clean") == {"clean/a.837": many.encode()}
    assert office.names("work") == []


def test_a_folder_made_read_only_while_the_service_runs(office: Office) -> None:
    service = office.start()
    office.put("a.837", claim_file(1))
    wait_for(lambda: office.names("archive") == ["a.837"])
    # Even who may write everywhere cannot rename into a file.
    (office.root / "clean" / "a.837").unlink()
    shutil.rmtree(office.root / "clean")
    (office.root / "clean").write_text("not a folder")
    office.put("b.837", claim_file(2))
    wait_for(lambda: office.run("status", "--health").returncode == 1)
    assert office.names("archive") == ["a.837"]
    (office.root / "clean").unlink()
    (office.root / "clean").mkdir()
    wait_for(lambda: office.names("archive") == ["a.837", "b.837"])
    stop(service)
    assert office.names("clean") == ["b.837"], office.log_path.read_text()


@pytest.mark.deep
def test_ten_thousand_files(office: Office) -> None:
    for number in range(1, 10_001):
        (office.inbox / f"{number:05d}.837").write_text(claim_file(number))
    begun = time.monotonic()
    service = office.start()
    wait_for(lambda: len(office.names("archive")) >= 500, 300)
    seconds = time.monotonic() - begun
    process = psutil.Process(service.pid)
    memory, handles = process.memory_info().rss, process.num_fds()
    stop(service)
    assert service.returncode == 0
    left, done = len(office.names("inbox")), len(office.names("archive"))
    assert left + done == 10_000
    assert sorted(office.names("clean")) == sorted(office.names("archive"))
    assert memory < 400 * 2**20
    assert handles < 100
    print(f"{done} files in {seconds:.0f} s, {memory >> 20} MB, {handles} handles")  # noqa: T201


@pytest.mark.deep
def test_soak(office: Office) -> None:
    """Memory and handles stay flat; EDI_GUARD_SOAK_SECONDS makes it longer than in CI."""
    seconds = float(os.environ.get("EDI_GUARD_SOAK_SECONDS", "40"))
    service = office.start("--settle-seconds", "0.05")
    process = psutil.Process(service.pid)
    memory: list[int] = []
    handles: list[int] = []
    begun = time.monotonic()
    number = 0
    while time.monotonic() - begun < seconds:
        number += 1
        office.put(f"{number}.837", claim_file(number))
        for name in office.names("clean"):
            (office.root / "clean" / name).unlink()
        time.sleep(0.1)
        memory.append(process.memory_info().rss)
        handles.append(process.num_fds())
    wait_for(lambda: office.names("inbox") == [] and office.names("work") == [])
    stop(service)
    assert service.returncode == 0
    assert len(office.names("archive")) == number
    third = len(memory) // 3
    middle, last = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    assert last < middle * 1.05 + 2 * 2**20, f"{middle / 2**20:.1f} MB grew to {last / 2**20:.1f} MB"
    # What is counted while a file is in hand is more by what it needs.
    assert statistics.median(handles[-third:]) <= statistics.median(handles[third : 2 * third])

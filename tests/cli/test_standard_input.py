"""Standard input is kept where nobody else can read it, and what goes wrong with it is one sentence."""

from __future__ import annotations

import gzip
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_packed import TODAY, tree

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")


def start(tmp_path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    room = tmp_path / "room"
    room.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "edi_guard", *arguments],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(room)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def spooled(process: subprocess.Popen[bytes], room: Path) -> tuple[str, os.stat_result] | None:
    """Return the temporary file that a process has open: its name, and how it is."""
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            name, status = str(link.readlink()), link.stat()
        except OSError:
            continue
        if name.startswith(str(room)) and status.st_size >= 1 << 20:
            return name, status
    return None


@needs_proc
def test_standard_input_is_kept_for_this_process_only_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, "clean", "-", "--out", "out")
    assert process.stdin is not None
    process.stdin.write(b"x" * (3 << 20))
    process.stdin.flush()
    end = time.monotonic() + 60
    while (found := spooled(process, tmp_path / "room")) is None:
        assert time.monotonic() < end, "nothing was kept"
        time.sleep(0.02)
    name, status = found
    assert name.endswith("(deleted)"), "nobody finds it by a name"
    assert status.st_nlink == 0
    assert stat.S_IMODE(status.st_mode) == 0o600
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err.decode().strip() == "interrupted: nothing half-written is left"
    assert tree(tmp_path) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
@pytest.mark.parametrize(
    ("source", "words"),
    [("-", "standard input: cannot be kept in "), ("big.837.gz", "big.837.gz: cannot be expanded into ")],
)
def test_a_full_disk_is_one_sentence(tmp_path: Path, source: str, words: str) -> None:
    """The system's limit of a file's size stands for a disk that is full."""
    (tmp_path / "room").mkdir()
    (tmp_path / "big.837.gz").write_bytes(gzip.compress(os.urandom(3 << 20)))
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
        "from edi_guard.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "check", source, *TODAY],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path / "room")},
        input=b"x" * (3 << 20),
        capture_output=True,
        check=False,
    )

    err = done.stderr.decode()
    assert done.returncode == 2
    assert words + str(tmp_path / "room") in err
    assert "File too large; make room there, or let TMPDIR name another folder" in err
    assert len(err.strip().splitlines()) == 1
    assert list((tmp_path / "room").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_standard_input_that_is_closed() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec '{sys.executable}' -m edi_guard check - <&-"],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert b"standard input is closed" in done.stderr


def test_a_path_that_does_not_exist_is_said_before_anything_is_waited_for(tmp_path: Path) -> None:
    process = start(tmp_path, "check", "-", "nowhere.837")
    _, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert b"nowhere.837: there is no such file" in err

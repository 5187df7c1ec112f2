"""The real command at work, with processes of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path


class Running:
    """``edi-guard`` with ``--jobs 2``, in a session of its own, so that signals can go to all of it."""

    def __init__(self, *arguments: object, cwd: Path | None = None) -> None:
        command = [sys.executable, "-m", "edi_guard", *map(str, arguments)]
        self.process = subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        self._own = psutil.Process(self.process.pid)

    def workers(self) -> list[psutil.Process]:
        """Wait for both processes and return them."""
        end = time.monotonic() + 60
        while len(found := self._own.children()) < 2:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end
            time.sleep(0.002)
        return found

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; return its code and what it said."""
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out.decode(), err.decode()

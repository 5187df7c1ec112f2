"""Runs the real ``edi-guard`` on a real folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests import processes
from tests.conftest import FIXTURES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIMEOUT = 120
PROFESSIONAL = FIXTURES / "837p" / "base_office.edi"
MIXED = FIXTURES / "demo" / "professional.837"


@dataclass
class Office:
    """A watched folder with a state directory of its own."""

    root: Path
    state: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> Office:
        office = cls(folder / "office", folder / "state")
        (office.root / "inbox").mkdir(parents=True)
        return office

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    def variables(self, **more: str) -> dict[str, str]:
        return os.environ | {"EDI_GUARD_STATE_DIR": str(self.state)} | self.environment | more

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        done = processes.run(*arguments, cwd=self.root, environment=self.variables(**more), seconds=TIMEOUT)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def once(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("watch", str(self.root), "--once", "--settle-seconds", "0.05", *arguments, **more)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start the service; what it logs is in `log`, as a pipe that nobody reads would stop it."""
        with self.log_path.open("a") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-m", "edi_guard", "watch", str(self.root)),
                    *("--settle-seconds", "0.2", *arguments),
                ],
                cwd=self.root,
                env=self.variables(**more),
                stdout=log,
                stderr=log,
                text=True,
            )

    @property
    def log_path(self) -> Path:
        return self.root.parent / "log"

    def put(self, name: str, text: str | None = None) -> Path:
        """Let a file appear in the inbox as a careful writer does."""
        target = self.inbox / name
        temporary = self.inbox / f"{name}.tmp"
        if text is None:
            shutil.copyfile(PROFESSIONAL, temporary)
        else:
            temporary.write_bytes(text.encode("latin-1"))
        temporary.rename(target)
        return target

    def names(self, folder: str) -> list[str]:
        path = self.root / folder
        return sorted(item.name for item in path.iterdir()) if path.is_dir() else []

    def everything(self, *folders: str) -> dict[str, bytes]:
        return {
            f"{folder}/{name}": (self.root / folder / name).read_bytes()
            for folder in folders
            for name in self.names(folder)
            if (self.root / folder / name).is_file()
        }


def claim_file(number: int, base: Path = PROFESSIONAL) -> str:
    """Return a fixture's text as another file: other control number, claims and patients."""
    text = base.read_text(encoding="latin-1")
    isa = text[:106]
    own = f"{number:09d}"
    old = isa.split(isa[3])[13]
    text = text.replace(f"{isa[3]}{old}{isa[3]}", f"{isa[3]}{own}{isa[3]}", 1)
    text = text.replace(f"{isa[3]}{old}{isa[-1]}", f"{isa[3]}{own}{isa[-1]}")
    return (
        text.replace("*PCN", f"*P{number}N")
        .replace("*DEMO", f"*D{number}M")
        .replace("*W000000", f"*W{number:06d}")
    )


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it does not become so.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def stop(process: subprocess.Popen[str]) -> None:
    """Stop a service gracefully."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=TIMEOUT)


__all__ = ["MIXED", "PROFESSIONAL", "ROOT", "Office", "claim_file", "stop", "wait_for"]

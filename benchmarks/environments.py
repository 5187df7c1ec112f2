"""Installs peers, each into an environment of its own below the build folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class NotInstalledError(Exception):
    """A peer could not be installed."""


def interpreter(folder: Path, name: str, packages: Sequence[str]) -> Path:
    """Return the Python that has packages installed, and install them where that was not yet done.

    Args:
        folder: where the environments are.
        name: of the environment.
        packages: with their versions; an environment with others is made anew.

    Raises:
        NotInstalledError: pip could not install them.
    """
    home = folder / name
    python = home / "bin" / "python"
    stamp = home / "installed.txt"
    wanted = "\n".join((sys.version, *packages))
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own list
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        message = (
            f"{name} is left out, since it could not be installed; is the Python package index reachable?"
            f" {said[-1] if said else ''}"
        )
        raise NotInstalledError(message.strip())
    stamp.write_text(wanted, encoding="utf-8")
    return python

"""A real PostgreSQL, started for the tests and stopped after them."""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        message = f"{name} is needed: install a PostgreSQL server (Debian: apt-get install postgresql)"
        raise RuntimeError(message)
    return found


def _user() -> str:
    """Return who may run the server: never root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a server whose data lie in `folder`."""
    user = _user()
    data = folder / "data"
    data.mkdir(parents=True)
    root = os.geteuid() == 0
    if root:
        for path in (data, folder):
            shutil.chown(path, user)

    def run(*arguments: str) -> None:
        who = user if root else None
        subprocess.run(arguments, check=True, capture_output=True, timeout=SECONDS, cwd=folder, user=who)

    port = _free_port()
    run(_program("initdb"), "-D", str(data), "-U", "edi", "-A", "trust", "-E", "UTF8")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [_program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    run(*control, "-o", settings, "start")
    try:
        yield f"postgresql://edi@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "fast", "stop")

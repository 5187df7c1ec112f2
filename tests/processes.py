"""Runs ``edi-guard`` in processes of their own that are forked from one that has loaded it.

Loading Python and the command's modules is most of what a run on a small file takes, and the tests run
it some thousand times. Where no process can be forked, each loads everything itself.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.connection import Connection

if sys.platform == "win32":
    _CONTEXT: Final = multiprocessing.get_context("spawn")
else:
    _CONTEXT: Final = multiprocessing.get_context("forkserver")
# What the commands need most; the others' modules are loaded by those that need them, as in real life.
_LOADED: Final = (__name__, "edi_guard.cli.check", "edi_guard.cli.clean", "edi_guard.cli.watch")
_CONTEXT.set_forkserver_preload(list(_LOADED))
_SECONDS: Final = 300
_CHUNK: Final = 1 << 20


def run(
    *arguments: object,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    seconds: float = _SECONDS,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``edi-guard`` and return what it said and its exit code.

    Raises:
        subprocess.TimeoutExpired: it took longer than `seconds`, and was killed.
    """
    words = tuple(map(str, arguments))
    given = dict(os.environ if environment is None else environment)
    place = cwd or Path.cwd()
    if _of_python(given) != _of_python(os.environ):
        command = [sys.executable, "-m", "edi_guard", *words]
        return subprocess.run(
            command, cwd=place, env=given, input=stdin, capture_output=True, timeout=seconds, check=False
        )
    return _forked(words, place, given, stdin, seconds)


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Python reads only when it starts."""
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def _forked(
    words: Sequence[str], place: Path, given: Mapping[str, str], stdin: bytes, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    from_us, to_it = _CONTEXT.Pipe(duplex=False)
    (from_out, out), (from_err, err) = (_CONTEXT.Pipe(duplex=False) for _ in range(2))
    process = _CONTEXT.Process(target=_command, args=(words, str(place), given, (from_us, out, err)))
    process.start()
    for end in (from_us, out, err):
        end.close()
    late = threading.Timer(seconds, process.kill)
    late.start()
    with ThreadPoolExecutor(2) as readers:
        said = [readers.submit(_read, source) for source in (from_out, from_err)]
        _write(to_it, stdin)
        output, errors = (one.result() for one in said)
    process.join()
    in_time = late.is_alive()
    late.cancel()
    late.join()
    code = process.exitcode
    process.close()
    if not in_time:
        raise subprocess.TimeoutExpired(words, seconds, output, errors)
    assert code is not None
    return subprocess.CompletedProcess(words, code, output, errors)


def _read(source: Connection) -> bytes:
    with source:
        return b"".join(iter(lambda: os.read(source.fileno(), _CHUNK), b""))


def _write(target: Connection, data: bytes) -> None:
    with target, contextlib.suppress(BrokenPipeError):
        for start in range(0, len(data), _CHUNK):
            left = data[start : start + _CHUNK]
            while left:
                left = left[os.write(target.fileno(), left) :]


def _command(
    arguments: Sequence[str], cwd: str, environment: Mapping[str, str], ends: Sequence[Connection]
) -> None:
    """Become what ``edi-guard`` is when a shell starts it."""
    from edi_guard.cli import main

    os.environ.clear()
    os.environ.update(environment)
    if sys.platform != "win32":
        time.tzset()
    os.chdir(cwd)
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = ["edi-guard", *arguments]
    try:
        main()
    finally:
        # A forked process leaves them out.
        atexit._run_exitfuncs()

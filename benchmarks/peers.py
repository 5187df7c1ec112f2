"""``make bench-peers``: edi-guard and other programs that read 837 files, on the same bytes in one run.

Each works in a process of its own, from its start to its end, at the fullest check that it offers for a
file. Then all are asked which of some single faults they notice, and what they say about flawless files.
Prints Markdown tables; ``--readme`` puts them into the README, too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.detection import pairs
from benchmarks.environments import NotInstalledError, interpreter
from benchmarks.faults import BOTH
from benchmarks.generate import write
from benchmarks.machine import describe
from benchmarks.paste import MarkMissingError, paste
from benchmarks.peer_list import OWN, PEERS
from benchmarks.peer_tables import Answers, Speed, tables
from benchmarks.processes import CommandFailedError, fastest, run
from edi_guard.workers import available_cores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.detection import Pair
    from benchmarks.peer_list import Peer
    from benchmarks.peer_tables import Answer

MEGABYTE: Final = 1_000_000
NAME: Final = "bench-peers"
TODAY: Final = "2026-11-23"
ADAPTERS: Final = Path(__file__).with_name("adapters.py")
ENVIRONMENTS: Final = Path(__file__).parents[1] / "build" / "peers"


def install(folder: Path, chosen: Iterable[Peer]) -> dict[str, Path]:
    """Return the Python of each peer that could be installed; say of the others that they are left out."""
    found: dict[str, Path] = {}
    for peer in chosen:
        try:
            found[peer.name] = interpreter(folder, peer.name, peer.packages)
        except NotInstalledError as error:
            sys.stderr.write(f"{error}\n")
    return found


def measure(pythons: dict[str, Path], folder: Path, megabytes: float, rounds: int) -> list[Speed]:
    """Return what everybody takes for a flawless file of each kind, and what they say against it."""
    speeds: list[Speed] = []
    for kind in BOTH:
        path = folder / f"{kind}.837"
        size = write(path, kind, round(megabytes * MEGABYTE)).size
        said = {peer.name: folder / f"{kind}-{peer.name}.json" for peer in PEERS if peer.name in pythons}
        costs = fastest(_commands(pythons, path, said), rounds)
        errors = {name: _read(answer)[0] for name, answer in said.items()}
        errors[OWN.name] = ask(Path(sys.executable), OWN.name, [path], folder)[0]
        speeds += [
            Speed(name, does, kind, size / MEGABYTE, cost, errors[name])
            for (name, does), cost in costs.items()
        ]
    return speeds


def _commands(
    pythons: dict[str, Path], path: Path, said: dict[str, Path]
) -> dict[tuple[str, str], list[str]]:
    own = [sys.executable, "-m", "edi_guard"]
    rest = [str(path), "--today", TODAY, "-q"]
    out = ["--out", str(path.parent / "out"), "--force"]
    commands = {(OWN.name, "`check`, one process"): [*own, "check", *rest, "--jobs", "1"]}
    if (cores := available_cores()) > 1:
        commands[OWN.name, f"`check`, {cores} processes"] = [*own, "check", *rest, "--jobs", str(cores)]
    commands[OWN.name, "`clean`, one process"] = [*own, "clean", *rest, *out, "--jobs", "1"]
    for peer in PEERS:
        if peer.name in pythons:
            command = _adapter(pythons[peer.name], peer.name, said[peer.name], [path])
            commands[peer.name, peer.does] = command
    return commands


def _adapter(python: Path, name: str, answer: Path, paths: Sequence[Path]) -> list[str]:
    return [str(python), str(ADAPTERS), name, str(answer), *map(str, paths)]


def _read(answer: Path) -> list[Answer]:
    said: list[Answer] = json.loads(answer.read_text(encoding="ascii"))
    return said


def ask(python: Path, name: str, paths: Sequence[Path], folder: Path) -> list[Answer]:
    """Return what a program says about files; see `Answer`.

    Args:
        python: that has it installed.
        name: of the program.
        paths: the files.
        folder: where its answer may be written.

    Raises:
        CommandFailedError: it ended without an answer.
    """
    answer = folder / f"{name}.json"
    run(_adapter(python, name, answer, paths), accepted=[0])
    return _read(answer)


def question(pythons: dict[str, Path], folder: Path, asked: Sequence[Pair]) -> list[Answers]:
    """Return what every program says about pairs of files, written below a folder."""
    paths: list[Path] = []
    for number, pair in enumerate(asked):
        for name, text in (("right", pair.right), ("wrong", pair.wrong)):
            path = folder / f"{number}-{name}.837"
            path.write_text(text, encoding="ascii", newline="")
            paths.append(path)
    answers = []
    for name, python in pythons.items():
        said = ask(python, name, paths, folder)
        answers.append(Answers(name, tuple(zip(asked, said[::2], said[1::2], strict=True))))
    return answers


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--megabytes", type=float, default=5, help="size of the flawless files (5)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each, of which the fastest counts (2)")
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS, help="where peers are installed")
    parser.add_argument("--folder", type=Path, help="where the files are written (the system's place)")
    parser.add_argument("--readme", type=Path, help="put the tables into this document, too")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Install, measure, ask, print tables; return 1 when no peer could be had or something went wrong."""
    arguments = _parser().parse_args(words)
    pythons = install(arguments.environments, PEERS)
    if not pythons:
        return 1
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        # Tables that somebody has imported would be looked into.
        os.environ["EDI_GUARD_REFERENCE_STORE"] = str(folder / "none.sqlite")
        try:
            machine = describe()
            speeds = measure(pythons, folder, arguments.megabytes, arguments.rounds)
            everybody = {OWN.name: Path(sys.executable), **pythons}
            answers = question(everybody, folder, list(pairs()))
            shown = [OWN, *(peer for peer in PEERS if peer.name in pythons)]
            text = tables(speeds, answers, shown, machine)
            sys.stdout.write(f"{text}\n")
            if arguments.readme:
                paste(arguments.readme, NAME, text)
        except (CommandFailedError, MarkMissingError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

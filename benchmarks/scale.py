"""``make bench-scale``: how cost grows with the size of a file, with processes, and with what is wrong in it.

Files of growing size, files with more and more faults, and a file that is one single transaction set are
checked and cleaned with one process and with several. Prints Markdown tables; ``--readme`` puts them into
the README, too. What was planted must be found: a run that keeps other claims back fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.generate import CLAIMS_PER_TRANSACTION, write
from benchmarks.machine import describe
from benchmarks.paste import MarkMissingError, paste
from benchmarks.processes import CommandFailedError, fastest
from benchmarks.scale_tables import Measurement, tables
from benchmarks.summary import WrongVerdictError, verify
from edi_guard.workers import available_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEGABYTE: Final = 1_000_000
TODAY: Final = "2026-11-23"
NAME: Final = "bench-scale"
INTERRUPTED: Final = 130
# Files above this many megabytes are run once: what else the machine does weighs less there.
_OFTEN: Final = 10


@dataclass(frozen=True)
class File:
    """A file to be written and measured.

    Attributes:
        megabytes: its size.
        percent: of its claims have a fault.
        is_giant: whether it is one single transaction set.
    """

    megabytes: float
    percent: float
    is_giant: bool = False


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes:
        kind: ``837P`` or ``837I``.
        files: on which files.
        jobs: with how many processes each.
        rounds: runs of each measurement, of which the fastest counts.
    """

    kind: str
    files: tuple[File, ...]
    jobs: tuple[int, ...]
    rounds: int


def measure(plan: Plan, folder: Path) -> Iterator[Measurement]:
    """Write file after file below a folder, and yield what checking and cleaning each costs.

    Raises:
        CommandFailedError: edi-guard did not do its work.
        WrongVerdictError: what was planted is not what was found.
    """
    for file in plan.files:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            yield from _measure_file(plan, file, Path(name))


def _measure_file(plan: Plan, file: File, folder: Path) -> Iterator[Measurement]:
    path = folder / "claims.837"
    written = write(
        path,
        plan.kind,
        round(file.megabytes * MEGABYTE),
        share=file.percent / 100,
        claims_per_transaction=None if file.is_giant else CLAIMS_PER_TRANSACTION,
    )
    commands = {(what, jobs): _command(what, path, jobs) for what in ("check", "clean") for jobs in plan.jobs}
    costs = fastest(commands, plan.rounds if file.megabytes <= _OFTEN else 1)
    for jobs in plan.jobs:
        verify(written, _out(path, jobs) / "reports" / f"{path.name}.json")
    for (what, jobs), cost in costs.items():
        yield Measurement(
            megabytes=written.size / MEGABYTE,
            claims=written.claims,
            percent=file.percent,
            is_giant=file.is_giant,
            kept_back=written.fates["held"] + written.fates["rejected"],
            repaired=written.fates["repaired"],
            command=what,
            jobs=jobs,
            cost=cost,
        )


def _command(what: str, path: Path, jobs: int) -> list[str]:
    command = [sys.executable, "-m", "edi_guard", what, str(path), "--today", TODAY, "-q"]
    command += ["--jobs", str(jobs)]
    return command if what == "check" else [*command, "--out", str(_out(path, jobs)), "--force"]


def _out(path: Path, jobs: int) -> Path:
    return path.parent / f"out-{jobs}"


def plan_of(arguments: argparse.Namespace) -> Plan:
    """Return what the command line asks for."""
    large = arguments.large
    sizes = arguments.megabytes or ([1, 10, 100, 1000] if large else [1, 10, 100])
    giant = arguments.giant if arguments.giant is not None else (300 if large else 30)
    usual, *others = arguments.percent
    files = [File(size, usual) for size in sizes]
    files += [File(arguments.percent_megabytes, percent) for percent in others]
    files += [File(giant, usual, is_giant=True)] if giant else []
    jobs = tuple(sorted({1, *(arguments.jobs or _doubling(available_cores()))}))
    return Plan(arguments.kind, tuple(files), jobs, arguments.rounds)


def _doubling(most: int) -> list[int]:
    """Return 1, 2, 4 and so on up to the most, and the most."""
    return [*(1 << power for power in range(most.bit_length()) if 1 << power < most), most]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--large", action="store_true", help="a file of 1 GB and a transaction set of 300 MB, too"
    )
    parser.add_argument("--megabytes", type=float, nargs="+", help="sizes (1 10 100, with --large 1000)")
    parser.add_argument(
        "--giant", type=float, help="megabytes of the single transaction set; 0: none (30; 300)"
    )
    parser.add_argument(
        "--percent",
        type=float,
        nargs="+",
        default=[0, 5, 50],
        help="of the claims have a fault; the first one counts for the sizes (0 5 50)",
    )
    parser.add_argument(
        "--percent-megabytes", type=float, default=10, help="size for the other percentages (10)"
    )
    parser.add_argument("--jobs", type=int, nargs="+", help="processes (1, 2, 4 and so on up to the cores)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs of files up to 10 MB (3); larger ones: one"
    )
    parser.add_argument("--kind", choices=("837P", "837I"), default="837P")
    parser.add_argument("--folder", type=Path, help="where the files are written (the system's place)")
    parser.add_argument("--readme", type=Path, help="put the tables into this document, too")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print tables, and return 1 when something went wrong, 130 when it was interrupted."""
    arguments = _parser().parse_args(words)
    plan = plan_of(arguments)
    # Tables that somebody has imported would be looked into.
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        os.environ["EDI_GUARD_REFERENCE_STORE"] = str(folder / "none.sqlite")
        try:
            machine = describe()
            measured, is_whole = _measured(plan, folder)
            text = tables(measured, machine)
            sys.stdout.write(f"{text}\n")
            if arguments.readme and is_whole:
                paste(arguments.readme, NAME, text)
        except (CommandFailedError, WrongVerdictError, MarkMissingError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0 if is_whole else INTERRUPTED


def _measured(plan: Plan, folder: Path) -> tuple[list[Measurement], bool]:
    """Return what was measured, and whether that is all: who stops it has what was done till then."""
    measured: list[Measurement] = []
    try:
        for measurement in measure(plan, folder):
            measured.append(measurement)
            sys.stderr.write(f"{measurement}\n")
    except KeyboardInterrupt:
        return measured, False
    return measured, True


if __name__ == "__main__":
    sys.exit(main())

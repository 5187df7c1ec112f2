"""The drop-in form of ``clean``: named outputs instead of a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.cli.inputs import STANDARD_INPUT
from edi_guard.cli.printing import print_reports
from edi_guard.conservation import ConservationError
from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import Status
from edi_guard.findings import Disposition
from edi_guard.folders import (
    InputChangedError,
    OutputError,
    Staging,
    check_written_parts,
    part_blocks,
)
from edi_guard.outputs import rendered
from edi_guard.report import exit_code
from edi_guard.workers import WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edi_guard.cli.inputs import Input
    from edi_guard.cli.judge import Judge
    from edi_guard.engine import Outcome
    from edi_guard.outputs import Style
    from edi_guard.partition import ControlNumbers
    from edi_guard.report import Report
    from edi_guard.x12 import Source

_NOT_RELEASED = 2


@dataclass(frozen=True, slots=True)
class DropIn:
    """Where each part goes; None leaves a part unwritten, ``-`` is standard output.

    `acks` is the folder of the acknowledgments.
    """

    clean: str
    held: str | None
    rejected: str | None
    report: str | None
    acks: str | None
    format_name: str
    style: Style
    quiet: bool

    def run(self, item: Input, judge: Judge) -> int:
        """Judge one input and write its parts; return the exit code.

        Raises:
            click.ClickException: an output cannot be written.
        """
        self._check_targets(item)
        try:
            report = self._clean(item, judge)
        except (InputChangedError, ConservationError, WorkerDiedError) as error:
            click.echo(f"{item.path}: not released: {error}", err=True)
            return _NOT_RELEASED
        except OutputError as error:
            raise click.ClickException(str(error)) from error
        self._print_report([report])
        return exit_code([report])

    def _clean(self, item: Input, judge: Judge) -> Report:
        with item.open() as source:
            outcome = judge.outcome(source, item.file)
            report = judge.report(outcome, item.file)
            numbers = ClockControlNumbers()
            acks = self._acks(judge.acks(source, outcome, item.file, numbers), item)
            self._write(source, outcome, numbers, acks)
        return report

    def _check_targets(self, item: Input) -> None:
        named = [t for t in (self.clean, self.held, self.rejected, self.report) if t and t != "-"]
        places = [Path(target).resolve() for target in named]
        if item.file != STANDARD_INPUT and Path(item.file).resolve() in places:
            message = f"{item.file} is the input: it is never written over, choose another output"
            raise click.UsageError(message)
        if len(set(places)) < len(places):
            message = "two outputs have the same name"
            raise click.UsageError(message)

    def _targets(self) -> dict[Disposition, str | None]:
        return {
            Disposition.REJECTED: self.rejected,
            Disposition.HELD: self.held,
            Disposition.CLEAN: self.clean,
        }

    def _acks(
        self, made: Mapping[str, Iterator[bytes] | None], item: Input
    ) -> dict[Path, Iterator[bytes] | None]:
        if not self.acks:
            return {}
        return {_absolute(self.acks) / f"{item.name}{suffix}": blocks for suffix, blocks in made.items()}

    def _write(
        self,
        source: Source,
        outcome: Outcome,
        numbers: ControlNumbers,
        acks: Mapping[Path, Iterator[bytes] | None],
    ) -> None:
        """Write every part, also those nobody asked for: all are needed to prove that none is lost."""
        staging = Staging()
        with _private_folder() as private:
            try:
                parts: dict[Disposition, Path] = {}
                spooled = None
                for disposition, target in self._targets().items():
                    if not outcome.count_of(disposition):
                        continue
                    unseen = target in (None, "-")
                    path = private / disposition.value if unseen else _absolute(str(target))
                    blocks = part_blocks(source, outcome, disposition, numbers)
                    if unseen:
                        _write_plain(path, blocks)
                        parts[disposition] = path
                    else:
                        parts[disposition] = staging.write(path, blocks)
                    if target == "-":
                        spooled = path
                for place, ack in acks.items():
                    if ack is not None:
                        staging.write(place, ack)
                if outcome.status is Status.PROCESSED:
                    check_written_parts(source, outcome, parts)
                self._remove_old()
                for place in acks:
                    place.unlink(missing_ok=True)
                staging.commit()
                if spooled is not None:
                    with spooled.open("rb") as stream:
                        shutil.copyfileobj(stream, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
            finally:
                staging.discard()

    def _remove_old(self) -> None:
        """An output of an earlier run must not be taken for one of this run."""
        for target in self._targets().values():
            if target and target != "-":
                _absolute(target).unlink(missing_ok=True)

    def _print_report(self, reports: Sequence[Report]) -> None:
        if self.report:
            print_reports(reports, self.format_name, self.style, self.report)
        elif not self.quiet:
            # Standard output may be the clean file: the report goes beside it.
            for piece in rendered(self.format_name, reports, self.style):
                click.echo(piece, nl=False, err=True)


def _absolute(target: str) -> Path:
    return Path(os.path.abspath(target))  # noqa: PTH100 - keeps links


def _write_plain(path: Path, blocks: Iterator[bytes]) -> None:
    with path.open("wb") as stream:
        for block in blocks:
            stream.write(block)


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """Yield a folder that only the user can enter, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="edi-guard-") as folder:
        yield Path(folder)

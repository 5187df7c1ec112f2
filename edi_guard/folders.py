"""Writes what a judged input becomes: clean, held and rejected files, answers, reports, refused originals.

Nothing appears under its own name before everything of the input is written, synced and checked. Then
the files are renamed into place, the clean one last, so that an uploader never sees part of a verdict.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from edi_guard.conservation import check_conservation
from edi_guard.control_numbers import StoredControlNumbers
from edi_guard.engine import Outcome, Status, sha256_of
from edi_guard.findings import Disposition
from edi_guard.partition import Part, PartWriter
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edi_guard.partition import ControlNumbers

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
FAILED = "failed"
REPORTS = "reports"
ACKNOWLEDGMENTS = "acks"
# Not in clean/: an uploader must find nothing there but what is ready.
STAGING = ".edi-guard-staging"
# The first keys of a report hold a path and little else.
_HEAD_OF_REPORT = 64_000
_INPUT_DIGEST = re.compile(rb'"input":\s*\{\s*"path":\s*"(?:[^"\\]|\\.)*",\s*"sha256":\s*"([0-9a-f]{64})"')
LEFTOVER_SECONDS = 24 * 60 * 60


Acknowledgments = Mapping[str, Iterable[bytes] | None]
Reports = Mapping[str, Iterable[bytes]]


class OutputError(Exception):
    """Something cannot be written where the user wants it; one sentence says what and why."""


class InputChangedError(Exception):
    """The input was changed while it was read; nothing of it is released."""


# --------------------------------------------------------------------------- parts


def part_blocks(
    source: Source, outcome: Outcome, disposition: Disposition, numbers: ControlNumbers
) -> Iterator[bytes]:
    """Yield the bytes of the file that holds the claims of a disposition; nothing without claims."""
    part = Part(
        ordinals=outcome.claims.ordinals_of(disposition),
        numbers=None if disposition is Disposition.CLEAN else numbers,
        keep_lead=not any(edit.start == 0 and not edit.after for edit in outcome.edits),
    )
    if part.ordinals:
        yield from PartWriter(source, outcome.plans, part).blocks()


def check_parts(source: Source, outcome: Outcome, parts: Mapping[Disposition, Source]) -> None:
    """Prove that the written parts hold what was judged.

    Raises:
        ConservationError: they do not.
        InputChangedError: the input no longer is what was judged.
    """
    check_conservation(source, outcome.claims.dispositions(), outcome.plans, parts)
    if sha256_of(source) != outcome.sha256 or source.is_changed():
        message = "the file was changed while it was read: nothing of it is released, run again"
        raise InputChangedError(message)


# ------------------------------------------------------------------------- staging


@dataclass(slots=True)
class Staging:
    """Files written under temporary names, then renamed to where they belong.

    Attributes:
        folder: where the temporary files stand; None for the folder of each target. It must be on the
            target's volume, as a rename is atomic on one volume only.
    """

    folder: Path | None = None
    _staged: list[tuple[Path, Path]] = field(default_factory=list)

    def write(self, target: Path, blocks: Iterable[bytes]) -> Path:
        """Write a file meant for `target` under a temporary name, synced, and return its path.

        Raises:
            OutputError: it cannot be written.
        """
        with self.open(target) as stream:
            for block in blocks:
                stream.write(block)
        return self._staged[-1][0]

    @contextlib.contextmanager
    def open(self, target: Path) -> Iterator[BinaryIO]:
        """Open a file meant for `target` under a temporary name; it is synced when it is closed.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            make_folder(target.parent)
            folder = self.folder or target.parent
            make_folder(folder)
            temporary = folder / f".{target.name}.{secrets.token_hex(6)}.tmp"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            handle = os.open(temporary, flags, PRIVATE_FILE)
            self._staged.append((temporary, target))
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            message = f"{target}: cannot be written: {error.strerror}"
            raise OutputError(message) from error

    def commit(self) -> None:
        """Rename every file into place, in the order written."""
        while self._staged:
            temporary, target = self._staged[0]
            try:
                temporary.replace(target)
            except OSError as error:
                message = f"{target}: cannot be written: {error.strerror}"
                raise OutputError(message) from error
            self._staged.pop(0)
            sync_folder(target.parent)

    @property
    def staged(self) -> tuple[tuple[Path, Path], ...]:
        """What is written and not committed: where it stands, and where it belongs."""
        return tuple(self._staged)

    def discard(self) -> None:
        """Remove what was not committed."""
        for temporary, _ in self._staged:
            temporary.unlink(missing_ok=True)
        self._staged.clear()


def make_folder(folder: Path) -> None:
    """Create a folder, and those above it, for the user only."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE_FOLDER)


def sync_folder(folder: Path) -> None:
    """Make a rename durable, where the system lets a folder be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --------------------------------------------------------------------------- bundles


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that is written for one input.

    Attributes:
        name: the file name under which its outputs stand.
        source: the input.
        outcome: its verdict.
        reports: the text of each report, in blocks, by its suffix, e.g. ``.json``.
        reason: why the input was refused, for its ``.reason.txt``.
        acks: each acknowledgment by its suffix, None for one that is not due.
    """

    name: str
    source: Source
    outcome: Outcome
    reports: Reports
    reason: str = ""
    acks: Acknowledgments = field(default_factory=dict)


def _nothing() -> None:
    """Nobody waits for the numbers."""


class Writer(Protocol):
    """Writes files under temporary names."""

    def write(self, target: Path, blocks: Iterable[bytes]) -> Path:
        """Write a file meant for `target`, and return where it stands meanwhile."""


def stage_bundle(
    bundle: Bundle,
    staging: Writer,
    place_of: Callable[[str], Path],
    numbers: ControlNumbers,
    numbered: Callable[[], None] = _nothing,
) -> list[Path]:
    """Write everything of one input under temporary names, and prove that it is what was judged.

    Args:
        bundle: what is written.
        staging: writes it.
        place_of: returns the folder ``clean``, ``held``, ``rejected``, ``failed``, ``reports`` or ``acks``.
        numbers: the control numbers of held and rejected files.
        numbered: is told when no more of them are needed.

    Returns:
        where the files belong, in the order in which they are to appear: the clean one last.

    Raises:
        OutputError: something cannot be written.
        ConservationError, InputChangedError: nothing may be released.
    """
    targets: list[Path] = []

    def write(target: Path, blocks: Iterable[bytes]) -> Path:
        targets.append(target)
        return staging.write(target, blocks)

    name = bundle.name
    for suffix, ack in bundle.acks.items():
        if ack is not None:
            write(place_of(ACKNOWLEDGMENTS) / f"{name}{suffix}", ack)
    # Others may be at work on the reports meanwhile.
    for suffix, blocks in bundle.reports.items():
        write(place_of(REPORTS) / f"{name}{suffix}", blocks)
    if bundle.outcome.status is Status.FAILED:
        write(place_of(FAILED) / f"{name}.reason.txt", [bundle.reason.encode()])
        if not bundle.source.refusal:
            # What cannot be taken out of an archive stays in it.
            write(place_of(FAILED) / name, bundle.source.blocks())
        numbered()
        return targets
    parts: dict[Disposition, Path] = {}
    for disposition in reversed(Disposition):
        if bundle.outcome.count_of(disposition):
            blocks = part_blocks(bundle.source, bundle.outcome, disposition, numbers)
            parts[disposition] = write(place_of(disposition.value) / name, blocks)
    numbered()
    check_written_parts(bundle.source, bundle.outcome, parts)
    return targets


# -------------------------------------------------------------------------- release


@dataclass(frozen=True, slots=True)
class Released:
    """What was written for one input."""

    files: tuple[Path, ...]


class OutputFolder:
    """The folder of the contract: clean, held, rejected, failed, reports, acks."""

    def __init__(self, root: Path, *, force: bool = False) -> None:
        """Write below `root`; with `force`, over outputs of other inputs of the same name too."""
        self.root = root
        self._force = force
        make_folder(root)
        _remove_leftovers(root / STAGING)
        self.stored = StoredControlNumbers(root)
        self.numbers: ControlNumbers = self.stored
        self.numbered: Callable[[], None] = self.stored.settle

    def release(
        self,
        name: str,
        source: Source,
        outcome: Outcome,
        reports: Reports,
        reason: str = "",
        acks: Acknowledgments | None = None,
    ) -> Released:
        """Write everything for one input, then let it appear.

        Args:
            name: the input's file name, under which its outputs stand.
            source: the input.
            outcome: its verdict.
            reports: the text of each report, in blocks, by its suffix, e.g. ``.json``.
            reason: why the input was refused, for its ``.reason.txt``.
            acks: each acknowledgment by its suffix, None for one that is not due.

        Raises:
            OutputError: an output of another input stands there, or the folder cannot be written.
            ConservationError, InputChangedError: nothing is released.
        """
        self._check_existing(name, outcome, acks or {})
        staging = Staging(self.root / STAGING)
        try:
            written = self._stage(staging, name, source, outcome, reports, reason, acks or {})
            self._remove_stale(name, reports, acks or {}, written)
            staging.commit()
        finally:
            staging.discard()
        return Released(tuple(written))

    def _stage(
        self,
        staging: Staging,
        name: str,
        source: Source,
        outcome: Outcome,
        reports: Reports,
        reason: str,
        acks: Acknowledgments,
    ) -> list[Path]:
        bundle = Bundle(name, source, outcome, reports, reason, acks)
        return stage_bundle(bundle, staging, lambda kind: self.root / kind, self.numbers, self.numbered)

    def _outputs(self, name: str, reports: Iterable[str], acks: Iterable[str]) -> list[Path]:
        places = [self.root / disposition.value / name for disposition in Disposition]
        places += [self.root / FAILED / name, self.root / FAILED / f"{name}.reason.txt"]
        places += [self.root / ACKNOWLEDGMENTS / f"{name}{suffix}" for suffix in acks]
        return places + [self.root / REPORTS / f"{name}{suffix}" for suffix in reports]

    def _check_existing(self, name: str, outcome: Outcome, acks: Iterable[str]) -> None:
        """Refuse to write over another input's outputs; the same input's are simply renewed."""
        existing = [path for path in self._outputs(name, (".json",), acks) if path.exists()]
        if not existing or self._force:
            return
        known = self._known_input(self.root / REPORTS / f"{name}.json")
        if known != outcome.sha256:
            message = (
                f"{existing[0]} exists already and is of another input: move it away, choose another"
                " folder, or use --force"
            )
            raise OutputError(message)

    @staticmethod
    def _known_input(report: Path) -> str:
        try:
            with report.open("rb") as stream:
                # What was judged stands at the beginning of a report, which may be large.
                found = _INPUT_DIGEST.search(stream.read(_HEAD_OF_REPORT))
        except OSError:
            return ""
        return found[1].decode() if found else ""

    def _remove_stale(
        self, name: str, reports: Iterable[str], acks: Iterable[str], written: Iterable[Path]
    ) -> None:
        """Remove earlier outputs of the input that it has no longer: no claim may stand in two."""
        for path in set(self._outputs(name, reports, acks)) - set(written):
            path.unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove what a run that was killed left behind, long enough ago to be no other run's."""
    for path in folder.glob(".*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                path.unlink()


def check_written_parts(source: Source, outcome: Outcome, paths: Mapping[Disposition, Path]) -> None:
    """Read written parts back and prove that they hold what was judged.

    Raises:
        ConservationError, InputChangedError: they do not; nothing may be released.
    """
    with contextlib.ExitStack() as stack:
        parts = {
            disposition: stack.enter_context(Source.from_path(path)) for disposition, path in paths.items()
        }
        check_parts(source, outcome, parts)

"""Where a job writes its files before they are seen: in its own folder below ``work/``."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from edi_guard.folders import PRIVATE_FILE, OutputError, make_folder, sync_folder
from edi_guard.ledger.records import OutputRecord
from edi_guard.watch.intent import Move
from edi_guard.x12 import EnvelopeReader, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class JobStaging:
    """Writes a job's files under numbers, with their hashes."""

    def __init__(self, job: Path, places: Mapping[Path, str]) -> None:
        """Stage below a job's folder, from which earlier attempts are removed.

        Args:
            job: the job's folder.
            places: how the ledger calls the folders to which the files belong.
        """
        self._folder = job / "staged"
        self._places = places
        self._files: list[tuple[Path, Path, str, int]] = []
        self._count = 0
        with contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                path.unlink()

    def write(self, target: Path, blocks: Iterable[bytes]) -> Path:
        """Write a file meant for `target`, and return where it stands meanwhile.

        Raises:
            OutputError: it cannot be written.
        """
        self._count += 1
        path = self._folder / str(self._count)
        digest = hashlib.sha256()
        size = 0
        try:
            make_folder(self._folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(path, flags, PRIVATE_FILE), "wb") as stream:
                for block in blocks:
                    stream.write(block)
                    digest.update(block)
                    size += len(block)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            message = f"{target}: cannot be written: {error.strerror}"
            raise OutputError(message) from error
        self._files.append((path, target, digest.hexdigest(), size))
        return path

    def split(self, target: Path) -> list[Path]:
        """Cut the file meant for `target` into one file for each interchange, where it has several.

        Returns:
            where they belong; `target` alone when there is one interchange only.
        """
        index = next(i for i, entry in enumerate(self._files) if entry[1] == target)
        path = self._files[index][0]
        with Source.from_path(path) as source:
            reader = EnvelopeReader(source)
            for _ in reader:
                pass
            starts = [interchange.start for interchange in reader.envelope.interchanges]
            if len(starts) <= 1:
                return [target]
            del self._files[index]
            ends = [*starts[1:], source.size]
            targets = [
                target.with_name(f"{target.stem}.{n}{target.suffix}") for n in range(1, len(starts) + 1)
            ]
            for part, start, end in zip(targets, [0, *starts[1:]], ends, strict=True):
                self.write(part, source.blocks(start, end))
        path.unlink()
        return targets

    def finish(self) -> None:
        """Make the names of what was written durable.

        Raises:
            OutputError: that is not possible.
        """
        try:
            if self._files:
                sync_folder(self._folder)
        except OSError as error:
            message = f"{self._folder}: cannot be written: {error.strerror}"
            raise OutputError(message) from error

    @property
    def moves(self) -> tuple[Move, ...]:
        """What is to be put in place, in the order written."""
        return tuple(Move(str(path), str(target)) for path, target, _, _ in self._files)

    @property
    def outputs(self) -> tuple[OutputRecord, ...]:
        """What the ledger says of the files."""
        return tuple(
            OutputRecord(self._places[target.parent], target.name, digest, size)
            for _, target, digest, size in self._files
        )

    @property
    def paths(self) -> dict[Path, Path]:
        """Where each file stands meanwhile, by where it belongs."""
        return {target: path for path, target, _, _ in self._files}

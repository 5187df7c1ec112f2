"""What every job needs: folders, settings, memory, the clock, control numbers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edi_guard.config import archive_limits
from edi_guard.control_numbers import FIRST_NUMBER, LAST_NUMBER
from edi_guard.folders import OutputError, make_folder, sync_folder
from edi_guard.ledger.counters import LedgerControlNumbers
from edi_guard.watch.faults import fault
from edi_guard.watch.names import archived_name, free_name
from edi_guard.watch.staging import JobStaging

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from edi_guard.archives import Limits
    from edi_guard.watch.desk import Desk
    from edi_guard.watch.home import Ledger
    from edi_guard.watch.places import Places

# The order in which the ledger calls the folders; an uploader looks into the first only.
PLACES: Final = ("clean", "held", "rejected", "failed", "reports", "acks")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workbench:
    """What every job needs.

    Attributes:
        places: the folders.
        desk: the settings.
        ledger: the memory.
        now: the moment, UTC.
        jobs: how many processes work on a large file.
    """

    places: Places
    desk: Desk
    ledger: Ledger
    now: Callable[[], datetime] = _now
    jobs: int = 1

    @property
    def today(self) -> date:
        """The office's day."""
        return self.now().astimezone().date()

    @property
    def numbers(self) -> LedgerControlNumbers:
        """The control numbers of files that get new ones."""
        return LedgerControlNumbers(self.ledger.database, FIRST_NUMBER, LAST_NUMBER)

    def alone(self) -> Workbench:
        """Return the same for work that no other process helps with."""
        return replace(self, jobs=1)

    def place(self, kind: str) -> Path:
        """Return the folder of a kind of output, e.g. ``clean``."""
        folder: Path = getattr(self.places, kind)
        return folder

    def staging(self, job: Path) -> JobStaging:
        """Return a staging for a job's files."""
        return JobStaging(job, {self.place(kind): kind for kind in PLACES})

    def free_name(self, wanted: str, came_as: str = "") -> str:
        """Return a name under which no output of another file stands or stood, nor its original."""
        folders = [self.place(kind) for kind in PLACES] + [self.places.archive]
        return free_name(self.ledger.database, self.ledger.folder, wanted, folders, came_as)

    def archived(self, came_as: str, output_name: str) -> Path:
        """Return where the original of a file belongs, by its own name and that of its outputs."""
        return self.places.archive / archived_name(came_as, output_name)

    @property
    def limits(self) -> Limits:
        """How far archives may be expanded.

        Raises:
            ConfigError: the configuration is wrong.
        """
        return archive_limits(self.desk.config)

    def new_job(self) -> Path:
        """Make the folder of a new job.

        Raises:
            OutputError: it cannot be made.
        """
        job = self.places.work / f"{self.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        try:
            make_folder(job)
            sync_folder(job.parent)
        except OSError as error:
            message = f"{job.parent}: cannot be written: {error.strerror}"
            raise OutputError(message) from error
        fault("begun")
        return job

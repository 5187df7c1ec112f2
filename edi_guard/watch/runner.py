"""Runs jobs and decides what each kind of failure means for its file."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from edi_guard.config import ConfigError
from edi_guard.folders import InputChangedError, OutputError
from edi_guard.ledger.errors import LedgerError
from edi_guard.ledger.requests import Asked, answer_request
from edi_guard.policy import PolicyErrors
from edi_guard.watch.attempts import MOST, count_attempt
from edi_guard.watch.filejob import FileJob, finish_job
from edi_guard.watch.inbox import file_of, job_folders, put_back
from edi_guard.watch.intent import carry_out, read_intent, remove_job
from edi_guard.watch.rejudge import NothingLeavesError, rejudged_intent, withdrawn_intent
from edi_guard.workers import WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edi_guard.ledger.records import FileRecord
    from edi_guard.ledger.requests import Request
    from edi_guard.watch.workbench import Workbench

R = TypeVar("R")


class BlockedError(Exception):
    """The service cannot work now; nothing is lost, and it tries again. One sentence says why."""


def _nobody(*_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs jobs.

    A process that helps with a large file may be killed, or find no memory: the file is then judged once
    more, by this process alone.

    Attributes:
        bench: folders, settings, memory.
        tell_of_death: is told of which file a helping process died, and how.
    """

    bench: Workbench
    tell_of_death: Callable[[str, str], None] = _nobody

    def run_file(self, job: Path, path: Path) -> FileRecord | None:
        """Process a file that stands in its job's folder.

        Returns:
            what became of it; None when it changed and went back to the inbox.

        Raises:
            BlockedError: something around it is wrong; the file stays in ``work/`` for another try.
        """
        with blocking():
            work = FileJob(self.bench, job, path)
            try:
                if count_attempt(job) > MOST:
                    return work.fail("The program stopped again and again while it worked on this file.")
                return self._helped(path.name, lambda bench: FileJob(bench, job, path).run())
            except InputChangedError:
                if put_back(path, self.bench.places.inbox):
                    remove_job(job)
                return None
            except (OutputError, LedgerError, ConfigError, PolicyErrors, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - a poison file must not stop the good ones
                return work.fail(internal_words(error))

    def run_request(self, request: Request) -> tuple[FileRecord | None, str]:
        """Carry out a request about an earlier file.

        Returns:
            what became of it, None when nothing leaves; and the answer in words.

        Raises:
            BlockedError: something around it is wrong; the request stays open.
        """
        with blocking():
            job = self.bench.new_job()
            make = withdrawn_intent if request.kind is Asked.WITHDRAW else rejudged_intent
            try:
                intent = self._helped(request.target, lambda bench: make(bench, job, request))
                record = finish_job(job, intent, self.bench)
            except NothingLeavesError as error:
                answer = str(error)
            except (OutputError, LedgerError, ConfigError, PolicyErrors, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - a request that fails must not stop the others
                answer = internal_words(error)
            else:
                return record, record.reason
            answer_request(self.bench.ledger.database, request.id, answer, self.bench.now())
            remove_job(job)
            return None, answer

    def _helped(self, name: str, work: Callable[[Workbench], R]) -> R:
        """Return what work makes, done alone where a process that helped died."""
        try:
            return work(self.bench)
        except WorkerDiedError as error:
            self.tell_of_death(name, f"{error}; it is judged once more, by one process")
            return work(self.bench.alone())

    def recover(self) -> Iterator[FileRecord]:
        """Bring every unfinished job to its end, and yield what became of each.

        Raises:
            BlockedError: something around them is wrong.
        """
        with blocking():
            jobs = list(job_folders(self.bench.places.work))
        for job in jobs:
            record = self._recover(job)
            if record is not None:
                yield record

    def _recover(self, job: Path) -> FileRecord | None:
        with blocking():
            intent = read_intent(job)
            if intent is not None:
                carry_out(job, intent, self.bench.ledger)
                return intent.record
            path = file_of(job)
            if path is None:
                # Begun, and killed before the file was in it; or a request, which is still open.
                remove_job(job)
                return None
        return self.run_file(job, path)


@contextlib.contextmanager
def blocking() -> Iterator[None]:
    """Turn what is wrong around the files into one sentence.

    Raises:
        BlockedError: a folder, the ledger, a configuration or a mapping cannot be used.
    """
    try:
        yield
    except (OutputError, LedgerError, ConfigError) as error:
        raise BlockedError(str(error)) from error
    except PolicyErrors as errors:
        message = f"wrong mappings: {errors}"
        raise BlockedError(message) from errors
    except OSError as error:
        message = f"{error.filename or 'a folder'}: {error.strerror}"
        raise BlockedError(message) from error


def internal_words(error: Exception) -> str:
    """Return where an internal error happened, and nothing of what was in hand."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return f"internal error: {type(error).__name__}"
    code = trace.tb_frame.f_code
    place = f"{code.co_name} ({code.co_filename.rpartition('edi_guard')[2]}:{trace.tb_lineno})"
    return f"internal error: {type(error).__name__} in {place}. Please report this line."

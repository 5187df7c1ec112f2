"""The folder service: looks, takes, judges, lets go, and looks again.

A scan of the folder decides what there is to do; events of the file system only make the next scan
come sooner. Everything that may go wrong around a file (a full disk, a share that is gone, a wrong
configuration) stops the work and is tried again; everything that is wrong with a file concerns this
file only.
"""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from edi_guard.folders import OutputError
from edi_guard.ledger.records import FileOutcome, FileRecord, State
from edi_guard.ledger.requests import Asked, open_requests
from edi_guard.watch.answers import take_answers
from edi_guard.watch.inbox import list_folder, take
from edi_guard.watch.overdue import unanswered
from edi_guard.watch.retention import remove_old
from edi_guard.watch.runner import BlockedError, Runner, blocking
from edi_guard.watch.settling import Settling, is_complete
from edi_guard.watch.waking import Waker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edi_guard.config.model import Watch
    from edi_guard.operations.calendar import Calendar
    from edi_guard.watch.journal import Journal
    from edi_guard.watch.settling import Entry, SettledScan
    from edi_guard.watch.workbench import Workbench

_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 300.0
_MINUTE: Final = 60.0
_HOUSEKEEPING_SECONDS: Final = 60.0
_SEEN: Final = "waiting.json"


@dataclass(slots=True)
class Tally:
    """What a run came to, for its exit code."""

    processed: int = 0
    kept: int = 0
    failed: int = 0
    blocked: bool = False

    def add(self, record: FileRecord) -> None:
        """Count a job."""
        if record.outcome in (FileOutcome.PROCESSED, FileOutcome.BYPASSED):
            self.processed += 1
            self.kept += any(claim.state in (State.HELD, State.REJECTED) for claim in record.claims)
        else:
            self.failed += 1

    @property
    def exit_code(self) -> int:
        """The contract's exit code: 2 beats 3 beats 1."""
        if self.blocked:
            return 2
        if self.failed:
            return 3
        return 1 if self.kept else 0


@dataclass(slots=True)
class Service:
    """The folder service, everything it needs in hand and the folder's lock held.

    Attributes:
        bench: folders, settings, memory.
        settings: the configuration's section ``watch``.
        journal: says what happens.
        calendar: when it may work.
        stop: set when it is to end after the file in hand.
    """

    bench: Workbench
    settings: Watch
    journal: Journal
    calendar: Calendar
    stop: threading.Event = field(default_factory=threading.Event)
    tally: Tally = field(default_factory=Tally)
    _settling: Settling = field(init=False)
    _runner: Runner = field(init=False)
    _housekept: float = field(default=float("-inf"))
    _cleared: bool = field(default=False)

    def __post_init__(self) -> None:
        """Begin to observe the inbox."""
        self._runner = Runner(self.bench, self._tell_of_death)
        self._settling = Settling(
            self.settings.settle_seconds,
            self.settings.give_up_minutes * _MINUTE,
            self.settings.longest_write_minutes * _MINUTE,
            complete=self._is_complete,
        )

    # ------------------------------------------------------------------ runs

    def run(self) -> int:
        """Work until told to stop; return the exit code."""
        self.journal.event("start", "started")
        self.bench.ledger.audit.append("start")
        waker = Waker([self.bench.places.inbox], self.settings.poll_seconds, self.stop)
        pause = _FIRST_PAUSE
        due = self.calendar.next_run(self._local())
        while not self.stop.is_set():
            if self._local() < due or not self.calendar.may_run(self._local()):
                self.journal.beat("resting", *self._waiting(None))
                waker.wait()
                continue
            if self._round():
                pause = _FIRST_PAUSE
                due = self.calendar.next_run(self._local())
                waker.wait()
            else:
                self.stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        self.bench.ledger.audit.append("stop")
        self.journal.event("stop", "stopped")
        self.journal.beat("stopped", *self._waiting(None))
        return 2 if self.tally.blocked and self.journal.last_error else 0

    def run_once(self) -> int:
        """Process what is there, once, and return the exit code."""
        self._load_seen()
        if not self.calendar.may_run(self._local()):
            self.journal.log.info("quiet hours")
            return 0
        self._round()
        if not self.stop.is_set() and not self.tally.blocked and self._anything_waits():
            # A file must have been left alone for a while, and this process has only seen it once.
            self.stop.wait(self.settings.settle_seconds + 0.05)
            if not self.stop.is_set():
                self._round()
        self._save_seen()
        self.journal.beat("stopped", *self._waiting(None))
        return self.tally.exit_code

    def _round(self) -> bool:
        """Do all there is to do; return False when something around the files is wrong."""
        try:
            if self.bench.desk.refresh():
                self._check_settings()
            self._recover()
            self._do_requests()
            self._do_answers()
            scan = self._scan()
            self._do_files(scan)
            self._keep_house(scan)
        except BlockedError as error:
            self._cleared = False
            self.tally.blocked = True
            self.journal.blocked(str(error))
            self.journal.beat("blocked", *self._waiting(None))
            return False
        self.tally.blocked = False
        self.journal.working()
        self.journal.beat("watching", *self._waiting(scan))
        return True

    def _check_settings(self) -> None:
        with blocking():
            self.bench.desk.check(self.bench.today)

    # ------------------------------------------------------------------ work

    def _recover(self) -> None:
        """Finish what an earlier run left unfinished, before anything new is begun."""
        if self._cleared:
            return
        for record in self._runner.recover():
            self._done(record)
        self._cleared = True

    def _do_requests(self) -> None:
        with blocking():
            requests = open_requests(self.bench.ledger.database, self.bench.ledger.folder)
        for request in requests:
            if self.stop.is_set():
                return
            if request.kind is Asked.BYPASS:
                continue
            record, answer = self._runner.run_request(request)
            self.journal.log.info("request", kind=request.kind.value, job=request.target, outcome=answer)
            if record is not None:
                self._done(record)

    def _do_answers(self) -> None:
        with blocking():
            listing = list_folder(self.bench.places.responses)
        for entry in self._quiet(listing.entries):
            with blocking():
                answered = take_answers(self.bench, entry.path)
            self.journal.log.info(
                "answer",
                file=answered.name,
                matched=answered.matched,
                unmatched=answered.unmatched,
                refused=answered.refused,
            )
            subject = answered.name
            if answered.error:
                self.journal.alarm("unreadable-answer", subject, answered.error, active=True)
            if answered.refused:
                text = f"the receiver refused {answered.refused} of what was sent"
                self.journal.alarm("refused", subject, text, active=True)

    def _quiet(self, entries: list[Entry]) -> list[Entry]:
        """Return the answers that nobody has written to for a while."""
        now = time.time()
        return [e for e in entries if abs(now - e.mtime_ns / 1e9) >= self.settings.settle_seconds]

    def _scan(self) -> SettledScan:
        with blocking():
            listing = list_folder(self.bench.places.inbox)
        for name in listing.links:
            text = "a link in the inbox is not followed: put the file itself there"
            self.journal.alarm("link", name, text, active=True)
        return self._settling.observe(listing.entries)

    def _is_complete(self, path: Path) -> bool:
        with blocking():
            return is_complete(path, self.bench.limits)

    def _do_files(self, scan: SettledScan) -> None:
        for entry in scan.ready:
            if self.stop.is_set():
                return
            self._take(entry, None)
        for given_up in scan.given_up:
            if self.stop.is_set():
                return
            self._take(given_up.entry, given_up.why)

    def _take(self, entry: Entry, why: str | None) -> None:
        with blocking():
            job = self.bench.new_job()
            path = take(entry, job)
            if path is None:
                with contextlib.suppress(OSError):
                    job.rmdir()
                # It stands in its job's folder and changed: what is in hand comes first.
                self._cleared = False
                return
        if why is not None:
            self.journal.alarm("never-settled", entry.name, f"a file never settled: {why}", active=True)
        record = self._runner.run_file(job, path)
        if record is not None:
            self._done(record)

    def _tell_of_death(self, name: str, text: str) -> None:
        self.journal.alarm("worker-died", name, text, active=True)

    def _done(self, record: FileRecord) -> None:
        self.tally.add(record)
        self.journal.file_done(record)

    # ---------------------------------------------------------- housekeeping

    def _keep_house(self, scan: SettledScan) -> None:
        limit = self.settings.alarm_minutes * _MINUTE
        for waiting in scan.waiting:
            stuck = waiting.seconds > limit
            text = f"a file has been waiting for {int(waiting.seconds // 60)} minutes: it is not complete"
            self.journal.alarm("stuck", waiting.name, text, active=stuck)
        if time.monotonic() - self._housekept < _HOUSEKEEPING_SECONDS:
            return
        self._housekept = time.monotonic()
        with blocking():
            config = self.bench.desk.config
            remove_old(self.bench, config.ledger)
            if self.settings.answer_hours:
                since = self.bench.now() - timedelta(hours=self.settings.answer_hours)
                for name in unanswered(self.bench, since):
                    text = f"no answer to {name} for {self.settings.answer_hours:g} hours"
                    self.journal.alarm("silence", name, text, active=True)
        self.journal.held()

    def _waiting(self, scan: SettledScan | None) -> tuple[int, float]:
        if scan is None:
            return 0, 0.0
        return len(scan.waiting), max((waiting.seconds for waiting in scan.waiting), default=0.0)

    def _anything_waits(self) -> bool:
        with contextlib.suppress(OutputError):
            return bool(list_folder(self.bench.places.inbox).entries)
        return False

    def _local(self) -> datetime:
        return self.bench.now().astimezone()

    # ------------------------------------------------------------- memory of --once

    def _load_seen(self) -> None:
        path = self.bench.ledger.home / _SEEN
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            elapsed = max(0.0, (self.bench.now() - datetime.fromisoformat(saved["at"])).total_seconds())
            self._settling.restore(saved["files"], elapsed)

    def _save_seen(self) -> None:
        path = self.bench.ledger.home / _SEEN
        temporary = path.with_suffix(".tmp")
        with contextlib.suppress(OSError):
            saved = {"at": self.bench.now().astimezone(UTC).isoformat(), "files": self._settling.state()}
            temporary.write_text(json.dumps(saved), encoding="utf-8")
            temporary.chmod(0o600)
            temporary.replace(path)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Let the usual signals end the service after the file in hand."""
    names = ("SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP")
    for name in names:
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda *_: stop())

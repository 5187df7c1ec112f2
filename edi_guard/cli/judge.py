"""Judges inputs with the configuration nearest to each."""

from __future__ import annotations

import time
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from edi_guard.cli.progress import shown_progress
from edi_guard.config import (
    ConfigError,
    ack_settings,
    archive_limits,
    build_settings,
    expired_exceptions,
    find_config,
    load_config,
)
from edi_guard.config.find import beginning_of
from edi_guard.engine import process
from edi_guard.findings import Disposition
from edi_guard.masking import Hasher, Phi
from edi_guard.policy import PolicyErrors
from edi_guard.report import Report, make_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from structlog.typing import FilteringBoundLogger

    from edi_guard.archives import Limits
    from edi_guard.config import Loaded
    from edi_guard.engine import Outcome, Settings
    from edi_guard.partition import ControlNumbers
    from edi_guard.x12 import Source


# From here on a file gives all processes work of its own, and its report is made piece by piece.
_LARGE: Final = 8_000_000


def is_large(size: int) -> bool:
    """Whether an input of so many bytes is judged by all processes together, and reported piece by piece."""
    return size >= _LARGE


class Judge:
    """Holds the settings of each configuration, so that they are built once."""

    def __init__(
        self,
        today: date,
        overrides: dict[str, object],
        config_path: str | None = None,
        *,
        verbose: bool = False,
        jobs: int = 1,
    ) -> None:
        self._verbose = verbose
        self.jobs = jobs
        self.reports_whole = False
        self._today = today
        self._overrides = overrides
        self._config_path = Path(config_path) if config_path else None
        self._known: dict[Path | None, tuple[Loaded, Settings]] = {}
        self._hasher = Hasher()

    @cached_property
    def _log(self) -> FilteringBoundLogger:
        from edi_guard.cli.logs import start_logs

        return start_logs(verbose=self._verbose)

    def prepare(self, path: str) -> tuple[Loaded, Settings]:
        """Return the configuration and settings for an input, by its file.

        Raises:
            click.ClickException: the configuration or a mapping is wrong.
        """
        config = self._config_path or find_config(beginning_of(path))
        if config not in self._known:
            self._known[config] = self._build(config)
        return self._known[config]

    def limits(self, path: str) -> Limits:
        """Return how far an archive may be expanded.

        Raises:
            click.ClickException: the configuration or a mapping is wrong.
        """
        return archive_limits(self.prepare(path)[0].config)

    def _build(self, config: Path | None) -> tuple[Loaded, Settings]:
        try:
            loaded = load_config(config, self._overrides)
            settings = build_settings(loaded, self._today)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        except PolicyErrors as errors:
            message = f"wrong mappings:\n{errors}"
            raise click.ClickException(message) from errors
        for table in expired_exceptions(loaded.config, self._today):
            click.echo(
                f"warning: the exception for {table.rule} ended on {table.until}: it does not count"
                " any more; remove it or renew it",
                err=True,
            )
        return loaded, settings

    def outcome(self, source: Source, path: str) -> Outcome:
        """Judge one input, and log what became of it.

        Args:
            source: the input.
            path: its file's, for its configuration.
        """
        begun = time.monotonic()
        with shown_progress(source.name, source.size) as progress:
            outcome = process(source, self.prepare(path)[1], progress, self.jobs)
        if self._verbose:
            self._log_outcome(outcome, time.monotonic() - begun)
        return outcome

    def _log_outcome(self, outcome: Outcome, seconds: float) -> None:
        self._log.info(
            "judged",
            file=outcome.name,
            sha256=outcome.sha256,
            bytes=outcome.size,
            status=outcome.status.value,
            claims=len(outcome.claims),
            clean=outcome.count_of(Disposition.CLEAN),
            held=outcome.count_of(Disposition.HELD),
            rejected=outcome.count_of(Disposition.REJECTED),
            seconds=round(seconds, 3),
        )

    def acks(
        self, source: Source, outcome: Outcome, path: str, numbers: ControlNumbers
    ) -> dict[str, Iterator[bytes] | None]:
        """Return the acknowledgments of an outcome by their suffixes, None for those not due."""
        from edi_guard.acks import acknowledgments

        settings = ack_settings(self.prepare(path)[0].config)
        now = datetime.now().astimezone()
        made = acknowledgments(source, outcome, settings, numbers, now, self.jobs)
        return {kind.suffix: blocks for kind, blocks in made.items()}

    def report(
        self, outcome: Outcome, path: str, *, brief: bool = False, source: Source | None = None
    ) -> Report:
        """Return the masked report of an outcome.

        Args:
            outcome: the verdict.
            path: its file's, for its configuration.
            brief: whether claims without anything to say are left out.
            source: the input, where segments of it are to be shown; while the report of a large one is used,
                it must stay open.
        """
        phi = Phi(self.prepare(path)[0].config.phi)
        large = is_large(outcome.size) and not self.reports_whole
        return make_report(outcome, phi, self._hasher, brief=brief, source=source, large=large)

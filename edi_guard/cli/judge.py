"""Judges inputs with the configuration nearest to each."""

from __future__ import annotations

import time
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.cli.progress import shown_progress
from edi_guard.config import (
    ConfigError,
    ack_settings,
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

    from edi_guard.config import Loaded
    from edi_guard.engine import Outcome, Settings
    from edi_guard.partition import ControlNumbers
    from edi_guard.x12 import Source


class Judge:
    """Holds the settings of each configuration, so that they are built once."""

    def __init__(
        self,
        today: date,
        overrides: dict[str, object],
        config_path: str | None = None,
        *,
        verbose: bool = False,
    ) -> None:
        self._verbose = verbose
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
        """Return the configuration and settings for an input.

        Raises:
            click.ClickException: the configuration or a mapping is wrong.
        """
        config = self._config_path or find_config(beginning_of(path))
        if config not in self._known:
            self._known[config] = self._build(config)
        return self._known[config]

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
        """Judge one input, and log what became of it."""
        begun = time.monotonic()
        with shown_progress(path, source.size) as progress:
            outcome = process(source, self.prepare(path)[1], progress)
        if self._verbose:
            self._log_outcome(outcome, path, time.monotonic() - begun)
        return outcome

    def _log_outcome(self, outcome: Outcome, path: str, seconds: float) -> None:
        self._log.info(
            "judged",
            file=path,
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
        made = acknowledgments(source, outcome, settings, numbers, datetime.now().astimezone())
        return {kind.suffix: blocks for kind, blocks in made.items()}

    def report(
        self, outcome: Outcome, path: str, *, brief: bool = False, source: Source | None = None
    ) -> Report:
        """Return the masked report of an outcome.

        Args:
            outcome: the verdict.
            path: the input's, for its configuration.
            brief: whether claims without anything to say are left out.
            source: the input, where segments of it are to be shown.
        """
        phi = Phi(self.prepare(path)[0].config.phi)
        return make_report(outcome, phi, self._hasher, brief=brief, source=source)

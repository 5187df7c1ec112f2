"""``edi-guard watch``: the folder service."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.cli.folder import explained, places_for
from edi_guard.cli.logs import start_logs
from edi_guard.cli.options import jobs_option, overrides_of
from edi_guard.operations.calendar import Calendar
from edi_guard.operations.heartbeat import Heartbeat
from edi_guard.operations.metrics import MetricsUnavailableError, open_metrics
from edi_guard.operations.notify import Notifier
from edi_guard.policy import PolicyErrors
from edi_guard.watch.desk import Desk
from edi_guard.watch.home import open_ledger
from edi_guard.watch.journal import Journal
from edi_guard.watch.lock import LockedError, folder_lock
from edi_guard.watch.names import NameTemplateError, check_template
from edi_guard.watch.places import PlacesError, check_places, make_places
from edi_guard.watch.service import Service, stop_on_signals
from edi_guard.watch.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.config import Config
    from edi_guard.config.model import Watch


@click.command("watch")
@click.argument(
    "root", default=".", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="[DIR]"
)
@click.option("--once", is_flag=True, help="Process what is there and end: for cron and Task Scheduler.")
@click.option("--schedule", metavar="CRON", help="When to look, as a cron expression of five fields.")
@click.option(
    "--on-reject",
    type=click.Choice(["claim", "file"]),
    help="What stays behind when a claim does not pass: the claim, or its file.",
)
@click.option("--settle-seconds", type=click.FloatRange(min=0), help="How long a file must be left alone.")
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="Serve metrics for Prometheus.")
@click.option("--metrics-file", type=click.Path(dir_okay=False), help="Write metrics for a text collector.")
@click.option("--new-ledger", is_flag=True, help="Begin without history, when the ledger is lost.")
@click.option("--mode", type=click.Choice(["strict", "standard", "advisory"]))
@click.option("--phi", type=click.Choice(["none", "minimal", "full"]))
@click.option("--example-payers", is_flag=True, default=None, help="Load the example payer mappings.")
@click.option(
    "--mappings", multiple=True, type=click.Path(exists=True), metavar="DIR", help="Mappings of your own."
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration; by default the nearest edi-guard.toml upward from DIR.",
)
@jobs_option
@click.option("-q", "--quiet", is_flag=True, help="Log warnings and errors only.")
def watch_command(
    root: Path,
    schedule: str | None,
    on_reject: str | None,
    settle_seconds: float | None,
    metrics_port: int | None,
    metrics_file: str | None,
    mode: str | None,
    phi: str | None,
    mappings: tuple[str, ...],
    config_path: Path | None,
    jobs: int,
    *,
    once: bool,
    new_ledger: bool,
    example_payers: bool | None,
    quiet: bool,
) -> int:
    """Process what others put into DIR/inbox, for as long as it runs.

    Clean claims leave in DIR/clean for the clearinghouse's client; the others stay in DIR/held and
    DIR/rejected with reports. Originals are kept in DIR/archive.
    """
    overrides = overrides_of(mode, None, None, mappings, phi, example_payers=example_payers)
    if on_reject:
        overrides["on-reject"] = on_reject
    desk = Desk(root, config_path, overrides)
    with _explained(), folder_lock(root):
        config = desk.config
        places = places_for(root, desk)
        make_places(places)
        check_places(places)
        _check_names(config)
        ledger = open_ledger(root, config.ledger, new=new_ledger)
        try:
            bench = Workbench(places, desk, ledger, jobs=jobs)
            desk.refresh()
            desk.check(bench.today)
            calendar = Calendar("" if once else schedule or config.watch.schedule, config.watch.quiet_hours)
            settings = config.watch
            if settle_seconds is not None:
                settings = _replaced(settings, settle_seconds)
            port = metrics_port or settings.metrics_port
            file = metrics_file or settings.metrics_file
            metrics = open_metrics(wanted=bool(port or file))
            log = start_logs(verbose=not quiet)
            notify = config.notify
            notifier = Notifier(
                notify.command,
                notify.timeout_seconds,
                folder=ledger.folder,
                repeat_minutes=notify.repeat_minutes,
            )
            heartbeat = Heartbeat(Path(settings.heartbeat_file or ledger.home / "heartbeat.json"))
            journal = Journal(
                bench, log, metrics, notifier, heartbeat, metrics_file=Path(file) if file else None
            )
            service = Service(bench, settings, journal, calendar)
            stop_on_signals(service.stop.set)
            with contextlib.ExitStack() as stack:
                if port and not once:
                    stack.enter_context(contextlib.closing(metrics.serve(port)))
                return service.run_once() if once else service.run()
        finally:
            ledger.close()


def _replaced(settings: Watch, settle_seconds: float) -> Watch:
    import msgspec

    return msgspec.structs.replace(settings, settle_seconds=settle_seconds)


def _check_names(config: Config) -> None:
    for template in (config.watch.outgoing_name, *(p.outgoing_name for p in config.partners)):
        if template:
            check_template(template)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what keeps the service from starting into one sentence."""
    try:
        with explained():
            yield
    except PolicyErrors as errors:
        message = f"wrong mappings:\n{errors}"
        raise click.ClickException(message) from errors
    except (LockedError, PlacesError, NameTemplateError, MetricsUnavailableError, ValueError) as error:
        raise click.ClickException(str(error)) from error

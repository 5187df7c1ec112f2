"""Numbers for monitoring, behind the extra ``metrics``; labels carry no patient data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path


class MetricsUnavailableError(Exception):
    """Metrics are wanted and their library is not installed."""


class Server(Protocol):
    """Something that serves until it is closed."""

    def close(self) -> None:
        """End it."""


class AnyMetrics(Protocol):
    """What the service tells."""

    def file_done(
        self,
        *,
        outcome: str,
        seconds: float,
        claims: Mapping[str, int],
        charges: Mapping[str, float],
        findings: Mapping[tuple[str, str], int],
        repairs: Mapping[str, int],
    ) -> None:
        """Count a file: claims and dollars by where they went, findings by rule and severity."""

    def set_waiting(self, files: int, oldest_seconds: float) -> None:
        """Say what waits in the inbox."""

    def set_held(self, claims: int, dollars: float) -> None:
        """Say what is kept back."""

    def error(self, kind: str) -> None:
        """Count an error."""

    def alarm(self, event: str, *, active: bool) -> None:
        """Say whether an alarm is on."""

    def serve(self, port: int, address: str = "127.0.0.1") -> Server:
        """Serve the numbers over HTTP."""

    def write(self, path: Path) -> None:
        """Write the numbers for a text-file collector."""


class NoMetrics:
    """Nobody wants numbers."""

    def file_done(self, **_: object) -> None:
        """Do nothing."""

    def set_waiting(self, files: int, oldest_seconds: float) -> None:
        """Do nothing."""

    def set_held(self, claims: int, dollars: float) -> None:
        """Do nothing."""

    def error(self, kind: str) -> None:
        """Do nothing."""

    def alarm(self, event: str, *, active: bool) -> None:
        """Do nothing."""

    def serve(self, port: int, address: str = "127.0.0.1") -> Server:
        """Refuse.

        Raises:
            MetricsUnavailableError: always.
        """
        message = f"there are no metrics to serve on {address}:{port}"
        raise MetricsUnavailableError(message)

    def write(self, path: Path) -> None:
        """Do nothing."""


def open_metrics(*, wanted: bool) -> AnyMetrics:
    """Return metrics, or what stands for them when nobody wants any.

    Raises:
        MetricsUnavailableError: they are wanted, and prometheus-client is not installed.
    """
    if not wanted:
        return NoMetrics()
    try:
        return Metrics()
    except ImportError as error:
        message = "metrics need prometheus-client: pip install 'edi-guard[metrics]'"
        raise MetricsUnavailableError(message) from error


class _Server:
    def __init__(self, server: object, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    def close(self) -> None:
        """End it."""
        self._server.shutdown()  # type: ignore[attr-defined]
        self._server.server_close()  # type: ignore[attr-defined]
        self._thread.join(5)


class Metrics:
    """Numbers in a registry of their own."""

    def __init__(self) -> None:
        """Make the numbers.

        Raises:
            ImportError: prometheus-client is not installed.
        """
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = registry = CollectorRegistry()

        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"edi_guard_{name}", words, labels, registry=registry)

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            return Gauge(f"edi_guard_{name}", words, labels, registry=registry)

        self._files = counter("files", "Files by what became of them.", "outcome")
        self._claims = counter("claims", "Claims by where they went.", "disposition")
        self._charges = counter("charges_dollars", "Charges by where their claims went.", "disposition")
        self._findings = counter("findings", "Findings.", "rule", "severity")
        self._repairs = counter("repairs", "Repairs.", "rule")
        self._errors = counter("errors", "What kept the service from working.", "kind")
        self._seconds = Histogram("edi_guard_file_seconds", "Seconds a file took.", registry=registry)
        self._waiting = gauge("waiting_files", "Files in the inbox that are not complete.")
        self._oldest = gauge("oldest_waiting_seconds", "How long the oldest of them has been there.")
        self._held = gauge("kept_claims", "Claims that are kept back now.")
        self._dollars = gauge("kept_dollars", "Their charges.")
        self._alarms = gauge("alarm", "Whether an alarm is on.", "event")
        self._last = gauge("last_scan_timestamp_seconds", "When the inbox was last looked at.")

    def file_done(
        self,
        *,
        outcome: str,
        seconds: float,
        claims: Mapping[str, int],
        charges: Mapping[str, float],
        findings: Mapping[tuple[str, str], int],
        repairs: Mapping[str, int],
    ) -> None:
        """Count a file: claims and dollars by where they went, findings by rule and severity."""
        self._files.labels(outcome).inc()
        self._seconds.observe(seconds)
        for disposition, count in claims.items():
            self._claims.labels(disposition).inc(count)
        for disposition, dollars in charges.items():
            # Credits would turn a counter back.
            self._charges.labels(disposition).inc(max(0.0, dollars))
        for (rule, severity), count in findings.items():
            self._findings.labels(rule, severity).inc(count)
        for rule, count in repairs.items():
            self._repairs.labels(rule).inc(count)

    def set_waiting(self, files: int, oldest_seconds: float) -> None:
        """Say what waits in the inbox."""
        self._waiting.set(files)
        self._oldest.set(oldest_seconds)
        self._last.set(time.time())

    def set_held(self, claims: int, dollars: float) -> None:
        """Say what is kept back."""
        self._held.set(claims)
        self._dollars.set(dollars)

    def error(self, kind: str) -> None:
        """Count an error."""
        self._errors.labels(kind).inc()

    def alarm(self, event: str, *, active: bool) -> None:
        """Say whether an alarm is on."""
        self._alarms.labels(event).set(int(active))

    def serve(self, port: int, address: str = "127.0.0.1") -> Server:
        """Serve the numbers over HTTP.

        Raises:
            MetricsUnavailableError: the port is taken.
        """
        from prometheus_client import start_http_server

        try:
            server, thread = start_http_server(port, addr=address, registry=self._registry)
        except OSError as error:
            message = f"metrics cannot be served on {address}:{port}: {error.strerror}"
            raise MetricsUnavailableError(message) from error
        return _Server(server, thread)

    def write(self, path: Path) -> None:
        """Write the numbers for a text-file collector, at once.

        Raises:
            OSError: the file cannot be written.
        """
        from prometheus_client import write_to_textfile

        write_to_textfile(str(path), self._registry)

from __future__ import annotations

import json
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edi_guard.operations import metrics as metrics_module
from edi_guard.operations.heartbeat import Heartbeat, read_heartbeat
from edi_guard.operations.metrics import MetricsUnavailableError, NoMetrics, open_metrics
from edi_guard.operations.notify import Notifier

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


# ------------------------------------------------------------------- heartbeat


def test_a_heartbeat_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    Heartbeat(path, lambda: NOW).beat("watching", waiting=2, oldest_seconds=7.5, last_error="")
    state = read_heartbeat(path)
    assert state is not None
    assert (state.state, state.waiting, state.last_error) == ("watching", 2, "")
    assert state.is_alive(60, NOW + timedelta(seconds=59))
    assert not state.is_alive(60, NOW + timedelta(seconds=61))
    assert state.is_alive(60, NOW - timedelta(seconds=30)), "a clock set back a little"
    assert [item.name for item in tmp_path.iterdir()] == ["heartbeat.json"]


def test_a_stopped_or_broken_heartbeat_is_not_alive(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    assert read_heartbeat(path) is None
    Heartbeat(path, lambda: NOW).beat("stopped", waiting=0, oldest_seconds=0, last_error="")
    state = read_heartbeat(path)
    assert state is not None
    assert not state.is_alive(60, NOW)
    path.write_text("{")
    assert read_heartbeat(path) is None


# --------------------------------------------------------------- notifications


def _script(folder: Path, body: str) -> list[str]:
    path = folder / "hook.py"
    path.write_text(body)
    return [sys.executable, str(path), "fixed argument"]


def _told(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_command_is_told_once_until_it_is_over_or_time_has_passed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = _script(tmp_path, f"import sys\nopen({str(told)!r}, 'a').write(sys.argv[2] + '\\n')\n")
    now = [0.0]
    notifier = Notifier(command, folder="here", repeat_minutes=1, clock=lambda: now[0])
    assert notifier.send("stuck", {"file": "a.837"})
    assert not notifier.send("stuck", {"file": "a.837"})
    assert notifier.send("stuck", {"file": "b.837; rm -rf $HOME `date`"})
    now[0] = 61
    assert notifier.send("stuck", {"file": "a.837"})
    notifier.clear("stuck", "a.837")
    assert notifier.send("stuck", {"file": "a.837"})
    messages = _told(told)
    assert [m["file"] for m in messages] == ["a.837", "b.837; rm -rf $HOME `date`", "a.837", "a.837"]
    assert all(m["event"] == "stuck" and m["folder"] == "here" for m in messages)


@pytest.mark.parametrize(
    "body", ["import sys\nsys.exit(3)\n", "import time\ntime.sleep(20)\n", "raise ValueError\n"]
)
def test_a_command_that_fails_is_survived(tmp_path: Path, body: str) -> None:
    assert Notifier(_script(tmp_path, body), 1.0).send("error", {"error": "x"}) is False


def test_a_command_that_does_not_exist_is_survived() -> None:
    assert Notifier(["/no/such/program"]).send("error", {"error": "x"}) is False
    assert Notifier([]).send("error", {"error": "x"}) is False


def test_what_may_not_be_told_is_refused() -> None:
    with pytest.raises(ValueError, match="patient"):
        Notifier(["x"]).send("error", {"patient": "DOE"})


# --------------------------------------------------------------------- metrics


def test_metrics_are_counted_written_and_served(tmp_path: Path) -> None:
    metrics = open_metrics(wanted=True)
    metrics.file_done(
        outcome="processed",
        seconds=0.5,
        claims={"clean": 3, "held": 1},
        charges={"clean": 300.0, "held": -5.0},
        findings={("PAIR101", "reject"): 2},
        repairs={"FMT101": 4},
    )
    metrics.set_waiting(2, 30.0)
    metrics.set_held(1, 120.0)
    metrics.error("blocked")
    metrics.alarm("stuck", active=True)
    path = tmp_path / "metrics.prom"
    metrics.write(path)
    server = metrics.serve(_free_port())
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_last_port[0]}/metrics", timeout=10) as answer:
            served = answer.read().decode()
    finally:
        server.close()
    for text in (path.read_text(), served):
        for line in (
            'edi_guard_files_total{outcome="processed"} 1.0',
            'edi_guard_claims_total{disposition="clean"} 3.0',
            'edi_guard_findings_total{rule="PAIR101",severity="reject"} 2.0',
            'edi_guard_repairs_total{rule="FMT101"} 4.0',
            "edi_guard_waiting_files 2.0",
            "edi_guard_kept_dollars 120.0",
            'edi_guard_errors_total{kind="blocked"} 1.0',
            'edi_guard_alarm{event="stuck"} 1.0',
        ):
            assert line in text


_last_port = [0]


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        _last_port[0] = found.getsockname()[1]
    return _last_port[0]


def test_a_taken_port_is_one_sentence() -> None:
    metrics = open_metrics(wanted=True)
    server = metrics.serve(_free_port())
    try:
        with pytest.raises(MetricsUnavailableError, match="cannot be served"):
            open_metrics(wanted=True).serve(_last_port[0])
    finally:
        server.close()


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError

    monkeypatch.setattr(metrics_module, "Metrics", missing)
    with pytest.raises(MetricsUnavailableError, match=r"pip install 'edi-guard\[metrics\]'"):
        open_metrics(wanted=True)
    assert isinstance(open_metrics(wanted=False), NoMetrics)

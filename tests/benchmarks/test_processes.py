"""Memory is the operating system's, and shared memory counts once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.processes import CommandFailedError, Cost, fastest, rest_after, run

MEGABYTES = 64
HOLD = f"held = b'1' * ({MEGABYTES} << 20)"
WAIT = "import os, time; time.sleep(0.5)"
SHARE = "child = os.fork(); time.sleep(0.5); child and os.wait()"
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many processes share a page")


def _cost(code: str) -> tuple[float, float]:
    """Return the largest process and all together, measured by a small process as benchmarks are."""
    measure = (
        "import json, sys; from benchmarks.processes import run; "
        "cost = run([sys.executable, '-c', sys.argv[1]], sample=True); "
        "print(json.dumps([cost.largest, cost.together or 0]))"
    )
    done = subprocess.run([sys.executable, "-c", measure, code], capture_output=True, text=True, check=True)
    largest, together = json.loads(done.stdout)
    return largest, together


def test_the_largest_process_is_the_systems_figure() -> None:
    plain, _ = _cost(WAIT)
    holding, _ = _cost(f"{HOLD}; {WAIT}")

    assert 0.9 * MEGABYTES < holding - plain < 1.1 * MEGABYTES


@linux
def test_what_processes_share_counts_once() -> None:
    _, alone = _cost(f"{HOLD}; {WAIT}")
    _, shared = _cost(f"{HOLD}; {WAIT}; {SHARE}")
    _, twice = _cost(f"{WAIT}; child = os.fork(); {HOLD}; time.sleep(0.5); child and os.wait()")

    assert alone > 0.9 * MEGABYTES
    assert shared < alone + 0.5 * MEGABYTES
    assert twice > 1.8 * MEGABYTES


def test_sampling_takes_a_twentieth_of_the_time_and_less_of_a_long_run() -> None:
    assert rest_after(0.0001, 0.1) == 0.05
    assert rest_after(0.02, 1.0) == pytest.approx(0.4)
    assert rest_after(0.02, 12.0) == pytest.approx(1.2)
    assert rest_after(0.02, 600.0) == pytest.approx(2.0)


def test_of_several_runs_the_fastest_counts() -> None:
    costs = fastest({name: [sys.executable, "-c", "pass"] for name in ("a", "b")}, rounds=2)

    assert list(costs) == ["a", "b"]
    assert all(cost.seconds > 0 and cost.largest > 0 for cost in costs.values())


def test_over_two_runs_the_faster_time_counts_and_the_larger_memory() -> None:
    one, other = Cost(1.0, 1.9, 10.0, None, 0), Cost(2.0, 1.8, 12.0, 30.0, 0)

    assert one.and_again(other) == other.and_again(one) == Cost(1.0, 1.9, 12.0, 30.0, 0)
    assert one.and_again(one).together is None


def test_a_command_that_fails_has_no_cost() -> None:
    with pytest.raises(CommandFailedError, match="exit code 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"])

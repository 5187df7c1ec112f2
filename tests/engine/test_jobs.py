"""Several processes say what one says: the same report, the same files, the same answers."""

from __future__ import annotations

import os
import random
import re
import signal

import pytest

from edi_guard import workers
from edi_guard.engine import crew, examined, first_pass, process
from edi_guard.workers import WorkerDiedError
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import FIXTURES, make_settings
from tests.engine.everything import all_of
from tests.engine.test_screen import _changed

FILES = sorted(
    str(p.relative_to(FIXTURES))
    for folder in ("837[pi]", "demo", "delimiters", "broken")
    for p in FIXTURES.glob(f"{folder}/*")
    if p.suffix in (".837", ".edi")
)
JOBS = (2, 3)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the smallest file worked on by several, each with the least there can be."""
    monkeypatch.setattr(workers, "_WORTH_SEVERAL", 0)
    monkeypatch.setattr(crew, "_PART_BYTES", 1)
    monkeypatch.setattr(crew, "_CLAIMS_AT_ONCE", 1)


def _joined(names: list[str]) -> str:
    """Return files as one, of many interchanges: patients and claim numbers come again and again."""
    texts = []
    for number, name in enumerate(names, start=1):
        text = fixture(name)
        control = text.split("*")[13]
        texts.append(
            text.replace(f"*{control}*", f"*{number:09d}*", 1).replace(f"*{control}~", f"*{number:09d}~")
        )
    return "".join(texts)


@pytest.mark.parametrize("name", FILES)
def test_on_every_fixture(name: str) -> None:
    text = fixture(name)
    settings = make_settings()
    alone = all_of(text, settings, 1)

    for jobs in JOBS:
        assert all_of(text, settings, jobs) == alone


def test_on_many_interchanges() -> None:
    names = [name for name in FILES if name.startswith(("837", "demo")) and "*" in fixture(name)[:106]]
    text = _joined(names)
    settings = make_settings()
    alone = all_of(text, settings, 1)

    assert str(alone["report"]).count('"rule": "DUP') >= 5
    assert alone["held"]
    assert alone["rejected"]
    for jobs in JOBS:
        assert all_of(text, settings, jobs) == alone


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(40))
def test_on_changed_files(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    names = [name for name in FILES if name.startswith(("837", "demo")) and "*" in fixture(name)[:106]]
    text = _joined(chance.sample(names, 4))
    for _ in range(4):
        text = _changed(text, chance)
    settings = make_settings()

    assert all_of(text, settings, 3) == all_of(text, settings, 1)


def test_what_is_kept_between_the_passes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixture("demo/professional.837")
    settings = make_settings()
    kept = all_of(text, settings, 1)
    monkeypatch.setattr(first_pass, "KEPT_SEGMENTS", 0)

    assert all_of(text, settings, 1) == kept


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_process_that_dies_leaves_nothing_known_of_the_file(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if which == "first":
        monkeypatch.setattr(first_pass.Taker, "take", die)
    else:
        monkeypatch.setattr(examined.Examiner, "examine", die)
    with (
        Source.from_bytes(fixture("demo/professional.837").encode("latin-1")) as source,
        pytest.raises(WorkerDiedError, match=re.escape("ended with code -9")),
    ):
        process(source, make_settings(), jobs=2)

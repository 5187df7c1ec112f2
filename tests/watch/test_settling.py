from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edi_guard.config.model import Folders
from edi_guard.watch.litter import LITTER, is_litter
from edi_guard.watch.places import PlacesError, check_places, make_places, places_of
from edi_guard.watch.settling import Entry, Settling, is_complete
from tests.watch.command import PROFESSIONAL

WHOLE = PROFESSIONAL.read_bytes()


@pytest.mark.parametrize(
    ("data", "complete"),
    [
        (WHOLE, True),
        (WHOLE + b"\r\n\x1a", True),
        (b"\xef\xbb\xbf" + WHOLE, True),
        (WHOLE.rstrip()[:-1], False),
        (WHOLE[:-40], False),
        (WHOLE[:100], False),
        (b"", False),
        (b"IS", False),
        (b"\r\n", False),
        (b"%PDF-1.7", True),
        (WHOLE.replace(b"~\n", b"~").replace(b"~", b"\n"), True),
        (WHOLE.replace(b"~\n", b"~").replace(b"~", b"\n")[:-1], False),
        (WHOLE.replace(b"IEA*1*", b"IEX*1*"), False),
    ],
)
def test_is_complete(tmp_path: Path, data: bytes, complete: bool) -> None:  # noqa: FBT001
    path = tmp_path / "a.837"
    path.write_bytes(data)
    assert is_complete(path) is complete


def test_a_file_that_is_gone_is_not_complete(tmp_path: Path) -> None:
    assert not is_complete(tmp_path / "none")


class Observed(RuleBasedStateMachine):
    """A folder in which files are written, left alone, finished and taken away, under a clock of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.settling = Settling(10, 100, 1000, lambda: self.now)
        self.files: dict[str, tuple[int, int, float, float]] = {}
        self.folder = Path(__file__).parent

    @rule(name=st.sampled_from("abc"))
    def write(self, name: str) -> None:
        size, mtime, first, _ = self.files.get(name, (0, 0, self.now, 0.0))
        self.files[name] = (size + 1, mtime + 1, first, self.now)
        self.look()

    @rule(name=st.sampled_from("abc"))
    def take_away(self, name: str) -> None:
        self.files.pop(name, None)
        self.look()

    @rule(seconds=st.floats(0.1, 60))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.look()

    @rule()
    def look(self) -> None:
        # This module is no X12, so that whatever stands still is ready.
        entries = [
            Entry(name, size, mtime, Path(__file__)) for name, (size, mtime, _, _) in self.files.items()
        ]
        scan = self.settling.observe(entries)
        ready = {entry.name for entry in scan.ready}
        expected = {name for name, (_, _, _, changed) in self.files.items() if self.now - changed >= 10}
        assert ready == expected
        given_up = {given.entry.name for given in scan.given_up}
        assert ready | given_up | {waiting.name for waiting in scan.waiting} == set(self.files)
        assert all(self.now - self.files[name][2] >= 1000 for name in given_up)

    @invariant()
    def goes_on_in_another_process(self) -> None:
        state = json.loads(json.dumps(self.settling.state()))
        self.settling = Settling(10, 100, 1000, lambda: self.now)
        self.settling.restore(state, 0)


TestObserved = Observed.TestCase
TestObserved.settings = settings(max_examples=60, stateful_step_count=30)


def test_an_incomplete_file_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(WHOLE[:-40])
    now = [0.0]
    settling = Settling(5, 60, 600, lambda: now[0])
    entry = Entry("a.837", 1, 1, path)
    for moment in (0, 5, 59):
        now[0] = moment
        scan = settling.observe([entry])
        assert [waiting.name for waiting in scan.waiting] == ["a.837"]
    now[0] = 60
    assert [(given.entry.name, given.why) for given in settling.observe([entry]).given_up] == [
        ("a.837", "incomplete")
    ]


def test_ten_thousand_files_are_observed_fast(tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(WHOLE)
    entries = [Entry(f"{n}.837", 1, n, path) for n in range(10_000)]
    settling = Settling(0, 60, 600)
    settling.observe(entries)
    begun = time.process_time()
    scan = settling.observe(entries)
    assert [entry.mtime_ns for entry in scan.ready] == list(range(10_000))
    # No file is read again: reading them takes many times as long.
    again = time.process_time() - begun
    assert again < 5


@pytest.mark.parametrize("pattern", sorted(LITTER))
def test_litter(pattern: str) -> None:
    assert is_litter(pattern.replace("*", "claims"))
    assert is_litter(pattern.replace("*", "CLAIMS").upper())


@pytest.mark.parametrize("name", ["claims.837", "claims.tmp.837", "a.txt", "part.edi", "tmp", "CLAIMS", "1"])
def test_no_litter(name: str) -> None:
    assert not is_litter(name)


# ---------------------------------------------------------------------- places


def test_places_are_made_and_fit(tmp_path: Path) -> None:
    places = places_of(tmp_path, Folders())
    make_places(places)
    check_places(places)
    assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in places.folders.values())
    assert all(not list(folder.iterdir()) for folder in places.folders.values())


def _with(tmp_path: Path, **folders: str) -> None:
    places = places_of(tmp_path, Folders(**folders))
    make_places(places)
    check_places(places)


def test_nested_equal_and_linked_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacesError, match="lies in"):
        _with(tmp_path / "a", clean=str(tmp_path / "a" / "inbox" / "clean"))
    with pytest.raises(PlacesError, match="lies in"):
        _with(tmp_path / "b", clean=str(tmp_path / "b" / "inbox"))
    (tmp_path / "c" / "elsewhere").mkdir(parents=True)
    (tmp_path / "c" / "clean").symlink_to(tmp_path / "c" / "elsewhere")
    with pytest.raises(PlacesError, match="is a link"):
        _with(tmp_path / "c")


def test_a_folder_reached_by_another_way_is_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "d" / "inbox").mkdir(parents=True)
    (tmp_path / "way").symlink_to(tmp_path / "d")
    with pytest.raises(PlacesError, match="lies in"):
        _with(tmp_path / "d", clean=str(tmp_path / "way" / "inbox"))


def test_another_volume_is_refused(tmp_path: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108 - another volume, where there is one
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        other = Path("/proc/self")
    with pytest.raises(PlacesError, match=r"another volume|cannot be"):
        _with(tmp_path / "e", clean=str(other / "edi-guard-test"))
    if (other / "edi-guard-test").is_dir():
        (other / "edi-guard-test").rmdir()


def test_a_file_in_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("x")
    with pytest.raises(PlacesError, match="inbox"):
        _with(tmp_path)

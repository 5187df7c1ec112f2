from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edi_guard.archives import DiskFile, InMemory, Limits, contents_of, is_whole, only_content
from edi_guard.engine import sha256_of
from edi_guard.x12 import Source
from tests.archives.making import LIMITS, contents, read, refusal
from tests.builders import fixture

if TYPE_CHECKING:
    from pathlib import Path

CLAIMS = fixture("demo/professional.837").encode("latin-1")
PACKED = gzip.compress(CLAIMS)
MEGABYTE = 1 << 20


def is_archive(data: bytes) -> bool:
    return (
        data.startswith((b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))
        or data[257:262] == b"ustar"
    )


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=4), st.integers(0, 9))
def test_what_comes_out_is_what_went_in(parts: list[bytes], level: int) -> None:
    """Several members behind each other are one file."""
    whole = b"".join(parts)
    assume(not is_archive(whole))

    (content,) = contents(b"".join(gzip.compress(part, level) for part in parts), "claims.837.gz")

    with content.open() as source, Source.from_bytes(whole) as plain:
        assert source.refusal == ""
        assert source.size == plain.size
        assert b"".join(source.blocks()) == whole
        assert sha256_of(source) == sha256_of(plain)
        assert not source.is_changed()


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("claims.837.gz", "claims.837"),
        ("CLAIMS.837.GZ", "CLAIMS.837"),
        ("claims.txt.gz", "claims.txt"),
        ("claims.gz", "claims.837"),
        ("claims.837", "claims.837"),
        ("claims.20261123.gz", "claims.20261123"),
        ("claims.zip", "claims.837"),
    ],
)
def test_outputs_are_called_as_what_is_inside(name: str, outputs: str) -> None:
    """Content decides, whatever the name promises."""
    (content,) = contents(PACKED, name)

    assert (content.path, content.name) == (name, outputs)
    assert read(content) == CLAIMS


def test_a_plain_file_of_an_archives_name_is_read_as_it_is() -> None:
    for data in (CLAIMS, b"\xef\xbb\xbf\r\n" + CLAIMS, b""):
        (content,) = contents(data, "claims.837.gz")
        assert content.name == "claims.837"
        assert read(content) == data


@pytest.mark.parametrize("name", ["claims.gz", "claims.837.gz", "claims.zip"])
def test_an_archives_name_without_an_archive(name: str) -> None:
    (content,) = contents(b"Dear Sir or Madam,\n", name)

    assert "its content is none" in refusal(content)


def test_cut_off_anywhere() -> None:
    data = gzip.compress(CLAIMS[:300]) + gzip.compress(CLAIMS[300:500])
    first = len(gzip.compress(CLAIMS[:300]))
    # With one byte of its mark nobody sees that a second member begins.
    for end in {*range(2, len(data))} - {first + 1}:
        (content,) = contents(data[:end], "claims.837.gz")
        if end == first:
            # A second member was to come: that the claims do not end here is seen by the claims.
            assert read(content) == CLAIMS[:300]
        else:
            assert "ends in the middle" in refusal(content), end
        assert is_whole(InMemory(data[:end], "claims.837.gz"), LIMITS) is (end == first)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_damaged_anywhere(place: int, by: int) -> None:
    """What is read is what was packed, or nothing is."""
    data = bytearray(PACKED)
    data[place] ^= by
    (content,) = contents(bytes(data), "claims.837.gz")

    with content.open() as source:
        assert source.refusal or b"".join(source.blocks()) == CLAIMS


def test_something_else_behind_it() -> None:
    (content,) = contents(PACKED + b"Dear Sir or Madam,", "claims.837.gz")
    assert "something else stands behind it" in refusal(content)
    (content,) = contents(PACKED + bytes(512), "claims.837.gz")
    assert read(content) == CLAIMS, "tapes and some programs fill up with zeros"


@pytest.mark.parametrize(
    "inner",
    [PACKED, b"PK\x03\x04 a zip archive", b"claims.837".ljust(257, b"\0") + b"ustar\x0000", b"\x1f\x8b"],
)
def test_an_archive_inside_is_named_and_not_opened(inner: bytes) -> None:
    (content,) = contents(gzip.compress(inner), "claims.837.gz")

    assert "an archive inside an archive" in refusal(content)


# -------------------------------------------------------------------------------- bombs


def test_more_than_is_allowed() -> None:
    (content,) = contents(gzip.compress(bytes(MEGABYTE + 1)), "a.gz", Limits(expanded=MEGABYTE))
    assert "more than 1 megabytes" in refusal(content)
    (content,) = contents(gzip.compress(bytes(MEGABYTE)), "a.gz", Limits(expanded=MEGABYTE))
    assert read(content) == bytes(MEGABYTE)


def test_what_grows_to_many_times_its_size() -> None:
    data = gzip.compress(bytes(65 * MEGABYTE))
    (content,) = contents(data, "a.gz")
    assert "more than 200 times its size" in refusal(content)
    (content,) = contents(data, "a.gz", Limits(ratio=1100))
    with content.open() as source:
        assert source.size == 65 * MEGABYTE


def test_a_short_file_may_repeat_itself() -> None:
    data = gzip.compress(bytes(63 * MEGABYTE))
    (content,) = contents(data, "a.gz")

    with content.open() as source:
        assert source.refusal == ""
        assert source.size == 63 * MEGABYTE > 200 * len(data)


def test_a_size_that_is_a_lie_changes_nothing() -> None:
    lying = PACKED[:-4] + (3_000_000_000).to_bytes(4, "little")
    (content,) = contents(lying, "claims.837.gz")

    assert "damaged" in refusal(content)


# --------------------------------------------------------------------------- known before


def test_the_size_is_guessed_before_it_is_expanded() -> None:
    (content,) = contents(PACKED, "claims.837.gz")
    assert len(CLAIMS) <= content.size <= 2 * len(CLAIMS)
    (content,) = contents(PACKED + gzip.compress(b""), "claims.837.gz")
    assert content.size > len(CLAIMS) / 2, "though the last member has none"
    (content,) = contents(CLAIMS, "claims.837")
    assert content.size == len(CLAIMS)


def test_a_file_that_changed_since_it_was_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "claims.837.gz"
    path.write_bytes(PACKED)
    (content,) = contents_of(DiskFile(path, "claims.837.gz"), LIMITS)
    path.write_bytes(PACKED + gzip.compress(b"and more"))

    assert "was changed since" in refusal(content)


def test_a_file_that_changes_while_it_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "claims.837.gz"
    path.write_bytes(PACKED)
    with only_content(DiskFile(path, "claims.837.gz"), LIMITS).open() as source:
        assert not source.is_changed()
        with path.open("ab") as stream:
            stream.write(gzip.compress(b"and more"))
        assert source.is_changed()

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edi_guard.archives import InMemory, Limits, contents_of, is_whole, only_content
from edi_guard.archives.names import unique_names
from edi_guard.engine import sha256_of
from edi_guard.x12 import Source
from tests.archives.making import LIMITS, contents, read, refusal, told, zipped
from tests.archives.test_gzips import MEGABYTE, PACKED, is_archive
from tests.builders import fixture

if TYPE_CHECKING:
    from collections.abc import Callable

CLAIMS = fixture("demo/professional.837").encode("latin-1")
OTHERS = fixture("demo/institutional.837").encode("latin-1")
TWO = [("a.837", CLAIMS), ("b.837", OTHERS)]
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}/?[a-z]{1,8}\.837", fullmatch=True), st.binary(max_size=600), min_size=1
    ),
    st.sampled_from(METHODS),
    st.binary(max_size=30),
)
def test_what_comes_out_is_what_went_in(members: dict[str, bytes], method: int, comment: bytes) -> None:
    # A remark that looks like the end of an archive makes two of one: nobody knows which one counts.
    assume(b"PK" not in comment and not any(map(is_archive, members.values())))

    def remark(archive: zipfile.ZipFile) -> None:
        archive.comment = comment

    found = contents(zipped(members.items(), remark, method), "claims.zip")

    assert [content.path for content in found] == [f"claims.zip:{path}" for path in members]
    assert len({content.name.casefold() for content in found}) == len(found)
    for content, data in zip(found, members.values(), strict=True):
        assert content.size == len(data)
        with content.open() as source, Source.from_bytes(data) as plain:
            assert source.refusal == ""
            assert b"".join(source.blocks()) == data
            assert sha256_of(source) == sha256_of(plain)


def test_an_archive_that_was_written_as_a_stream() -> None:
    """Sizes stand behind the members then, and in the table of contents."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = io.BytesIO()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return self.written.write(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in TWO:
            archive.writestr(name, data)
    found = contents(pipe.written.getvalue(), "claims.zip")

    assert [read(content) for content in found] == [CLAIMS, OTHERS]


def test_what_is_taken_is_what_would_be_taken_of_a_folder() -> None:
    link = zipfile.ZipInfo("link.837")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ["z.837", "a.EDI", "sub/b.txt", "sub/", "readme.md", ".hidden.837", "c.837.tmp", "d.part"]
    names += ["__MACOSX/._z.837", ".git/e.837", "report.pdf", "f.x12", "g.dat", "win\\h.837"]
    data = zipped([*((name, CLAIMS) for name in names), (link, b"/etc/passwd")])

    found = contents(data, "claims.zip")

    assert [content.path.partition(":")[2] for content in found] == [
        "z.837", "a.EDI", "sub/b.txt", "f.x12", "g.dat", "win/h.837"
    ]  # fmt: skip
    assert [content.name for content in found] == ["z.837", "a.EDI", "b.txt", "f.x12", "g.dat", "h.837"]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/b.837", "c/b.837", "d.837"], ["a-b.837", "c-b.837", "d.837"]),
        (["a/B.837", "c/b.837"], ["a-B.837", "c-b.837"]),
        (["a.837", "A.837"], ["a.837", "A-2.837"]),
        (["a/b.837", "c/b.837", "a-b.837"], ["a-b.837", "c-b.837", "a-b-2.837"]),
        (["x/caf\u00e9.837", "y/cafe\u0301.837"], ["x-caf\u00e9.837", "y-cafe\u0301.837"]),
        (["nul.837", "CON.txt", "12:30.837", "tab\t.837"], ["_nul.837", "_CON.txt", "12_30.837", "tab_.837"]),
        (["a" * 300 + ".837"], ["a" * 176 + ".837"]),
    ],
)  # fmt: skip
def test_names_of_outputs_are_safe_and_unique(paths: list[str], names: list[str]) -> None:
    found = contents(zipped((path, CLAIMS) for path in paths), "claims.zip")

    assert [content.name for content in found] == names
    assert all(content.path.isprintable() for content in found)


def test_a_file_without_bytes_is_a_file() -> None:
    found = contents(zipped([("a.837", b""), ("b.837", CLAIMS)]), "claims.zip")

    assert [read(content) for content in found] == [b"", CLAIMS]


# ------------------------------------------------------- one file is refused, the others are read


def _entry(number: int, **values: int) -> Callable[[zipfile.ZipFile], None]:
    def change(archive: zipfile.ZipFile) -> None:
        for name, value in values.items():
            setattr(archive.filelist[number], name, value)

    return change


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_entry(0, flag_bits=0x1), "needs a password"),
        (_entry(0, compress_type=9), "method 9"),
        (_entry(0, compress_type=99), "method 99"),
        (_entry(0, CRC=1), "damaged"),
        (_entry(0, file_size=len(CLAIMS) - 1), "damaged"),
        (_entry(0, file_size=len(CLAIMS) + 1), "damaged"),
        (_entry(0, file_size=0, CRC=0), "damaged"),
        (_entry(0, file_size=106, CRC=zlib.crc32(CLAIMS[:106])), "damaged"),
        (_entry(0, compress_size=10), "damaged"),
        (_entry(0, header_offset=3), "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_others(
    change: Callable[[zipfile.ZipFile], None], words: str, method: int
) -> None:
    found = contents(zipped(TWO, change, method), "claims.zip")

    assert words in refusal(found[0])
    assert read(found[1]) == OTHERS
    with found[0].open() as source:
        assert source.size == 0, "nothing stands for it"


def test_methods_that_are_not_read() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        (content,) = contents(zipped([("a.837", CLAIMS)], method=method), "claims.zip")
        assert f"method {method}" in refusal(content)


def test_bytes_behind_the_compressed_ones_are_not_passed_over() -> None:
    """A second claim file could hide there."""
    machine = zlib.compressobj(wbits=-15)
    packed = machine.compress(CLAIMS) + machine.flush()
    data = zipped([("a.837", packed + b"behind"), ("b.837", OTHERS)], method=zipfile.ZIP_STORED)
    # The first member is said to be deflated: in its header, which is not asked, and in the table.
    table = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    changed = bytearray(data)
    struct.pack_into("<H", changed, table + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<I", changed, table + 16, zlib.crc32(CLAIMS))
    struct.pack_into("<I", changed, table + 24, len(CLAIMS))
    found = contents(bytes(changed), "claims.zip")

    assert "damaged" in refusal(found[0])
    assert read(found[1]) == OTHERS


@pytest.mark.parametrize("name", ["old.zip", "claims.837.gz", "a.7z", "b.tar", "c.tgz", "d.rar"])
def test_archives_inside_are_named_and_not_opened(name: str) -> None:
    found = told(zipped([("a.837", CLAIMS), (name, PACKED)]), "claims.zip")

    assert found["claims.zip:a.837"] == ""
    assert "an archive inside an archive" in found[f"claims.zip:{name}"]


def test_an_archive_inside_under_a_claims_name() -> None:
    found = told(zipped([("a.837", CLAIMS), ("b.837", PACKED)]), "claims.zip")

    assert "an archive inside an archive" in found["claims.zip:b.837"]


def test_one_file_that_grows_to_many_times_its_size() -> None:
    found = contents(zipped([("a.837", bytes(65 * MEGABYTE)), ("b.837", OTHERS)]), "claims.zip")

    assert "more than 200 times" in refusal(found[0])
    assert read(found[1]) == OTHERS


# ------------------------------------------------------------- nothing of the archive is read


def _again(archive: zipfile.ZipFile) -> None:
    """Let a second name lead to the bytes of the first."""
    first = archive.filelist[0]
    second = zipfile.ZipInfo("c.837")
    for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
        setattr(second, name, getattr(first, name))
    archive.filelist.append(second)


def _second_part(data: bytes) -> bytes:
    """Say that the last member is on another disk."""
    changed = bytearray(data)
    struct.pack_into("<H", changed, data.rindex(b"PK\x01\x02") + 34, 1)
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped([*TWO, ("a.837", OTHERS)]), "2 files in the zip archive are called a.837"),
        (zipped([*TWO, ("../c.837", CLAIMS)]), "has the path ../c.837, which leads out of it"),
        (zipped([*TWO, ("x/../../c.837", CLAIMS)]), "leads out of it"),
        (zipped([*TWO, ("/etc/c.837", CLAIMS)]), "leads out of it"),
        (zipped([*TWO, ("C:/claims/c.837", CLAIMS)]), "leads out of it"),
        (zipped([*TWO, ("..\\c.837", CLAIMS)]), "leads out of it"),
        (zipped(TWO, _again), "overlap"),
        (zipped(TWO, _entry(0, compress_size=1 << 20)), "overlap"),
        (zipped(TWO, _entry(1, compress_size=1 << 20)), "overlap"),
        (_second_part(zipped(TWO)), "one of several parts"),
        (
            zipped([("report.pdf", b"%PDF"), ("readme.md", b"")]),
            "no file in the zip archive whose name ends in .837",
        ),
        (zipped([]), "no file in the zip archive"),
        (zipped(TWO)[:-30], "ends in the middle"),
        (zipped(TWO)[:200], "ends in the middle"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused_whole(data: bytes, words: str) -> None:
    (content,) = contents(data, "inbox/claims.zip")

    assert (content.path, content.name) == ("inbox/claims.zip", "claims.zip")
    assert words in refusal(content)
    with content.open() as source:
        assert b"".join(source.blocks()) == data, "the archive stands for itself"


def test_more_in_all_than_is_allowed() -> None:
    data = zipped(TWO)
    total = len(CLAIMS) + len(OTHERS)
    assert [c.path for c in contents(data, "c.zip", Limits(expanded=total))] == ["c.zip:a.837", "c.zip:b.837"]
    (content,) = contents(data, "c.zip", Limits(expanded=total - 1))
    assert "holds more than 0 megabytes" in refusal(content)


def test_a_table_of_contents_that_would_fill_the_memory() -> None:
    """It is read at once, so that it must be short; real ones have some hundred bytes a file."""
    data = zipped((f"{number}{'x' * 30_000}.837", b"") for number in range(300))
    (content,) = contents(data, "claims.zip")

    assert "too many files" in refusal(content)


def test_many_names_that_are_alike_are_told_apart_fast() -> None:
    # Whatever cannot be printed becomes the same.
    paths = [f"a{chr(1 + n % 31)}{chr(1 + n // 31 % 31)}{chr(1 + n // 961 % 31)}.837" for n in range(29_000)]

    begun = time.process_time()
    names = unique_names(paths)

    assert time.process_time() - begun < 20
    assert len(set(names)) == len(set(paths)) == 29_000
    assert names[:3] == ["a___.837", "a___-2.837", "a___-3.837"]


def test_ten_thousand_files_are_listed_and_opened() -> None:
    found = contents(zipped((f"{n}.837", b"ISA") for n in range(10_000)), "claims.zip")

    assert len({content.name for content in found}) == 10_000
    assert read(found[9_999]) == b"ISA"


@given(st.binary(max_size=300), st.integers(0, 3))
def test_arbitrary_bytes_behind_the_mark_of_a_zip(data: bytes, mark: int) -> None:
    head = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK\x05\x06" + bytes(18)][mark]
    for content in contents(head + data, "claims.zip"):
        assert refusal(content)


WHOLE = zipped(TWO)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=1, max_size=6))
def test_damaged_anywhere(changes: list[tuple[int, int]]) -> None:
    """What is read is what was packed, or nothing is; and no damage is an error of ours."""
    data = bytearray(WHOLE)
    for place, by in changes:
        data[place] ^= by
    for content in contents_of(InMemory(bytes(data), "claims.zip"), LIMITS):
        with content.open() as source:
            assert source.refusal or b"".join(source.blocks()) in (CLAIMS, OTHERS)


# ------------------------------------------------------------------------- one file, one input


def test_where_one_file_must_be_one_input() -> None:
    only = only_content(InMemory(zipped([("sub/a.837", CLAIMS), ("readme.md", b"x")]), "c.zip"), LIMITS)
    assert (only.path, only.name) == ("c.zip:sub/a.837", "a.837")
    assert read(only) == CLAIMS
    several = only_content(InMemory(WHOLE, "c.zip"), LIMITS)
    assert "there are 2 claim files and archives in it" in refusal(several)
    damaged = zipped([("a.837", CLAIMS)], _entry(0, CRC=1))
    with only_content(InMemory(damaged, "c.zip"), LIMITS).open() as source:
        assert source.refusal
        assert b"".join(source.blocks()) == damaged, "the archive stands for what cannot be read in it"


def test_whether_an_archive_is_complete() -> None:
    assert is_whole(InMemory(CLAIMS, "a.837"), LIMITS) is None
    assert is_whole(InMemory(WHOLE, "a.zip"), LIMITS) is True
    assert is_whole(InMemory(WHOLE[:-30], "a.zip"), LIMITS) is False
    assert is_whole(InMemory(PACKED, "a.gz"), LIMITS) is True
    assert is_whole(InMemory(PACKED[:-9], "a.gz"), LIMITS) is False
    # Waiting mends neither of these.
    assert is_whole(InMemory(PACKED[:-8] + bytes(8), "a.gz"), LIMITS) is True
    assert is_whole(InMemory(PACKED, "a.gz"), Limits(expanded=10)) is True

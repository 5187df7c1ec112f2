"""Every layout is recognised and read, and what is damaged changes nothing."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.reference import (
    CodeSystem,
    EditSetting,
    ReferenceTableError,
    ReferenceTables,
    Standing,
    TableKind,
)
from edi_guard.reference.days import day_of, read_day, read_ordinal_day
from edi_guard.reference.importing import import_file
from edi_guard.reference.layout import Given, effective_day
from edi_guard.reference.store import Store, memory_store, open_store
from tests.conftest import ROOT
from tests.reference import samples
from tests.reference.samples import FILES, hcpcs_record, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODESETS = ROOT.parent / "shared" / "codesets"
NOVEMBER = date(2026, 11, 2)


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store("test")
    yield made
    made.close()


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def load(store: Store, folder: Path, name: str, text: str | None = None) -> ReferenceTables:
    import_file(store, put(folder, name, FILES[name] if text is None else text))
    return ReferenceTables([store])


def rows(store: Store) -> int:
    return sum(source.rows for source in store.sources())


EXPECTED = {
    "ccipra-v322r0-f1.TXT": (TableKind.PAIRS, "v322r0", 20240101, 8),
    "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv": (TableKind.UNITS, "from 20261001", 20261001, 3),
    "AOC_V2026Q4-MCR.txt": (TableKind.ADD_ON, "V2026Q4", 20261001, 4),
    "PPRRVU2026_Oct_nonQPP.csv": (TableKind.FEE_SCHEDULE, "from 20261001", 20261001, 5),
    "icd10cm_order_2027.txt": (TableKind.ICD_10_CM, "from 20261001", 20261001, 6),
    "icd10pcs_order_2027.txt": (TableKind.ICD_10_PCS, "from 20261001", 20261001, 2),
    "HCPC2026_OCT_ANWEB.csv": (TableKind.HCPCS, "from 20261001", 20261001, 5),
    "nucc_taxonomy_261.csv": (TableKind.TAXONOMY, "from 20260701", 20260701, 2),
    "modifiers.csv": (TableKind.MODIFIERS, "without a day", 0, 4),
    "places.csv": (TableKind.PLACE_OF_SERVICE, "without a day", 0, 3),
    "revenue.csv": (TableKind.REVENUE, "without a day", 0, 12),
    "CARC_codes.csv": (TableKind.ADJUSTMENT_REASONS, "without a day", 0, 4),
    "RARC_codes.csv": (TableKind.REMARKS, "without a day", 0, 3),
    "claim_status_codes.csv": (TableKind.CLAIM_STATUS, "without a day", 0, 2),
    "claim_status_category_codes.csv": (TableKind.CLAIM_STATUS_CATEGORY, "without a day", 0, 2),
    "ccioph-v322r0-f1.TXT": (TableKind.PAIRS, "v322r0", 20240101, 8),
    "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv": (
        TableKind.UNITS,
        "from 20261001",
        20261001,
        3,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_layout_is_recognised(name: str, store: Store, tmp_path: Path) -> None:
    (done,) = import_file(store, put(tmp_path, name, FILES[name]))
    assert (done.kind, done.label, done.first, done.rows) == EXPECTED[name]


# The ICD-10 order files are text of fixed width only.
@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("icd10")])
def test_the_same_as_a_spreadsheet(name: str, store: Store, tmp_path: Path) -> None:
    path = tmp_path / f"{name.rpartition('.')[0]}.xlsx"
    spreadsheet(path, FILES[name])
    (done,) = import_file(store, path)
    assert (done.kind, done.label, done.first, done.rows) == EXPECTED[name]


def spreadsheet(path: Path, text: str) -> None:
    import csv
    import io

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    delimiter = "\t" if "\t" in text else ","
    for row in csv.reader(io.StringIO(text), delimiter=delimiter):
        sheet.append([int(c) if c.isdigit() and not c.startswith("0") else c or None for c in row])
    book.save(path)


# ------------------------------------------------------------------ quirks of layouts


def test_pairs_carry_history(store: Store, tmp_path: Path) -> None:
    tables = load(store, tmp_path, "ccipra-v322r0-f1.TXT")

    def indicator(one: str, two: str, on: date) -> int | None:
        found = tables.pair(EditSetting.PRACTITIONER, one, two, on)
        return found.indicator if found else None

    assert indicator("20610", "76942", date(2019, 12, 31)) is None
    assert indicator("20610", "76942", date(2020, 1, 1)) == 0
    # The deletion day is the last one.
    assert indicator("20610", "76942", date(2023, 12, 31)) == 0
    assert indicator("20610", "76942", date(2024, 1, 1)) == 1
    # Deleted on the day on which it began: never in force.
    assert indicator("20610", "77002", date(2024, 1, 1)) is None
    assert indicator("20610", "77021", NOVEMBER) is None
    assert indicator("20605", "76942", date(1996, 1, 1)) == 1
    assert indicator("20605", "76942", date(2026, 1, 1)) is None
    assert indicator("G4000", "20611", NOVEMBER) is None
    assert tables.pair(EditSetting.OUTPATIENT, "20611", "G4000", NOVEMBER) is None
    assert tables.pair_indicators(EditSetting.PRACTITIONER, "20610", "76942") == {0, 1}
    assert tables.pair_indicators(EditSetting.PRACTITIONER, "20610", "77002") == frozenset()


def test_pairs_of_every_setting(store: Store, tmp_path: Path) -> None:
    for name, setting in (
        ("ccioph-v322r0-f1.txt", EditSetting.OUTPATIENT),
        ("medicaid-practitioner-ptp.txt", EditSetting.MEDICAID_PRACTITIONER),
    ):
        (done,) = import_file(store, put(tmp_path, name, samples.PAIRS))
        assert done.setting == setting
    with pytest.raises(ReferenceTableError, match="--setting"):
        import_file(store, put(tmp_path, "pairs.txt", samples.PAIRS))
    (done,) = import_file(store, tmp_path / "pairs.txt", Given(setting=EditSetting.PRACTITIONER))
    assert done.setting == "practitioner"


def test_parts_of_a_version_stand_together(store: Store, tmp_path: Path) -> None:
    head = "".join(samples.PAIRS.splitlines(keepends=True)[:6])
    load(store, tmp_path, "ccipra-v322r0-f1.TXT")
    tables = load(
        store, tmp_path, "ccipra-v322r0-f2.TXT", head + "64493\t76942\t\t20240101\t*\t0\tInvented\n"
    )
    assert len(store.editions()) == 1
    assert [source.part for source in store.sources()] == ["f1", "f2"]
    assert tables.pair(EditSetting.PRACTITIONER, "64493", "76942", NOVEMBER)
    assert tables.pair(EditSetting.PRACTITIONER, "20611", "G4000", NOVEMBER)


def test_a_newer_copy_of_a_part_takes_the_place_of_the_older(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, "ccipra-v322r0-f1.TXT")
    shorter = "".join(samples.PAIRS.splitlines(keepends=True)[:8])
    tables = load(store, tmp_path, "ccipra-v322r0-f1.TXT", shorter)
    assert rows(store) == 2
    assert tables.pair(EditSetting.PRACTITIONER, "20605", "76942", date(2000, 1, 1)) is None


def test_units_come_with_their_indicator(store: Store, tmp_path: Path) -> None:
    tables = load(store, tmp_path, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")
    found = tables.most_units(EditSetting.PRACTITIONER, "20550", NOVEMBER)
    assert found is not None
    assert (found.units, found.adjudication) == (3, 3)
    assert tables.most_units(EditSetting.PRACTITIONER, "20550", date(2026, 9, 30)) is None
    assert tables.most_units(EditSetting.PRACTITIONER, "G4000", NOVEMBER) is None


def test_the_version_of_the_day_counts(store: Store, tmp_path: Path) -> None:
    older = samples.UNITS.replace("20610,2,", "20610,1,")
    load(store, tmp_path, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", older)
    tables = load(store, tmp_path, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")

    def units(on: date) -> int:
        found = tables.most_units(EditSetting.PRACTITIONER, "20610", on)
        assert found is not None
        return found.units

    assert units(date(2026, 9, 30)) == 1
    assert units(date(2026, 10, 1)) == 2
    least = tables.least_units(EditSetting.PRACTITIONER, "20610")
    assert least is not None
    assert least.units == 1


def test_add_on_days_are_days_of_the_year(store: Store, tmp_path: Path) -> None:
    tables = load(store, tmp_path, "AOC_V2026Q4-MCR.txt")
    found = tables.add_on("64495", date(2025, 12, 31))
    assert found is not None
    assert found.type == 1
    assert found.primaries == {"64493", "64494"}
    found = tables.add_on("64495", date(2026, 1, 1))
    assert found is not None
    assert found.primaries == {"64493"}
    defined = tables.add_on("20704", NOVEMBER)
    assert defined is not None
    assert (defined.type, defined.primaries) == (2, frozenset())
    assert tables.add_on("20705", date(2026, 2, 28)) is not None
    assert tables.add_on("20705", date(2026, 3, 1)) is None
    assert tables.add_on("20610", NOVEMBER) is None


def test_payment_indicators_are_found_by_their_headings(store: Store, tmp_path: Path) -> None:
    tables = load(store, tmp_path, "PPRRVU2026_Oct_nonQPP.csv")
    found = tables.indicators("27447", NOVEMBER)
    assert found is not None
    assert (found.status, found.components, found.global_days) == ("A", "0", "090")
    assert (found.bilateral, found.assistant, found.co_surgeons, found.team) == ("1", "2", "2", "0")
    assert tables.indicators("99999", NOVEMBER) is None


def test_diagnoses_and_their_addenda(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, "icd10cm_order_2027.txt")
    tables = load(store, tmp_path, "icd10cm_order_addenda_April_1_2027.txt", samples.ADDENDA)

    def standing(code: str, on: date) -> Standing:
        return tables.entry(CodeSystem.DIAGNOSIS, code, on).standing

    march, april = date(2027, 3, 31), date(2027, 4, 1)
    assert standing("M25511", march) is Standing.VALID
    assert standing("M2551", march) is Standing.HEADING
    assert standing("M25519", march) is Standing.MISSING
    assert standing("M25519", april) is Standing.VALID
    assert standing("Z9999", march) is Standing.VALID
    assert standing("Z9999", april) is Standing.ENDED
    # Deleted and added: it became a heading.
    assert standing("M7541", april) is Standing.HEADING
    assert standing("A000", april) is Standing.VALID
    # Before the first table nobody knows what is missing, and after its year neither.
    assert standing("Q9999", date(2026, 9, 30)) is Standing.UNKNOWN
    assert standing("M25511", date(2026, 9, 30)) is Standing.VALID
    assert standing("Q9999", date(2027, 9, 30)) is Standing.MISSING
    assert standing("Q9999", date(2027, 10, 1)) is Standing.UNKNOWN


def test_hcpcs_of_fixed_width(store: Store, tmp_path: Path) -> None:
    text = "\n".join(
        [
            hcpcs_record("G9001", "3", "An invented service that needs", "20240101", changed="20260101"),
            hcpcs_record("G9001", "4", "a second line"),
            hcpcs_record("G9002", "3", "An old service", "20200101", "20231231"),
            hcpcs_record("RT", "7", "An invented side", "19900101"),
        ]
    )
    tables = load(store, tmp_path, "HCPC2026_CONTR_ANWEB.txt", text)

    found = tables.hcpcs("G9001", date(2025, 1, 1))
    assert found is not None
    assert found.text == "An invented service that needs a second line"
    assert found.flag == "C"
    assert tables.entry(CodeSystem.HCPCS, "G9001", date(2023, 12, 31)).standing is Standing.EARLY
    assert tables.entry(CodeSystem.HCPCS, "G9002", date(2024, 1, 1)).standing is Standing.ENDED
    assert tables.hcpcs("G9002", date(2023, 12, 31)) is not None
    assert tables.entry(CodeSystem.MODIFIER, "RT", NOVEMBER).standing is Standing.VALID


def test_a_steady_code_is_in_force_all_the_time(store: Store, tmp_path: Path) -> None:
    tables = load(store, tmp_path, "HCPC2026_OCT_ANWEB.csv")
    first, last = date(2025, 1, 1), date(2026, 11, 23)
    assert tables.is_steady(CodeSystem.HCPCS, "G4000", first, last)
    assert not tables.is_steady(CodeSystem.HCPCS, "J9999", first, last)
    assert tables.is_steady(CodeSystem.HCPCS, "J9999", first, date(2025, 12, 31))
    assert not tables.is_steady(CodeSystem.HCPCS, "G9001", first, last)
    assert tables.is_steady(CodeSystem.HCPCS, "G9001", date(2026, 7, 1), last)
    assert not tables.is_steady(CodeSystem.HCPCS, "A0000", first, last)
    assert not tables.is_steady(CodeSystem.DIAGNOSIS, "M25511", first, last)


# -------------------------------------------------------------------- archives


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def test_twins_in_an_archive_are_read_once_the_text_first(store: Store, tmp_path: Path) -> None:
    sheet = tmp_path / "twin.xlsx"
    spreadsheet(sheet, samples.PAIRS)
    path = archive(
        tmp_path / "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f1.zip",
        {
            "ccipra-v322r0-f1.xlsx": sheet.read_bytes(),
            "ccipra-v322r0-f1.TXT": samples.PAIRS.encode(),
            "__MACOSX/._ccipra-v322r0-f1.TXT": b"\0\0",
            "Read me first.pdf": b"%PDF",
        },
    )
    (done,) = import_file(store, path)
    assert (done.name, done.first, done.rows) == ("ccipra-v322r0-f1.TXT", 20260701, 8)


def test_addenda_beside_an_order_file_say_nothing_new(store: Store, tmp_path: Path) -> None:
    files = {
        "icd10cm_order_2027.txt": samples.ORDER.encode(),
        "icd10cm_order_addenda_2027.txt": samples.ADDENDA.encode(),
        "icd10cm_codes_2027.txt": b"A000    Invented\nM25511  Invented\n",
    }
    done = import_file(store, archive(tmp_path / "2027-code-descriptions.zip", files))
    assert [one.kind for one in done] == [TableKind.ICD_10_CM]


def test_an_april_release_counts_from_april(store: Store, tmp_path: Path) -> None:
    path = archive(
        tmp_path / "april-1-2026-code-descriptions-in-tabular-order.zip",
        {"Code Descriptions/icd10cm_order_2026.txt": samples.ORDER.encode()},
    )
    (done,) = import_file(store, path)
    assert done.first == 20260401


# ------------------------------------------------------------------------ damage


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("letter.txt", "Dear Sir or Madam,", "no reference table that edi-guard knows"),
        ("empty.csv", "", "no reference table that edi-guard knows"),
        ("ccipra-v322r0-f1.txt", samples.PAIRS[:-25], "row 14: it has not the columns of a pair"),
        (
            "ccipra-v322r0-f1.txt",
            samples.PAIRS.replace("20200101", "20201301"),
            "row 9: .*the file is damaged",
        ),
        (
            "ccipra-v322r0-f1.txt",
            "".join(samples.PAIRS.splitlines(keepends=True)[:6]),
            "there is no pair in it",
        ),
        ("MCR_MUE_PractitionerServices.csv", samples.UNITS, "--effective"),
        (
            "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv",
            samples.UNITS.replace("20550,3", "20550,x"),
            "no code with a number of units",
        ),
        (
            "AOC_V2026Q4-MCR.txt",
            samples.ADD_ON.replace("2013001", "2013400"),
            "no year with a day of the year",
        ),
        ("PPRRVU2026_Oct.csv", samples.FEES[:-30], "has not the columns of the heading"),
        ("icd10cm_order_2027.txt", samples.ORDER + "0000", "no line of an order file"),
        ("HCPC2026_OCT_ANWEB.csv", samples.HCPCS_CSV.replace("20260701", "2026-7"), "row 7: .*no day"),
        ("HCPC2026_CONTR.txt", hcpcs_record("G9001", "3", "x", "20240101")[:200], "cut off"),
        ("revenue.csv", "revenue_code\n04A2\n", "no code of this list"),
        ("broken.zip", "PK\x03\x04 not an archive", "no reference table|damaged"),
        ("broken.xlsx", "not a spreadsheet", "spreadsheet cannot be read"),
    ],
)
def test_damage_is_said_and_nothing_is_half_loaded(
    name: str, text: str, words: str, store: Store, tmp_path: Path
) -> None:
    with pytest.raises(ReferenceTableError, match=words) as caught:
        import_file(store, put(tmp_path, name, text))
    assert "\n" not in str(caught.value)
    assert rows(store) == 0
    assert store.editions() == []


def test_an_archive_that_was_cut_off(store: Store, tmp_path: Path) -> None:
    files = {"ccipra-v322r0-f1.txt": samples.PAIRS.encode() * 50}
    whole = archive(tmp_path / "whole.zip", files).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReferenceTableError, match="damaged or not complete"):
        import_file(store, tmp_path / "cut.zip")
    damaged = bytearray(whole)
    damaged[120] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    with pytest.raises(ReferenceTableError):
        import_file(store, tmp_path / "damaged.zip")
    assert rows(store) == 0


def test_one_wrong_table_of_an_archive_keeps_the_others_out(store: Store, tmp_path: Path) -> None:
    files = {
        "AOC_V2026Q4-MCR.txt": samples.ADD_ON.encode(),
        "ccipra-v322r0-f1.txt": samples.PAIRS[:-25].encode(),
    }
    with pytest.raises(ReferenceTableError):
        import_file(store, archive(tmp_path / "both.zip", files))
    assert rows(store) == 0


def test_what_is_too_long_for_a_table_is_not_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edi_guard.reference.sheets.MOST_BYTES", 100)
    with pytest.raises(ReferenceTableError, match="no table that is published"):
        import_file(store, put(tmp_path, "ccipra-v322r0-f1.txt", samples.PAIRS))


# ------------------------------------------------------------------- the store


def test_a_store_on_disk_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "reference.sqlite"
    store = open_store(path, write=True)
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    import_file(store, put(tmp_path, "ccipra-v322r0-f1.txt", samples.PAIRS), now=lambda: moment)
    assert store.faults() == []
    (source,) = store.sources()
    assert source.imported == "2026-11-23T12:00:00+00:00"
    assert len(source.sha256) == 64
    store.connection.execute("DELETE FROM pairs WHERE column_1 = '20611'")
    assert store.faults() == ["ccipra-v322r0-f1.txt: 7 of 8 rows are there: import it again"]
    store.close()

    path.write_bytes(b"no database at all, and long enough to be one" * 100)
    with pytest.raises(ReferenceTableError, match="no store of reference tables"):
        open_store(path)
    with pytest.raises(ReferenceTableError, match="not there or cannot be read"):
        open_store(tmp_path / "nowhere.sqlite")


def test_a_version_is_removed_with_its_files(store: Store, tmp_path: Path) -> None:
    for name in ("ccipra-v322r0-f1.TXT", "AOC_V2026Q4-MCR.txt"):
        load(store, tmp_path, name)
    (pairs,) = [edition for edition in store.editions() if edition.kind is TableKind.PAIRS]
    with store.transaction():
        store.remove(pairs)
    assert [source.edition.kind for source in store.sources()] == [TableKind.ADD_ON]
    assert store.faults() == []


# ------------------------------------------------------------- days and names


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_days_in_every_spelling(day: date) -> None:
    number = int(f"{day:%Y%m%d}")
    for spelling in (f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day:%m/%d/%Y}", f"{day:%Y-%m-%d} 00:00:00"):
        assert read_day(spelling, 0) == number
    assert read_ordinal_day(f"{day:%Y%j}", 0) == number


@pytest.mark.parametrize("text", ["2026366", "2026000", "202", "abcdefg"])
def test_no_day_of_the_year(text: str) -> None:
    with pytest.raises(ValueError, match="no year with a day"):
        read_ordinal_day(text, 0)


@pytest.mark.parametrize(
    ("names", "day"),
    [
        ("medicare-ncci-2026q2-practitioner", 20260401),
        ("mcr_mue_practitionerservices_eff_01-01-2026.csv", 20260101),
        ("april-1-2026-code-descriptions", 20260401),
        ("october-2026-alpha-numeric-hcpcs-file.zip", 20261001),
        ("pprrvu2026_jul_nonqpp.csv", 20260701),
        ("readme.txt", None),
    ],
)
def test_the_first_day_in_a_name(names: str, day: int | None) -> None:
    assert effective_day(names) == day


# ------------------------------------------------------------ what others published


def test_what_publishers_hand_out_is_read(store: Store) -> None:
    """Real tables and excerpts, where they are present."""
    if not CODESETS.is_dir():
        return
    wanted = {
        "CMS_HCPC2019_CONTR_ANWEB.G-codes.txt": TableKind.HCPCS,
        "CMS_HCPC2026_OCT_ANWEB.excerpt.csv": TableKind.HCPCS,
        "NCCI_MUE_PractitionerServices_Eff_07-01-2026.excerpt.csv": TableKind.UNITS,
        "NCCI_PTP_ccipra-v322r0-f1.excerpt.txt": TableKind.PAIRS,
        "CARC_codes.csv": TableKind.ADJUSTMENT_REASONS,
        "RARC_codes.csv": TableKind.REMARKS,
        "revenue_codes.csv": TableKind.REVENUE,
        "tuva_place_of_service.csv": TableKind.PLACE_OF_SERVICE,
    }
    for name, kind in wanted.items():
        (done,) = import_file(store, CODESETS / name)
        assert done.kind is kind, name
    tables = ReferenceTables([store])
    found = tables.hcpcs("G0130", date(2019, 1, 2))
    assert found is not None
    assert "bone density" in found.text.lower()
    assert tables.entry(CodeSystem.ADJUSTMENT_REASON, "17", NOVEMBER).standing is Standing.ENDED
    for name in ("G4000_G0130_G0235_rows.txt", "OPPS_status_indicators.csv"):
        with pytest.raises(ReferenceTableError, match="no reference table"):
            import_file(store, CODESETS / name)


def test_what_was_known_on_a_day() -> None:
    """An edition that began later says nothing about the time before, as nobody could have known it."""
    older = "ccipra-v322r0-f1.TXT"
    tables = tables_of([(older, FILES[older])])
    (edition,) = [one for one in tables.editions if one.kind is TableKind.PAIRS]
    begun = day_of(edition.first)
    assert tables.as_of(begun).has_kind(TableKind.PAIRS)
    before = tables.as_of(begun - timedelta(days=1))
    assert not before.has_kind(TableKind.PAIRS)
    # What ships is known since ever, and the same days give the same tables.
    assert before.has_system(CodeSystem.PLACE_OF_SERVICE)
    assert tables.as_of(begun - timedelta(days=9)) is before
    assert tables.as_of(begun) is tables

"""Reference tables of real size in the published layouts, invented, and what looking into them costs.

The generated claims are right by these tables, but for one pair of codes that about one claim in fifty has.
"""

from __future__ import annotations

import os
import random
import sys
from typing import TYPE_CHECKING, Final

from benchmarks.generate import DIAGNOSES, SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAIRS: Final = 2_000_000
PARTS: Final = 4
KNOWN_PAIR: Final = ("11042", "97110", 1)
_CODES: Final = [f"{number:05d}" for number in range(10_000, 70_000, 6)]
_ICD_CODES: Final = 98_000
_CHANCE: Final = random.Random(7)  # noqa: S311 - reproducible tables, no secret


def write_tables(folder: Path) -> list[Path]:
    """Write every table; return their files."""
    codes = sorted({*_CODES, *SERVICES})
    written = list(_pairs(folder, "ccipra", codes)) + list(_pairs(folder, "ccioph", codes))
    for name, lines in (
        ("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", _units("Practitioner", codes)),
        ("MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv", _units("Outpatient Hospital", codes)),
        ("AOC_V2026Q4-MCR.txt", _add_ons()),
        ("PPRRVU2026_Oct_nonQPP.csv", _fees(codes)),
        ("icd10cm_order_2027.txt", _diagnoses()),
        ("HCPC2026_OCT_ANWEB.csv", _hcpcs()),
        ("nucc_taxonomy_261.csv", _taxonomy()),
    ):
        path = folder / name
        path.write_text("".join(lines), encoding="ascii")
        written.append(path)
    return written


def _pairs(folder: Path, family: str, codes: list[str]) -> Iterator[Path]:
    head = (
        "Invented\t\t\t\t\t\t\nColumn1/Column2 Edits\t\t\t\t\t\t\n"
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    )
    served = {*SERVICES, "G4000"}
    per_code = PAIRS // len(codes) + 1
    share = len(codes) // PARTS + 1
    for part in range(PARTS):
        path = folder / f"{family}-v323r0-f{part + 1}.txt"
        with path.open("w", encoding="ascii") as stream:
            stream.write(head)
            if part == 0:
                stream.write(f"{KNOWN_PAIR[0]}\t{KNOWN_PAIR[1]}\t\t20200101\t*\t{KNOWN_PAIR[2]}\tInvented\n")
            for code in codes[part * share : (part + 1) * share]:
                for other in _CHANCE.sample(codes, per_code):
                    if other != code and not {code, other} <= served:
                        first, indicator = _CHANCE.randrange(2010, 2026), _CHANCE.choice("011")
                        stream.write(f"{code}\t{other}\t\t{first}0101\t*\t{indicator}\tInvented\n")
        yield path


def _units(words: str, codes: list[str]) -> Iterator[str]:
    yield f'"Invented\nover lines",,,\n"HCPCS/\nCPT Code",{words} Services MUE Values,'
    yield "MUE Adjudication Indicator,Rationale\n"
    for code in [*codes, "G4000"]:
        yield f"{code},{_CHANCE.randrange(1, 9)},{_CHANCE.choice('123')} Invented,Invented\n"


def _add_ons() -> Iterator[str]:
    yield (
        "Invented\nAOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\t"
        "AOC_Edit_DelDT\tSpecial_Instruction_Notes\n"
    )
    for code in _CODES[:600]:
        for primary in _CHANCE.sample(_CODES, 10):
            yield f"1\t{code}\t\t{primary}\t\t2013001\t\t\n"


def _fees(codes: list[str]) -> Iterator[str]:
    yield ",,,STATUS,WORK,PCTC,GLOB,MULT,BILAT,ASST,CO-,TEAM,CONV\n"
    yield "HCPCS,MOD,DESCRIPTION,CODE,RVU,IND,DAYS,PROC,SURG,SURG,SURG,SURG,FACTOR\n"
    for code in [*codes, "G4000"]:
        yield f"{code},,Invented,A,1.0,1,XXX,0,1,2,1,1,33.4\n"


def _diagnoses() -> Iterator[str]:
    made = {f"{chr(65 + n % 26)}{n % 100:02d}{n % 997:03d}" for n in range(_ICD_CODES)}
    for number, code in enumerate(sorted({*made, *DIAGNOSES}), 1):
        yield f"{number % 100_000:05d} {code:<7} 1 {'Invented':<60} Invented\n"


def _hcpcs() -> Iterator[str]:
    yield "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
    yield "RT,0010,7,Invented,Invented,,19900101,19970101,,N\n"
    for letter in "AEGJLQ":
        for number in range(0, 9_000, 7):
            yield f"{letter}{number:04d},0010,3,Invented,Invented,C,20100101,20100101,,N\n"
    yield "G4000,0010,3,Imaging guidance as invented,Invented,C,20220101,20220101,,N\n"


def _taxonomy() -> Iterator[str]:
    yield "Code,Grouping,Classification,Specialization\n"
    for number in range(900):
        yield f"{100_000_000 + number}X,Invented,Invented,\n"
    for code in ("207X00000X", "282N00000X"):
        yield f"{code},Invented,Invented,\n"


def compare(
    folder: Path,
    files: dict[str, Path],
    measure: Callable[[list[str], int], tuple[float, float]],
    rounds: int,
) -> str:
    """Return a table: importing, and checking with and without the tables."""
    tables = write_tables(folder)
    own = [sys.executable, "-m", "edi_guard"]
    lines = ["| what | seconds | memory MB |", "|---|--:|--:|"]
    os.environ["EDI_GUARD_REFERENCE_STORE"] = str(folder / "reference.sqlite")
    practitioner = [str(path) for path in tables if path.name.startswith("ccipra")]
    seconds, memory = measure([*own, "reference", "import", *practitioner], 1)
    lines.append(f"| import {PAIRS:,} practitioner pairs in {PARTS} files | {seconds:.1f} | {memory:.0f} |")
    others = [str(path) for path in tables if str(path) not in practitioner]
    seconds, memory = measure([*own, "reference", "import", *others], 1)
    lines.append(
        f"| import the other tables, {PAIRS:,} outpatient pairs among them | {seconds:.1f} | {memory:.0f} |"
    )
    for kind, file in files.items():
        check = [*own, "check", str(file), "--today", "2026-11-23", "-q"]
        os.environ["EDI_GUARD_REFERENCE_STORE"] = str(folder / "none.sqlite")
        without, plain = measure(check, rounds)
        os.environ["EDI_GUARD_REFERENCE_STORE"] = str(folder / "reference.sqlite")
        loaded, memory = measure(check, rounds)
        lines.append(f"| check {file.name} ({kind}), no tables | {without:.2f} | {plain:.0f} |")
        kept = f"{without / loaded:.2f} of the speed"
        lines.append(f"| check {file.name} ({kind}), all tables: {kept} | {loaded:.2f} | {memory:.0f} |")
    return "\n".join(lines)

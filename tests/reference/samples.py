"""Invented tables in the layouts in which publishers hand them out, with their quirks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edi_guard.reference import ReferenceTables
from edi_guard.reference.importing import import_file
from edi_guard.reference.layout import Given
from edi_guard.reference.place_of_service import shipped_store
from edi_guard.reference.store import memory_store

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIRS: Final = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n"
    "\t\t\t\t*=no data\t1=allowed\t\n"
    "\t\t\t\t\t9=not applicable\t\n"
    "20611\tG4000\t\t20240101\t*\t0\tInvented\n"
    "20610\t99213\t\t20240101\t*\t1\tInvented\n"
    "20610\t76942\t\t20200101\t20231231\t0\tInvented\n"
    "20610\t76942\t\t20240101\t*\t1\tInvented\n"
    "20610\t77002\t\t20240101\t20240101\t0\tNever in force\n"
    "20610\t77021\t\t20240101\t*\t9\tInvented\n"
    "20605\t76942\t*\t19960101\t20251231\t1\tInvented\n"
    "20610\t20550\t\t20240101\t*\t1\tInvented\n"
)
UNITS: Final = (
    '"Codes, descriptions and other data are invented.\r\n\r\nOver several lines."'
    ',,,\r\n"HCPCS/\r\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,'
    "MUE Rationale\r\n"
    "20610,2,1 Line Edit,Invented\r\n"
    "20550,3,3 Date of Service Edit: Clinical,Invented\r\n"
    "99213,1,2 Date of Service Edit: Policy,Invented\r\n"
)
ADD_ON: Final = (
    "Codes are invented.\n"
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT\t"
    "Special_Instruction_Notes\n"
    "1\t64495\t\t64493\t\t2013001\t\t\n"
    "1\t64495\t\t64494\t2025365\t2013001\t\t\n"
    "2\t20704\t\tCCCCC\t\t2019001\t\tContractor Defined Primary Codes\n"
    "3\t20705\t\t20610\t\t2019001\t2026059\t\n"
)
FEES: Final = (
    ",,2026 National Physician Fee Schedule Relative Value File October Release,,,,,,,,,,,,\n"
    ",,Released invented,,,,,,,,,,,,\n"
    ",,,STATUS,WORK,PCTC,GLOB,PRE,MULT,BILAT,ASST,CO-,TEAM,CONV,\n"
    "HCPCS,MOD,DESCRIPTION,CODE,RVU,IND,DAYS,OP,PROC,SURG,SURG,SURG,SURG,FACTOR,\n"
    "20610,,Invented,A,0.79,0,000,0.10,2,1,1,0,0,33.4,\n"
    "76942,,Invented,A,0.67,1,XXX,0,0,0,0,0,0,33.4,\n"
    "76942,26,Invented,A,0.67,1,XXX,0,0,0,0,0,0,33.4,\n"
    "G4000,,Invented,M,0,9,XXX,0,9,9,9,9,9,33.4,\n"
    "27447,,Invented,A,19.6,0,090,0.10,2,1,2,2,0,33.4,\n"
)
ORDER: Final = "".join(
    f"{number:05d} {code:<7} {flag} {'Invented':<60} Invented\r\n"
    for number, (code, flag) in enumerate(
        [("A00", "0"), ("A000", "1"), ("M2551", "0"), ("M25511", "1"), ("M7541", "1"), ("Z9999", "1")], 1
    )
)
PROCEDURES: Final = "".join(
    f"{number:05d} {code:<7} {flag} {'Invented':<60} Invented\r\n"
    for number, (code, flag) in enumerate([("001", "0"), ("0S9C3ZZ", "1")], 1)
)
ADDENDA: Final = (
    "Add:         1 M25519  Invented                                                     Invented\n"
    "Delete:      1 Z9999   Invented                                                     Invented\n"
    "Delete:      1 M7541   Invented                                                     Invented\n"
    "Add:         0 M7541   Invented                                                     Invented\n"
    "Add:         1 M75411  Invented                                                     Invented\n"
    "Revise from: 1 A000    Invented                                                     Invented\n"
    "Revise to:   1 A000    Invented                                                     Invented again\n"
)
HCPCS_CSV: Final = (
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
    "   RT,0010,7,Invented side,Side,,19900101,19970101,,N\n"
    "G4000,0010,3,An invented specialty set,Set,C,20220101,20260101,,N\n"
    "G4000,0020,4,and more words,,,,,,\n"
    "J1100,0010,3,An invented drug,Drug,C,19950101,20200101,,N\n"
    "J9999,0010,3,An invented old drug,Drug,C,19950101,20250331,20251231,T\n"
    "G9001,0010,3,An invented new service,New,C,20260701,20260701,,A\n"
)
TAXONOMY: Final = (
    '"Code","Grouping","Classification","Specialization","Definition","Notes","Display Name","Section"\n'
    '"207X00000X","Invented","Invented","","","","Invented","Individual"\n'
    '"208D00000X","Invented","Invented","","","","Invented","Individual"\n'
)
MODIFIERS: Final = "Modifier,Effective Date,Termination Date\n25,,\n59,,\nRT,,\nZZ,2020-01-01,2025-12-31\n"
PLACES: Final = "Place of Service Code(s),Place of Service Name\n11,Invented\n22,Invented\n02,Invented\n"
REVENUE: Final = "revenue_code\n0120\n0320-0329\n0402\n"
REASONS: Final = "code,start,stop\n1,01/01/1995,\n2,01/01/1995,\n36,01/01/1995,10/16/2003\nB20,01/01/1995,\n"
REMARKS: Final = "code,start,stop\nMA01,01/01/1997,\nN519,11/01/2010,\nM33,01/01/1997,08/01/2004\n"
STATUS: Final = "code,description\n21,Invented\n507,Invented\n"
CATEGORY: Final = "code,description\nA7,Invented\nA8,Invented\n"

FILES: Final = {
    "ccipra-v322r0-f1.TXT": PAIRS,
    "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv": UNITS,
    "AOC_V2026Q4-MCR.txt": ADD_ON,
    "PPRRVU2026_Oct_nonQPP.csv": FEES,
    "icd10cm_order_2027.txt": ORDER,
    "icd10pcs_order_2027.txt": PROCEDURES,
    "HCPC2026_OCT_ANWEB.csv": HCPCS_CSV,
    "nucc_taxonomy_261.csv": TAXONOMY,
    "modifiers.csv": MODIFIERS,
    "places.csv": PLACES,
    "revenue.csv": REVENUE,
    "CARC_codes.csv": REASONS,
    "RARC_codes.csv": REMARKS,
    "claim_status_codes.csv": STATUS,
    "claim_status_category_codes.csv": CATEGORY,
    "ccioph-v322r0-f1.TXT": PAIRS,
    "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv": UNITS.replace(
        "Practitioner", "Outpatient Hospital"
    ),
}


def hcpcs_record(
    code: str, record: str, words: str, added: str = "", ended: str = "", changed: str = ""
) -> str:
    """Return a record of CMS's contractor file of fixed width."""
    line = f"{code:>5}00100{record}{words:<80}"
    return f"{line:<229}C{'':<38}{added:<8}{changed or added:<8}{ended:<8}N".ljust(320)


def tables_of(files: Sequence[tuple[str, str]], first: int | None = None) -> ReferenceTables:
    """Import tables, given as names and texts, into a store of their own, beside the one that ships."""
    store = memory_store("test")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files:
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8", newline="")
            import_file(store, path, Given(first))
    return ReferenceTables([shipped_store(), store])

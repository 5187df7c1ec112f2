"""Mappings: what is wrong with them, and which statement applies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.findings import Severity
from edi_guard.policy import (
    Authorization,
    CodeSet,
    Documentation,
    Exclusion,
    FormLimit,
    Pairing,
    PayerClass,
    PayerKey,
    Placement,
    PolicyErrors,
    Therapy,
    TimelyFiling,
    Units,
    check_mappings,
    load_policies,
)

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 2)
COMMERCIAL = PayerKey("60054", "CI")
HEAD = '<policy xmlns="urn:edi-guard:policy:1"{}>\n<source retrieved="2026-11-20">invented</source>\n'


def _mapping(folder: Path, body: str, attributes: str = "", name: str = "mine.xml") -> Path:
    path = folder / name
    path.write_text(HEAD.format(attributes) + body + "\n</policy>\n", encoding="utf-8")
    return path


def _faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check_mappings([folder])]


def test_shipped_mappings_are_right() -> None:
    assert check_mappings() == []
    assert load_policies().targets == frozenset(
        "G4000 75989 76937 76942 76998 77001 77002 77003 77012 77021".split()
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<unit code="G4000"/>', "mine.xml:3: <unit> is not expected here; did you mean 'units'"),
        (
            '<units code="G4000" maximun="2"/>',
            "mine.xml:3: <units> has no attribute 'maximun'; did you mean 'maximum'",
        ),
        ('<units code="G4000" maximum="none"/>', "mine.xml:3: <units>"),
        ('<units code="G400"/>', "mine.xml:3: <units>"),
        ('<units code="G4000" severity="deny"/>', "mine.xml:3: <units>"),
        ('<pairing code="G4000" primaries="@nothing"/>', "mine.xml:3: there is no code list 'nothing'"),
        ('<pairing code="G4000" primaries="20610-20600"/>', "mine.xml:3: '20610-20600' runs backwards"),
        ('<units code="G4000" from="2026-02-01" to="2026-01-01"/>', "mine.xml:3: begins on 2026-02-01"),
        ('<units code="99213"/>', "mine.xml:3: is about 99213, which has no profile"),
        ('<profile label="x" meaning="x"/>', "mine.xml:3: a profile needs the attribute 'code'"),
    ],
)
def test_each_fault_has_its_line_and_a_sentence(body: str, words: str, tmp_path: Path) -> None:
    _mapping(tmp_path, body)

    assert [fault for fault in _faults(tmp_path) if fault.startswith(words)], _faults(tmp_path)


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    _mapping(tmp_path, '<unit/>\n<units code="G400"/>', name="a.xml")
    (tmp_path / "b.xml").write_text("<policy", encoding="utf-8")
    (tmp_path / "c.xml").write_text("<policy/>", encoding="utf-8")

    found = _faults(tmp_path)

    assert {fault.split(":")[0] for fault in found} == {"a.xml", "b.xml", "c.xml"}


def test_overlapping_statements_are_a_conflict(tmp_path: Path) -> None:
    _mapping(
        tmp_path, '<units code="G4000" maximum="2"/>\n<units code="G4000" maximum="3" from="2026-01-01"/>'
    )

    assert "says the same thing" in _faults(tmp_path)[0]


def test_statements_that_follow_each_other_are_none(tmp_path: Path) -> None:
    _mapping(
        tmp_path,
        '<units code="G4000" maximum="2" to="2025-12-31"/>\n'
        '<units code="G4000" maximum="3" from="2026-01-01"/>',
    )

    policies = load_policies([tmp_path])
    days = [date(2025, 12, 31), date(2026, 1, 1)]
    asked = [policies.ask(Units, code="G4000", payer=COMMERCIAL, on=day) for day in days]
    assert [units.maximum for units in asked if units] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE p [<!ENTITY a "b">]><policy>&a;</policy>',
        '<!DOCTYPE p SYSTEM "http://127.0.0.1/x.dtd"><policy/>',
        '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><policy>&x;</policy>',
        "<!DOCTYPE l [<!ENTITY a 'aa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><policy>&b;</policy>",
    ],
)
def test_entities_and_doctypes_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "mine.xml").write_text(text, encoding="utf-8")

    (fault,) = _faults(tmp_path)
    assert "DOCTYPE" in fault or "well-formed" in fault


def test_a_folder_without_mappings_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicyErrors, match="no mapping"):
        load_policies([tmp_path])


# -------------------------------------------------------------------- specificity


def test_the_most_specific_wins_and_the_rest_is_inherited(tmp_path: Path) -> None:
    _mapping(tmp_path, '<documentation code="G4000" note-minimum="50"/>', ' payer="60054"')
    policies = load_policies([tmp_path])

    mine = policies.ask(Documentation, code="G4000", payer=COMMERCIAL, on=DAY)
    other = policies.ask(Documentation, code="G4000", payer=PayerKey("1", "CI"), on=DAY)

    assert mine is not None
    assert other is not None
    assert (mine.note_minimum, other.note_minimum) == (50, 20)
    assert mine.boilerplate == other.boilerplate != ()
    assert (mine.source.label, other.source.file) == ("mine.xml:3", "g4000.xml")


@pytest.mark.parametrize(
    ("attributes", "body", "expected"),
    [
        ("", '<units maximum="2"/>', 1),
        ("", '<units payer-class="commercial" maximum="2"/>', 1),
        ("", '<units code="G4000" maximum="2"/>', 2),
        ("", '<units code="G4000" payer-class="commercial" maximum="2"/>', 2),
        ("", '<units code="G4000" payer-class="medicare" maximum="2"/>', 1),
        (' payer="60054"', '<units maximum="2"/>', 2),
        (' payer="60054"', '<units code="G4000" maximum="2"/>', 2),
        (' payer="99999"', '<units code="G4000" maximum="2"/>', 1),
    ],
)
def test_order_of_specificity(attributes: str, body: str, expected: int, tmp_path: Path) -> None:
    _mapping(tmp_path, body, attributes)

    units = load_policies([tmp_path]).ask(Units, code="G4000", payer=COMMERCIAL, on=DAY)

    assert units is not None
    assert units.maximum == expected


def test_a_payer_can_switch_a_statement_off(tmp_path: Path) -> None:
    _mapping(
        tmp_path, '<documentation off="yes"/>\n<exclusion id="distinct-twice" off="yes"/>', ' payer="60054"'
    )
    policies = load_policies([tmp_path])

    def exclusions(payer: PayerKey) -> set[str]:
        return {e.id for e in policies.ask_all(Exclusion, code="20610", payer=payer, on=DAY)}

    assert policies.ask(Documentation, code="G4000", payer=COMMERCIAL, on=DAY) is None
    assert exclusions(PayerKey("1", "CI")) - exclusions(COMMERCIAL) == {"distinct-twice"}


def test_example_payers_only_when_asked_for() -> None:
    payer = PayerKey("EXAMPLE1", "CI")
    kinds = (Authorization, TimelyFiling)

    assert [load_policies().ask(k, code="G4000", payer=payer, on=DAY) for k in kinds] == [None, None]
    assert all(load_policies(example_payers=True).ask(k, code="G4000", payer=payer, on=DAY) for k in kinds)


def test_severity_of_the_longest_beginning(tmp_path: Path) -> None:
    _mapping(
        tmp_path,
        '<severity id="DOC" severity="warn"/>\n<severity id="DOC101" severity="reject"/>',
        ' payer="60054"',
    )
    policies = load_policies([tmp_path])

    def severity(rule: str) -> Severity | None:
        found = policies.severity(rule, code="G4000", payer=COMMERCIAL, on=DAY)
        return found[0] if found else None

    assert [severity(rule) for rule in ("DOC101", "DOC301", "PAIR101")] == [
        Severity.REJECT,
        Severity.WARN,
        None,
    ]


def test_explain_says_what_applies_and_why_others_do_not(tmp_path: Path) -> None:
    _mapping(tmp_path, '<units code="G4000" maximum="2" from="2027-01-01"/>', ' payer="60054"')
    found = load_policies([tmp_path]).explain("G4000", COMMERCIAL, DAY)

    units = {item.source.file: (item.applies, item.why) for item in found if item.kind == "Units"}
    assert units["g4000.xml"] == (True, "applies")
    assert units["mine.xml"] == (False, "holds from 2027-01-01 to 9999-12-31")


# ------------------------------------------------------------------ the G4000 table


@pytest.mark.parametrize(
    ("code", "placement"),
    [
        ("20610", Placement.PRIMARY),
        ("10004", Placement.INCLUDES_IMAGING),
        ("10140", Placement.PRIMARY),
        ("69979", Placement.PRIMARY),
        ("69990", Placement.NOT_PRIMARY),
        ("47000", Placement.PRIMARY),
        ("92928", Placement.PRIMARY),
        ("36400", Placement.NOT_PRIMARY),
        ("36425", Placement.NOT_PRIMARY),
        ("36591", Placement.NOT_PRIMARY),
        ("51798", Placement.NOT_PRIMARY),
        ("59025", Placement.NOT_PRIMARY),
        ("20611", Placement.INCLUDES_IMAGING),
        ("64483", Placement.INCLUDES_IMAGING),
        ("99213", Placement.NOT_PRIMARY),
        ("73030", Placement.NOT_PRIMARY),
        ("76942", Placement.NOT_PRIMARY),
        ("G4000", Placement.NOT_PRIMARY),
        ("0232T", Placement.UNPLACED),
        ("C9757", Placement.UNPLACED),
        ("S2095", Placement.UNPLACED),
        ("G0289", Placement.UNPLACED),
        ("", Placement.UNPLACED),
    ],
)
def test_what_counts_as_a_primary(code: str, placement: Placement) -> None:
    pairing = load_policies().ask(Pairing, code="G4000", payer=COMMERCIAL, on=DAY)

    assert pairing is not None
    assert pairing.place(code) is placement


def test_severities_of_the_table() -> None:
    policies = load_policies()
    pairing = policies.ask(Pairing, code="G4000", payer=COMMERCIAL, on=DAY)
    therapy = policies.ask(Therapy, code="G4000", payer=COMMERCIAL, on=DAY)

    assert pairing is not None
    assert therapy is not None
    assert (pairing.missing, pairing.included) == (Severity.REJECT, Severity.REJECT)
    assert (pairing.torn, pairing.other_date, pairing.laterality, pairing.unplaced) == (Severity.HOLD,) * 4
    assert (pairing.other_provider, pairing.other_date_days) == (Severity.WARN, 3)
    assert (therapy.diagnostic_only, therapy.same_region) == (Severity.REJECT, Severity.HOLD)


@pytest.mark.parametrize("code", ["76937", "77001", "77002", "77003"])
def test_add_on_codes_reject_without_a_primary(code: str) -> None:
    pairing = load_policies().ask(Pairing, code=code, payer=COMMERCIAL, on=DAY)
    assert pairing is not None
    assert pairing.missing is Severity.REJECT


@pytest.mark.parametrize("code", ["75989", "76942", "76998", "77012", "77021"])
def test_other_guidance_codes_hold_without_a_primary(code: str) -> None:
    policies = load_policies()
    pairing = policies.ask(Pairing, code=code, payer=COMMERCIAL, on=DAY)
    assert pairing is not None
    assert pairing.missing is Severity.HOLD
    assert policies.ask(Documentation, code=code, payer=COMMERCIAL, on=DAY) is None


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        *((i, PayerClass.MEDICARE) for i in ("MA", "MB", "16")),
        ("MC", PayerClass.MEDICAID),
        *((i, PayerClass.GOVERNMENT) for i in ("CH", "OF", "TV", "VA")),
        *((i, PayerClass.CASUALTY) for i in ("AM", "LM", "WC", "LI")),
        *((i, PayerClass.COMMERCIAL) for i in "11 12 13 14 15 17 BL CI DS FI HM ZZ".split()),
        ("", PayerClass.COMMERCIAL),
        ("??", PayerClass.COMMERCIAL),
    ],
)
def test_payer_classes(indicator: str, expected: PayerClass) -> None:
    policies = load_policies()

    assert policies.payer_class(PayerKey("60054", indicator)) is expected
    assert policies.payer_class_known(PayerKey("60054", indicator)) is (indicator not in ("", "??"))


def test_form_limits_for_every_line() -> None:
    limits = load_policies().ask_all(FormLimit, code="99213", payer=COMMERCIAL, on=DAY)

    assert {limit.id for limit in limits} == {
        "hospital-department-on-professional",
        "professional-on-institutional",
        "technical-in-hospital",
        "technical-on-institutional",
        "facility-discontinued-on-professional",
    }


# ------------------------------------------------------------------------ code sets

CODES = st.one_of(
    st.integers(0, 40).map("{:05d}".format),
    st.integers(0, 40).map("G{:04d}".format),
    st.integers(0, 40).map("{:04d}T".format),
)


@given(st.lists(st.tuples(CODES, CODES), max_size=6), CODES)
def test_code_sets_hold_what_their_ranges_hold(pairs: list[tuple[str, str]], code: str) -> None:
    def family(text: str) -> str:
        return "".join(c if c.isalpha() else "#" for c in text)

    ranges = [(a, b) for a, b in pairs if family(a) == family(b) and a <= b]
    made = CodeSet.parse(" ".join(f"{a}-{b}" for a, b in ranges))

    expected = any(family(a) == family(code) and a <= code <= b for a, b in ranges)
    assert (code in made) is expected
    assert CodeSet.parse(str(made)) == made

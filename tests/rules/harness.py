"""Reads the cases of ``tests/rules/*.toml`` and runs them through the engine.

A case is a base file, what is changed in it, and what must be found. Files are Latin-1 text here,
so that any byte can be written in a case (``\\u0093`` is byte 93 hex).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from edi_guard.archives import InMemory, Limits, only_content
from edi_guard.engine import Mode, RepairSwitch, Settings, SeverityChange, process
from edi_guard.findings import Severity
from edi_guard.guide import CompiledGuide
from edi_guard.policy import load_policies
from edi_guard.rules import load_rules
from edi_guard.rules.history import ReleasedClaim, ReleasedService
from edi_guard.rules.ruleset import Ruleset
from edi_guard.x12.edits import apply_edits
from tests.earlier import DAY, FILE, EarlierFiles
from tests.reference.samples import FILES, tables_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from edi_guard.engine import Outcome
    from edi_guard.findings import Finding
    from edi_guard.policy import Policies
    from edi_guard.rules.facts import ClaimFact

HERE = Path(__file__).parent
FIXTURES = HERE.parent.parent / "fixtures"
ENVELOPE = {"", "ISA", "GS", "GE", "IEA", "TA1"}
_SELECTOR = re.compile(
    r"(?P<id>[A-Z][A-Z0-9]{1,2})(?:\*(?P<qualifier>[A-Z0-9]+))?(?:\[(?P<number>\d+)\])?"
    r"(?:\.(?P<element>\d{2})(?:-(?P<component>\d+))?)?"
)


class CaseError(Exception):
    """A case that cannot be run as written: the case is wrong, not the rule."""


class Insertion(NamedTuple):
    """A segment to put before or after the one that a selector names."""

    selector: str
    segment: str
    after: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        rule: whose findings `expect` names.
        name: what is special about it.
        base: a file under ``fixtures/``.
        set: selector -> new text of a segment, element or component.
        remove: selectors of segments that go.
        insert: segments that come.
        prefix: text put before the file.
        replace: selectors cannot say everything: old text -> new text, each exactly once.
        payers: whether the example payers are loaded.
        policy: a mapping, loaded over the shipped ones.
        today: the day of the check.
        config: see `settings_of`.
        history: files that left before, each a base and what is changed in it (`base`, `set`, `remove`,
            `insert`), with the `day` and the `file` name; `config` can list single services instead.
        expect: findings of the rule: ``[#claim ]line N|claim|header|file ELEMENT severity``.
        also: other rules' findings that must be there: ``CODE severity``.
        repaired: what a repair must make of the file, as in `set`; `prefix` names the prefix.
        repaired_insert: segments that a repair must insert.
    """

    rule: str
    name: str
    base: str
    set: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    insert: Sequence[Insertion] = ()
    prefix: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    payers: bool = False
    policy: str = ""
    today: date = date(2026, 11, 23)
    config: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = ()
    expect: Sequence[str] = ()
    also: Sequence[str] = ()
    repaired: Mapping[str, str] = field(default_factory=dict)
    repaired_insert: Sequence[Insertion] = ()

    @property
    def id(self) -> str:
        """How pytest calls it."""
        return f"{self.rule}: {self.name}"

    @property
    def finds(self) -> bool:
        """Whether the rule must find something."""
        return bool(self.expect or self.repairs)

    @property
    def repairs(self) -> bool:
        """Whether something must be repaired."""
        return bool(self.repaired or self.repaired_insert)

    def input(self) -> str:
        """Return the file that the case describes."""
        path = FIXTURES / self.base
        if not path.is_file():
            message = f"{self.id}: there is no fixture {self.base}"
            raise CaseError(message)
        text = path.read_bytes().decode("latin-1")
        text = change(text, self.set, self.remove, self.insert)
        for old, new in self.replace.items():
            if text.count(old) != 1:
                message = f"{self.id}: {old!r} stands {text.count(old)} times in the file"
                raise CaseError(message)
            text = text.replace(old, new)
        return self.prefix + text

    def output(self) -> str:
        """Return the file that the repairs must make of `input`."""
        wanted = dict(self.repaired)
        text = self.input()
        if "prefix" in wanted:
            text = wanted.pop("prefix") + text.removeprefix(self.prefix)
        return change(text, wanted, (), self.repaired_insert)


def load_cases(path: Path) -> list[Case]:
    """Return the cases of a file.

    Raises:
        CaseError: a key that means nothing, or a name used twice.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = {key: value for key, value in document.items() if key != "case"}
    cases = [_case(path, shared | one) for one in document.get("case", [])]
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        message = f"{path.name}: two cases have one name"
        raise CaseError(message)
    return cases


def all_cases() -> Iterator[Case]:
    """Yield every case of every file beside this one."""
    for path in sorted(HERE.glob("*.toml")):
        yield from load_cases(path)


def _case(path: Path, given: dict[str, Any]) -> Case:
    unknown = given.keys() - {item.name for item in fields(Case)}
    missing = {"rule", "name", "base"} - given.keys()
    if unknown or missing:
        message = f"{path.name}: case {given.get('name')!r}: {sorted(unknown | missing)}"
        raise CaseError(message)
    if path.stem != given["rule"]:
        message = f"{path.name}: its cases are about {given['rule']}"
        raise CaseError(message)
    given["history"] = [_earlier_file(path, item) for item in given.get("history", ())]
    for key in ("insert", "repaired_insert"):
        if key in given:
            given[key] = [_insertion(item) for item in given[key]]
    if isinstance(given.get("today"), str):
        given["today"] = date.fromisoformat(given["today"])
    return Case(**given)


def _earlier_file(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    unknown = given.keys() - {"base", "set", "remove", "insert", "day", "file"}
    if unknown:
        message = f"{path.name}: an earlier file: {sorted(unknown)}"
        raise CaseError(message)
    return given | {"insert": [_insertion(item) for item in given.get("insert", ())]}


def _insertion(item: dict[str, str]) -> Insertion:
    after = "after" in item
    return Insertion(item["after" if after else "before"], item["segment"], after)


# ------------------------------------------------------------------- changing a file


@dataclass(slots=True)
class _Text:
    """A file cut into pieces: what stands before a segment, and the segment."""

    leads: list[str]
    segments: list[str]
    element: str
    component: str
    terminator: str

    @classmethod
    def of(cls, text: str) -> _Text:
        begin = text.index("ISA")
        element, component, terminator = text[begin + 3], text[begin + 104], text[begin + 105]
        *pieces, rest = text.split(terminator)
        bodies = [piece.lstrip("\r\n ") for piece in pieces]
        bodies[0] = pieces[0][begin:]
        leads = [piece.removesuffix(body) for piece, body in zip(pieces, bodies, strict=True)]
        return cls([*leads, rest], bodies, element, component, terminator)

    def __str__(self) -> str:
        written = [
            lead + segment + self.terminator for lead, segment in zip(self.leads, self.segments, strict=False)
        ]
        return "".join([*written, self.leads[-1]])

    def find(self, selector: str) -> tuple[int, int, int]:
        """Return the segment's index, the element and the component that a selector names."""
        match = _SELECTOR.fullmatch(selector)
        if match is None:
            message = f"{selector!r} is no selector"
            raise CaseError(message)
        number = int(match["number"] or 1)
        for index, segment in enumerate(self.segments):
            if self._fits(segment, match["id"], match["qualifier"]):
                number -= 1
                if number == 0:
                    return index, int(match["element"] or 0), int(match["component"] or 0)
        message = f"the file has no {selector}"
        raise CaseError(message)

    def _fits(self, segment: str, identifier: str, qualifier: str | None) -> bool:
        parts = segment.split(self.element)
        if parts[0] != identifier:
            return False
        first = parts[1].split(self.component)[0] if len(parts) > 1 else ""
        return qualifier in (None, first)

    def set(self, selector: str, value: str) -> None:
        """Replace what a selector names; what is missing before it is filled up with nothing."""
        index, element, component = self.find(selector)
        if element == 0:
            self.segments[index] = value
            return
        parts = self.segments[index].split(self.element)
        parts += [""] * (element + 1 - len(parts))
        if component:
            inner = parts[element].split(self.component)
            inner += [""] * (component - len(inner))
            inner[component - 1] = value
            value = self.component.join(inner)
        parts[element] = value
        self.segments[index] = self.element.join(parts)

    def remove(self, selector: str) -> None:
        index = self.find(selector)[0]
        del self.segments[index]
        del self.leads[index]

    def insert(self, insertion: Insertion) -> None:
        index = self.find(insertion.selector)[0] + insertion.after
        self.segments.insert(index, insertion.segment)
        self.leads.insert(index, self.leads[min(index, len(self.leads) - 2)])

    def recount(self) -> None:
        """Put the right number into every SE01."""
        start = 0
        for index, segment in enumerate(self.segments):
            parts = segment.split(self.element)
            if parts[0] == "ST":
                start = index
            elif parts[0] == "SE":
                parts[1] = str(index - start + 1)
                self.segments[index] = self.element.join(parts)


def change(
    text: str,
    values: Mapping[str, str],
    removed: Sequence[str],
    inserted: Sequence[Insertion],
) -> str:
    """Return a file with values set, segments removed and inserted, in this order.

    SE01 is counted again where segments came or went, unless `values` sets it.
    """
    if not values and not removed and not inserted:
        return text
    made = _Text.of(text)
    for selector, value in values.items():
        made.set(selector, value)
    for selector in removed:
        made.remove(selector)
    for insertion in inserted:
        made.insert(insertion)
    if (removed or inserted) and not any(selector.startswith("SE") for selector in values):
        made.recount()
    return str(made)


# ------------------------------------------------------------------- running


@cache
def _guide() -> CompiledGuide:
    return CompiledGuide()


@cache
def _ruleset() -> Ruleset:
    load_rules()
    return Ruleset()


@cache
def _shipped_policies(*, payers: bool) -> Policies:
    return load_policies(example_payers=payers)


def _policies(case: Case, folder: Path) -> Policies:
    if not case.policy:
        return _shipped_policies(payers=case.payers)
    path = folder / "case.xml"
    path.write_text(case.policy, encoding="utf-8")
    return load_policies([path], example_payers=case.payers)


class ListedHistory:
    """A ledger that knows what a case lists, whoever the patient is."""

    def __init__(
        self,
        services: Sequence[Mapping[str, Any]] = (),
        attachments: Sequence[str] = (),
        payer: str = "",
        *,
        sent: bool = False,
    ) -> None:
        self._services = [
            ReleasedService(
                code=one["code"],
                modifiers=tuple(one.get("modifiers", "").split()),
                first=date.fromisoformat(one["date"]),
                last=date.fromisoformat(one["date"]),
                rendering=one.get("rendering", ""),
                payer=one.get("payer", payer),
            )
            for one in services
        ]
        self._attachments = attachments
        self._sent = ReleasedClaim(date(2026, 11, 16), "earlier.837") if sent else None

    def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
        return set(wanted) if self._sent else set()

    def services(self, patient: tuple[str, ...], since: date, until: date) -> list[ReleasedService]:
        return [one for one in self._services if one.last >= since and one.first <= until]

    def same_services(self, fact: ClaimFact) -> ReleasedClaim | None:
        return self._sent

    def attachment(self, control_number: str, fact: ClaimFact) -> ReleasedClaim | None:
        known = control_number in self._attachments
        return ReleasedClaim(date(2026, 11, 16), "earlier.837") if known else None


def _earlier_files(case: Case, settings: Settings) -> EarlierFiles:
    known = EarlierFiles()
    for given in case.history:
        parts = {key: given[key] for key in ("set", "remove", "insert") if key in given}
        earlier = Case(case.rule, f"{case.name}: earlier", given.get("base", case.base), **parts)
        day = date.fromisoformat(given.get("day", DAY.isoformat()))
        known.add(earlier.input(), settings, day, given.get("file", FILE))
    return known


def _history(case: Case, config: dict[str, Any]) -> ListedHistory | None:
    keys = ("history", "attachments", "sent_before")
    if not any(key in config for key in keys):
        return None
    text = case.input()
    separator, terminator = text[text.index("ISA") + 3], text[text.index("ISA") + 105]
    payers = [part for part in text.split(terminator) if part.strip().startswith(f"NM1{separator}PR")]
    return ListedHistory(
        config.pop("history", ()),
        config.pop("attachments", ()),
        payers[0].split(separator)[9],
        sent=config.pop("sent_before", False),
    )


def settings_of(case: Case, folder: Path) -> Settings:
    """Return the settings of a case.

    `config` may hold ``usage``, ``whole_file``, ``mode``, ``format_repairs``, ``lossless`` (rule
    codes, or ``CODE@PAYER``), ``severities`` (``CODE`` or ``CODE@PAYER`` -> severity), ``history``
    (code, date, and where wanted modifiers, rendering and payer of released services),
    ``attachments`` (PWK06 of released claims), ``sent_before`` (whether the claims were released
    before), ``manifest`` (its text, CSV or JSON) ``hcpcs`` (a table's
    text, for every day) and ``tables`` (texts of tables by their file
    names, or names of the samples in ``tests/reference/samples.py``).
    """
    config = dict(case.config)
    made = Settings(
        today=case.today,
        policies=_policies(case, folder),
        ruleset=_ruleset(),
        guide=_guide(),
        mode=Mode(config.pop("mode", "standard")),
        usage=config.pop("usage", ""),
        whole_file=config.pop("whole_file", False),
        format_repairs=config.pop("format_repairs", True),
        lossless_repairs=tuple(RepairSwitch(*item.split("@")) for item in config.pop("lossless", ())),
        severities=tuple(_severity_change(key, label) for key, label in config.pop("severities", {}).items()),
    )
    listed = _history(case, config)
    made = replace(made, history=_earlier_files(case, made) if case.history else listed)
    if listed and case.history:
        message = f"{case.id}: history is given twice"
        raise CaseError(message)
    made = _with_files(made, config, folder)
    if config:
        message = f"{case.id}: config {sorted(config)}"
        raise CaseError(message)
    return made


def _with_files(made: Settings, config: dict[str, Any], folder: Path) -> Settings:
    if "manifest" in config:
        from edi_guard.rules.manifest import load_manifest

        text = config.pop("manifest")
        path = folder / ("manifest.json" if text.lstrip()[0] in "[{" else "manifest.csv")
        path.write_text(text, encoding="utf-8")
        made = replace(made, manifest=load_manifest(path))
    if "hcpcs" in config:
        made = replace(made, tables=tables_of([("hcpcs.csv", config.pop("hcpcs"))], first=1))
    if "tables" in config:
        wanted = config.pop("tables")
        texts = {name: FILES[name] for name in wanted} if isinstance(wanted, list) else wanted
        made = replace(made, tables=tables_of(list(texts.items())))
    return made


def _severity_change(key: str, label: str) -> SeverityChange:
    rule, _, payer = key.partition("@")
    return SeverityChange(rule, Severity.from_label(label), payer)


def run(text: str, settings: Settings) -> Outcome:
    """Judge a file, or what is packed in it."""
    with only_content(InMemory(text.encode("latin-1"), "-"), Limits()).open() as source:
        return process(source, settings)


def repaired_text(text: str, outcome: Outcome) -> str:
    """Return the file with the outcome's edits made."""
    return apply_edits(text, 0, outcome.edits)


def repairing_rules(outcome: Outcome) -> set[str]:
    """Return the rules that repaired something."""
    own = {repair.rule for claim in outcome.claims for repair in claim.repairs}
    return own | {shared.repair.rule for shared in outcome.repairs}


def findings(outcome: Outcome) -> list[tuple[str, Finding]]:
    """Return every finding with the words for where it stands."""
    found = [(_shared_scope(shared.finding), shared.finding) for shared in outcome.findings]
    for claim in outcome.claims:
        mark = "" if claim.ordinal == 1 else f"#{claim.ordinal} "
        for finding in claim.findings:
            scope = f"line {finding.line}" if finding.line else "claim"
            found.append((mark + scope, finding))
    return found


def _shared_scope(finding: Finding) -> str:
    place = finding.location
    return "file" if place is None or finding.once or place.segment in ENVELOPE else "header"


def described(scope: str, finding: Finding) -> str:
    """Return a finding as `expect` writes it."""
    place = finding.location
    where = (place.element or place.segment) if place else "-"
    return f"{scope} {where or '-'} {finding.severity.label}"

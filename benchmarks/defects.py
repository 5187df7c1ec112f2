"""A copy of a clean file with one planted defect for each rule: speed must not cost a finding.

The defects are the first case of each rule in ``tests/rules``; each is an interchange of its own behind
the clean one. Rules that need a configuration, a payer's mapping or another day, and those in whose
presence a whole file is refused, get a file of their own.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edi_guard.engine import process
from edi_guard.rules import load_rules
from edi_guard.x12 import Source
from tests.rules.harness import all_cases, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.engine import Outcome
    from tests.rules.harness import Case


@dataclass
class Planted:
    """What became of the planted defects.

    Attributes:
        together: rules whose defects stand in the one big file.
        alone: rules whose defects stand in a file of their own.
        missed: rules that did not report their defect.
        without_case: rules for which no case is written.
    """

    together: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    without_case: list[str] = field(default_factory=list)


def plant(clean: Path) -> Planted:
    """Plant one defect a rule behind the claims of a clean file, check, and say what was missed."""
    result = Planted()
    cases = _first_cases()
    result.without_case = sorted(load_rules().keys() - cases.keys())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = settings_of(next(case for case in cases.values() if _is_plain(case)), folder)
        together: list[tuple[str, str]] = []
        for code, case in sorted(cases.items()):
            if _is_plain(case) and _stands_among_others(text := case.input(), code, folder, case):
                together.append((code, text))
            else:
                result.alone.append(code)
                if code not in _reported(run(case.input(), settings_of(case, folder))):
                    result.missed.append(code)
        planted = folder / "planted.837"
        planted.write_bytes(clean.read_bytes() + b"".join(_interchanges(together)))
        with Source.from_path(planted) as source:
            found = _reported(process(source, plain))
        result.together = [code for code, _ in together]
        result.missed += [code for code in result.together if code not in found]
    return result


def _first_cases() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for case in all_cases():
        if case.finds:
            cases.setdefault(case.rule, case)
    return cases


def _is_plain(case: Case) -> bool:
    return not (case.config or case.history or case.policy or case.payers or case.prefix)


def _stands_among_others(text: str, code: str, folder: Path, case: Case) -> bool:
    """Whether a defect's file is processed, and whole enough to stand among others."""
    outcome = run(text, settings_of(case, folder))
    return bool(outcome.claims) and len(outcome.envelope.interchanges) == 1 and not code.startswith("ENV")


def _interchanges(cases: list[tuple[str, str]]) -> Iterator[bytes]:
    """Yield each defect's file with control numbers of its own."""
    for number, (_, file) in enumerate(cases, start=1):
        control = f"{700_000_000 + number}"
        # One patient in all of them would make each claim another one's neighbour.
        text = re.sub(r"W(?=\d{9})", f"W{number}", file[file.index("ISA") :])
        separator, terminator = re.escape(text[3]), re.escape(text[105])
        isa = text[:90] + control + text[99:106]
        rest = re.sub(rf"(IEA{separator}\d+{separator})\d+(?={terminator})", rf"\g<1>{control}", text[106:])
        yield f"\n{isa}{rest}".encode("latin-1")


def _reported(outcome: Outcome) -> set[str]:
    found = {shared.finding.rule for shared in outcome.findings}
    found |= {shared.repair.rule for shared in outcome.repairs}
    for claim in outcome.claims:
        found |= {finding.rule for finding in claim.findings} | {repair.rule for repair in claim.repairs}
    return found

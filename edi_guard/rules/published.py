"""The published edits of claim editors and payers: which rule implements each, or why none does.

What is implemented stands with the rules themselves (`edits` of the decorator); what is not stands with
its reason in ``edits/*.toml`` beside this module. The table is made of both and cannot drift.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from edi_guard.rules import load_rules

if TYPE_CHECKING:
    from edi_guard.rules.registry import Rule

_REASONS = Path(__file__).with_name("edits")


def implemented() -> dict[str, list[Rule[object]]]:
    """Return the rules that implement each edit, by the edit's id."""
    found: defaultdict[str, list[Rule[object]]] = defaultdict(list)
    for rule in load_rules().values():
        for edit in rule.edits:
            found[edit].append(rule)
    return dict(sorted(found.items()))


def left_out() -> dict[str, str]:
    """Return why an edit is not implemented, by its id."""
    reasons: dict[str, str] = {}
    for path in sorted(_REASONS.glob("*.toml")):
        for edit, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            reasons[edit] = str(entry["reason"])
    return dict(sorted(reasons.items()))


def table() -> str:
    """Return the table of published edits as Markdown."""
    done, not_done = implemented(), left_out()
    lines = [
        "# Published edits",
        "",
        "Edits that claim editors and payers publish for 837 files, SNIP types 1 to 5, by the ids of our",
        "own list of them (where each is from is the first part of its id), and the rules that implement",
        "them. `edi-guard rule CODE` prints a rule's page. This file is written by",
        "`edi-guard rules --published-edits`.",
        "",
        f"{len(done)} are implemented, {len(not_done.keys() - done.keys())} are not.",
        "",
        "| Edit | Rules | What they find |",
        "|---|---|---|",
    ]
    for edit, rules in done.items():
        codes = ", ".join(rule.code for rule in rules)
        lines.append(f"| {edit} | {codes} | {' '.join(rule.summary for rule in rules)} |")
    lines += ["", "## Not implemented", "", "| Edit | Why not |", "|---|---|"]
    lines += [f"| {edit} | {reason} |" for edit, reason in not_done.items() if edit not in done]
    return "\n".join(lines) + "\n"

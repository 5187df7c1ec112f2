"""The pages of rules, from their docstrings: as text, Markdown and plain data."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final

from edi_guard.findings import Tier

if TYPE_CHECKING:
    from edi_guard.rules import Rule

SECTIONS: Final = ("Why it is denied", "What to do", "Example", "Repair", "Exceptions", "Source")
REPAIRS: Final = {
    Tier.FORMAT: "repaired",
    Tier.LOSSLESS: "repair on demand",
    Tier.SUGGESTION: "suggestion",
}
_SAFE: Final = {
    Tier.FORMAT: "It is repaired by default: only the spelling changes, never which value it is.",
    Tier.LOSSLESS: "It can be repaired without loss; switch it on in `[repair] lossless`.",
    Tier.SUGGESTION: "A repair is suggested and never made: a person has to decide.",
}


def likely_answers(rule: Rule[object]) -> list[tuple[str, tuple[str, ...]]]:
    """Return what a payer or clearinghouse would answer: the code list's name, and the codes."""
    answers = (
        ("CARC", rule.predicts.carc),
        ("RARC", rule.predicts.rarc),
        ("277CA", rule.predicts.claim_status),
    )
    return [(name, codes) for name, codes in answers if codes]


def page_text(rule: Rule[object]) -> str:
    """Return a rule's page as plain text."""
    summary, _, rest = inspect.cleandoc(rule.page).partition("\n")
    facts = [
        f"{rule.code}  {rule.name}",
        summary,
        "",
        f"Severity {rule.severity.label}, SNIP type {rule.snip}",
    ]
    likely = "; ".join(f"{name} {', '.join(codes)}" for name, codes in likely_answers(rule))
    if likely:
        facts.append(f"Likely answer: {likely}")
    return "\n".join(facts) + "\n" + re.sub(r"^## (.*)$", r"\1:", rest, flags=re.MULTILINE)


def page_markdown(rule: Rule[object]) -> str:
    """Return a rule's page as Markdown."""
    summary, _, rest = inspect.cleandoc(rule.page).partition("\n")
    rows = [("severity", rule.severity.label), ("SNIP type", str(rule.snip)), ("name", f"`{rule.name}`")]
    rows += [(name, ", ".join(codes)) for name, codes in likely_answers(rule)]
    if rule.edits:
        rows.append(("published edits", ", ".join(rule.edits)))
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    example = re.sub(r"^(Denied|Paid): ", r"- **\1:** ", rest, flags=re.MULTILINE)
    safe = f"\n{_SAFE[rule.repairs]}\n" if rule.repairs else ""
    return f"# {rule.code}\n\n{summary}\n\n| | |\n|---|---|\n{table}\n{safe}{example.rstrip()}\n"


def table_markdown(rules: dict[str, Rule[object]]) -> str:
    """Return the table of rules as Markdown."""
    lines = ["# Rules", "", "| rule | severity | what it finds | repair |", "|---|---|---|---|"]
    for rule in rules.values():
        repair = REPAIRS[rule.repairs] if rule.repairs else ""
        link = f"[{rule.code}]({rule.code.lower()}.md)"
        lines.append(f"| {link} | {rule.severity.label} | {rule.summary} | {repair} |")
    return "\n".join(lines) + "\n"


def facts_of(rule: Rule[object]) -> dict[str, Any]:
    """Return a rule as plain data."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.label,
        "snip": rule.snip,
        "predicts": {
            "carc": list(rule.predicts.carc),
            "rarc": list(rule.predicts.rarc),
            "claim_status": list(rule.predicts.claim_status),
        },
        "repair": rule.repairs.value if rule.repairs else None,
        "published_edits": list(rule.edits),
        "sections": {title: rule.section(title) for title in SECTIONS if rule.section(title)},
    }

"""``edi-guard rule`` and ``edi-guard rules``: the manual pages and the table."""

from __future__ import annotations

import difflib
import inspect
import re

import click

from edi_guard.rules import Rule, load_rules


@click.command("rule")
@click.argument("code")
def rule_command(code: str) -> int:
    """Print the page of a rule: why it is denied, what to do, an example, the source."""
    rules = load_rules()
    found = rules.get(code.upper())
    if found is None:
        close = difflib.get_close_matches(code.upper(), rules, 3)
        hint = f"; did you mean {', '.join(close)}?" if close else "; see `edi-guard rules`"
        message = f"there is no rule {code}{hint}"
        raise click.ClickException(message)
    click.echo(page(found))
    return 0


def page(rule: Rule[object]) -> str:
    """Return a rule's page as plain text."""
    text = inspect.cleandoc(rule.page)
    summary, _, rest = text.partition("\n")
    facts = [
        f"{rule.code}  {rule.name}",
        summary,
        "",
        f"Severity {rule.severity.label}, SNIP type {rule.snip}",
    ]
    answers = [
        ("CARC", rule.predicts.carc),
        ("RARC", rule.predicts.rarc),
        ("277CA", rule.predicts.claim_status),
    ]
    likely = "; ".join(f"{name} {', '.join(codes)}" for name, codes in answers if codes)
    if likely:
        facts.append(f"Likely answer: {likely}")
    return "\n".join(facts) + "\n" + re.sub(r"^## (.*)$", r"\1:", rest, flags=re.MULTILINE)


@click.command("rules")
@click.option("--published-edits", is_flag=True, help="Print which published edits the rules implement.")
def rules_command(*, published_edits: bool) -> int:
    """Print the table of all rules."""
    if published_edits:
        from edi_guard.rules.published import table

        click.echo(table(), nl=False)
        return 0
    for rule in load_rules().values():
        repair = {"A": "repaired", "B": "repair on demand", "C": "suggestion"}
        mark = repair[rule.repairs.value] if rule.repairs else ""
        click.echo(f"{rule.code:<9}{rule.severity.label:<8}{rule.summary:<92}{mark}".rstrip())
    return 0

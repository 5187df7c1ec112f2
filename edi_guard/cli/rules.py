"""``edi-guard rule`` and ``edi-guard rules``: the manual pages and the table."""

from __future__ import annotations

import difflib
import json

import click

from edi_guard.rule_pages import REPAIRS, facts_of, page_text, table_markdown
from edi_guard.rules import load_rules


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
    click.echo(page_text(found))
    return 0


@click.command("rules")
@click.option("--published-edits", is_flag=True, help="Print which published edits the rules implement.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def rules_command(format_name: str, *, published_edits: bool) -> int:
    """Print the table of all rules."""
    if published_edits:
        from edi_guard.rules.published import table

        click.echo(table(), nl=False)
        return 0
    rules = load_rules()
    if format_name == "json":
        click.echo(json.dumps([facts_of(rule) for rule in rules.values()], indent=2))
    elif format_name == "markdown":
        click.echo(table_markdown(rules), nl=False)
    else:
        for rule in rules.values():
            mark = REPAIRS[rule.repairs] if rule.repairs else ""
            click.echo(f"{rule.code:<9}{rule.severity.label:<8}{rule.summary:<92}{mark}".rstrip())
    return 0

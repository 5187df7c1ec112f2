"""``edi-guard audit``: proves that the audit log is whole."""

from __future__ import annotations

import click

from edi_guard.cli.folder import folder_options, opened
from edi_guard.ledger.audit import verify

_BROKEN = 1


@click.group("audit")
def audit_command() -> None:
    """The audit log: every file, release, override and bypass, each line chained to the one before."""


@audit_command.command("verify")
@folder_options
def verify_command(root: str, config_path: str | None) -> int:
    """Check that no line was changed, removed or put in; exit with 1 when one was."""
    with opened(root, config_path) as bench:
        verdict = verify(bench.ledger.audit.path)
    if verdict.ok:
        click.echo(f"{bench.ledger.audit.path}: {verdict.lines} lines, whole")
        return 0
    click.echo(f"{bench.ledger.audit.path}: line {verdict.bad_line}: {verdict.why}", err=True)
    return _BROKEN

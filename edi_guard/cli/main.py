"""The command and its subcommands, each loaded when it is asked for."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import TYPE_CHECKING, NoReturn

import click

import edi_guard
from edi_guard.internal import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "audit": "edi_guard.cli.audit",
    "backtest": "edi_guard.cli.backtest",
    "bypass": "edi_guard.cli.kept",
    "check": "edi_guard.cli.check",
    "clean": "edi_guard.cli.clean",
    "config": "edi_guard.cli.config",
    "find": "edi_guard.cli.kept",
    "init": "edi_guard.cli.init",
    "override": "edi_guard.cli.override",
    "policies": "edi_guard.cli.policies",
    "reconcile": "edi_guard.cli.reconcile",
    "reference": "edi_guard.cli.reference",
    "requeue": "edi_guard.cli.kept",
    "rule": "edi_guard.cli.rules",
    "rules": "edi_guard.cli.rules",
    "show": "edi_guard.cli.show",
    "status": "edi_guard.cli.status",
    "watch": "edi_guard.cli.watch",
    "withdraw": "edi_guard.cli.kept",
}
INTERRUPTED = 130
WRONG_USE = 2


class _LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that others start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(edi_guard.__version__, prog_name="edi-guard")
def cli() -> None:
    """Catch and repair avoidable denials in 837 claim files before they leave the office."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with the contract's code."""
    # What a run builds is a tree that lives until its end: looking for cycles in it every few hundred
    # objects takes a quarter of the time and frees nothing.
    gc.set_threshold(100_000, 20, 20)
    try:
        code = cli.main(args=arguments, prog_name="edi-guard", standalone_mode=False)
    except click.ClickException as error:
        error.show(sys.stderr)
        sys.exit(WRONG_USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: nothing half-written is left", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last resort: ours, and nothing is released
        _internal_error(error)
        sys.exit(WRONG_USE)
    sys.exit(code if isinstance(code, int) else 0)


def _internal_error(error: Exception) -> None:
    """Say where it happened and nothing of what was in hand, which may be patients' data."""
    click.echo(
        f"internal error: {place_of(error)}. Nothing of the file was released. Please report this line.",
        err=True,
    )

"""``edi-guard config``: every setting in force, and where it came from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from edi_guard.config import ConfigError, find_config, load_config

# In a database's URL: what stands between the user and the host.
_PASSWORD = re.compile(r"(://[^:/@\s]+):[^@\s]*@")


@click.command("config")
@click.argument("path", default=".", type=click.Path(exists=True))
@click.option("--config", "config_path", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
def config_command(path: str, config_path: str | None) -> int:
    """Print every setting that counts for PATH, and where it came from."""
    found = Path(config_path) if config_path else find_config(Path(path))
    try:
        loaded = load_config(found)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    for setting in loaded.settings:
        shown = _PASSWORD.sub(r"\1:***@", str(setting.value))
        click.echo(f"{setting.key:<32}{shown:<40}{setting.origin}")
    return 0

"""The command line: parse arguments, call, print, exit."""

from edi_guard.cli.main import main

__all__ = ["main"]

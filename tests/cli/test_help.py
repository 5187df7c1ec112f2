"""The help of every command is as it was looked at, and what the documents say of commands is so."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from edi_guard.cli.main import COMMANDS, cli
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = ROOT / "tests" / "cli" / "golden"
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
CONTEXT = click.Context(cli)


def _commands() -> Iterator[tuple[str, ...]]:
    yield ()
    for name in sorted(COMMANDS):
        yield (name,)
        command = cli.get_command(CONTEXT, name)
        if isinstance(command, click.Group):
            for inner in sorted(command.commands):
                yield (name, inner)


@pytest.mark.parametrize("words", list(_commands()), ids=" ".join)
def test_help(words: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    done = CliRunner().invoke(cli, [*words, "--help"], prog_name="edi-guard", terminal_width=80)
    assert done.exit_code == 0, done.output
    path = GOLDEN / f"help{''.join(f'-{word}' for word in words)}.txt"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(done.output, encoding="utf-8")
    assert done.output == path.read_text(encoding="utf-8"), "run pytest --update-golden and look at it"
    assert max(map(len, done.output.splitlines())) <= 80


def _said() -> Iterator[tuple[str, str]]:
    """Yield each command line that a document shows, with the document's name."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        fenced = "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
        lines = re.findall(r"^\s*(?:\$ )?(edi-guard [a-z].*)$", fenced, re.MULTILINE)
        lines += [" ".join(quoted.split()) for quoted in re.findall(r"`(edi-guard [a-z][^`]*)`", text)]
        for line in dict.fromkeys(lines):
            # What follows several blanks explains the command.
            yield path.name, re.split(r"\s{2,}", line.strip())[0]


@pytest.mark.parametrize(("document", "line"), list(_said()))
def test_commands_in_the_documents_exist(document: str, line: str) -> None:
    words = shlex.split(line.replace("…", "..."))[1:]
    command: click.Command | None = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(CONTEXT, words.pop(0))
    assert command is not None, f"{document}: {line}"
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "-h", "--version"}
    asked = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    assert set(asked) <= known, f"{document}: {line}"

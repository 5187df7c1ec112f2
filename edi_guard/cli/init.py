"""``edi-guard init``: starts a working folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from edi_guard.cli.judge import Judge
from edi_guard.cli.options import read_today, style_of
from edi_guard.cli.printing import print_reports, write_file
from edi_guard.config import CONFIG_NAME
from edi_guard.folders import make_folder
from edi_guard.x12 import Source

TEMPLATE = """\
# The configuration of edi-guard for this folder and everything below it.
# Every line is a default; remove the # to change one. `edi-guard config` shows what counts and why.

# mode = "standard"        # strict also holds warnings, advisory blocks nothing
# usage = "any"            # production refuses test files (ISA15 = T), test refuses others
# phi = "minimal"          # none, minimal, full: what reports may show
# select = ["ALL"]         # rules or the beginnings of their codes
# ignore = []
# mappings = ["mappings"]  # folders with your payers' policies
# example-payers = false

# [severity]               # another severity for a rule, or for a whole family
# PAIR302 = "hold"

# [[severity-by-payer]]
# rule = "DOC101"
# payer = "12345"
# severity = "warn"

# [[exceptions]]           # a rule that does not count for some claims, until a day
# rule = "SIM301"
# payer = "12345"
# procedure = "G4000"
# until = 2027-01-31
# reason = "contract amendment, see the payer's letter"

# [repair]
# format = true            # spelling: punctuation, blanks, capitals
# lossless = []            # e.g. ["MOD202", "MOD203"]

# [reference]
# hcpcs = "HCPC2026_OCT_CONTR_ANWEB.txt"

# [documentation]
# manifest = "documentation.csv"

# [acks]                   # the acknowledgments that `clean` writes
# enabled = true
# kinds = ["999", "277CA", "TA1"]
# line-breaks = false

# [archives]               # how far gzip and zip archives are expanded
# max-expanded-megabytes = 4096
# max-ratio = 200

# on-reject = "claim"      # file: one claim that does not pass keeps its whole file back

# [watch]                  # the folder service, `edi-guard watch`
# settle-seconds = 5
# give-up-minutes = 30
# schedule = ""            # cron, e.g. "*/15 6-20 * * mon-fri"
# quiet-hours = []         # e.g. ["20:00-06:00", "sat,sun"]
# outgoing-name = "{name}" # e.g. "{date}-{control}{suffix}"
# split-interchanges = false
# answer-hours = 0         # alarm when no 999 or 277CA came for so long

# [ledger]
# url = ""                 # e.g. "postgresql://user@host/edi_guard" for several machines
# keep-archive-days = 0    # 0: originals are kept for good

# [notify]
# command = []             # e.g. ["python", "tell.py"]: gets one JSON argument
"""
FOLDERS = ("inbox", "mappings", "sample")


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
@click.option(
    "--service",
    type=click.Choice(["systemd", "windows", "docker"]),
    help="Write what starts the folder service on DIR instead.",
)
def init_command(folder: str, service: str | None) -> int:
    """Create a folder with a commented configuration, an inbox, a place for your mappings and a sample."""
    root = Path(folder)
    if service is not None:
        from edi_guard.cli.service import write_service

        write_service(service, root)
        return 0
    target = root / CONFIG_NAME
    if target.exists():
        message = f"{target} exists already: nothing was changed"
        raise click.ClickException(message)
    for name in FOLDERS:
        make_folder(root / name)
    write_file(str(target), TEMPLATE)
    sample = root / "sample" / "sample.837"
    write_file(str(sample), (resources.files("edi_guard.cli") / "templates" / sample.name).read_text("ascii"))
    click.echo(
        f"created {target}, {root / 'inbox'}, {root / 'mappings'} and {sample}, which looks like this:\n"
    )
    _first_run(sample)
    click.echo("next:")
    click.echo(
        f"  edi-guard clean {root / 'sample'} --out {root / 'out'}   the same, with files and a report"
    )
    click.echo(f"  edi-guard watch {root}     work on what is put into {root / 'inbox'}")
    return 0


def _first_run(sample: Path) -> None:
    """Check the sample, so that there is something to see."""
    judge = Judge(read_today(None), {}, None)
    with Source.from_path(sample) as source:
        source.name = str(sample)
        report = judge.report(judge.outcome(source, str(sample)), str(sample), brief=True, source=source)
    print_reports([report], "text", style_of("auto", verbose=False))

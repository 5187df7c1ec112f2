"""``edi-guard backtest``: would the rules have caught what payers denied, and held what they paid?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edi_guard.archives import CLAIM_SUFFIXES
from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.replay import as_of, as_of_claim
from edi_guard.backtest.study import Setup
from edi_guard.backtest.summary import comparison, suggested, summary
from edi_guard.backtest_outputs import SUMMARY_ONLY, formats, render
from edi_guard.cli.gathering import Given, gather
from edi_guard.cli.inputs import ANSWER_SUFFIXES, find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import jobs_option, read_today
from edi_guard.cli.printing import write_file
from edi_guard.cli.progress import shown_gauge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edi_guard.archives import Limits
    from edi_guard.backtest.replay import Clock
    from edi_guard.backtest.study import Study
    from edi_guard.cli.gathering import Gathered
    from edi_guard.cli.inputs import Input
    from edi_guard.config import Loaded
    from edi_guard.engine import Settings

INTERNAL = 2
UNUSABLE = 3
NO_INPUT = 4
_CLAIM_DATE = "claim-date"


@click.command("backtest")
@click.option(
    "--claims",
    "claim_paths",
    multiple=True,
    required=True,
    type=click.Path(exists=True),
    metavar="PATH",
    help="Claim files as they were sent (837), or folders of them.",
)
@click.option(
    "--remits",
    "answer_paths",
    multiple=True,
    required=True,
    type=click.Path(exists=True),
    metavar="PATH",
    help="What answered them: remittances (835), 277CA, 999, or folders of them.",
)
@click.option(
    "--as-of",
    "as_of_day",
    default=_CLAIM_DATE,
    show_default=True,
    metavar="claim-date|DATE",
    help="As of when claims are judged, with the tables that were in force by then.",
)
@click.option(
    "--compare",
    "configs",
    nargs=2,
    type=click.Path(exists=True, dir_okay=False),
    metavar="CONFIG_A CONFIG_B",
    help="What the second configuration would do otherwise than the first.",
)
@click.option(
    "--suggest", "is_suggesting", is_flag=True, help="Print severities per rule and payer, as configuration."
)
@click.option(
    "--false-hold-rate",
    "limit",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="For --suggest: the share of lines not denied that may be held.",
)
@click.option(
    "--draft",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write a mapping to review for each payer whose denials no rule speaks of.",
)
@click.option("--format", "output", type=click.Choice(formats()), default="text", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False), metavar="FILE")
@click.option("--mappings", multiple=True, type=click.Path(exists=True), metavar="DIR")
@click.option("--config", "config_path", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@jobs_option
def backtest_command(
    claim_paths: tuple[str, ...],
    answer_paths: tuple[str, ...],
    as_of_day: str,
    configs: tuple[str, str] | None,
    limit: float,
    draft: str | None,
    output: str,
    target: str | None,
    mappings: tuple[str, ...],
    config_path: str | None,
    jobs: int,
    *,
    is_suggesting: bool,
) -> int:
    """Measure the rules against remittances.

    Each claim is judged as of the day of its batch, and joined with what was answered. For each rule it says
    how many of the lines that it hits were denied, how many denials that it predicts it hits, and what it
    would have held that was paid. Shares and dollars of fewer than eleven cases are not shown. Exit code: 0
    measured, 2 wrong usage, 3 a file could not be used and the others were measured, 4 no input.
    """
    _check(configs, output, config_path, is_suggesting=is_suggesting)
    clock = _clock(as_of_day)
    overrides: dict[str, object] = {"mappings": list(mappings)} if mappings else {}
    judges = [Judge(read_today(None), overrides, path) for path in configs or (config_path,)]
    given = _given(claim_paths, answer_paths, judges[0].limits)
    if not given:
        return NO_INPUT
    # All claims are judged by the same rules: those of the configuration nearest to the first path.
    prepared = [judge.prepare(claim_paths[0]) for judge in judges]
    with shown_gauge("reading", sum(one.size for one in given)) as gauge:
        found = gather(given, [settings for _, settings in prepared], clock, jobs, gauge)
        gauge.say("counting")
        setups = [_setup(loaded, settings) for loaded, settings in prepared]
        study = found.gathering.study(setups[0])
        if configs:
            document = _compared(found, study, setups[1], configs)
        elif is_suggesting:
            document = _suggested(study, limit)
        else:
            document = summary(study)
    if draft:
        _draft(study, prepared[0][1], Path(draft))
    _show(render(output, document), target)
    if found.died:
        return INTERNAL
    return UNUSABLE if found.gathering.inputs.unusable else 0


def _check(
    configs: tuple[str, str] | None, output: str, config_path: str | None, *, is_suggesting: bool
) -> None:
    if configs and (is_suggesting or config_path):
        message = "--compare takes its two configurations alone: leave --suggest and --config out"
        raise click.UsageError(message)
    if (configs or is_suggesting) and output in SUMMARY_ONLY:
        message = f"--compare and --suggest are printed as text or json, not as {output}"
        raise click.UsageError(message)


def _clock(as_of_day: str) -> Clock:
    if as_of_day == _CLAIM_DATE:
        return as_of_claim
    try:
        return as_of(date.fromisoformat(as_of_day))
    except ValueError as error:
        message = f"--as-of {as_of_day}: write {_CLAIM_DATE} or a day, e.g. 2026-03-31"
        raise click.UsageError(message) from error


def _given(
    claim_paths: tuple[str, ...], answer_paths: tuple[str, ...], limits: Callable[[str], Limits]
) -> list[Given]:
    """Return the files of claims, then those of answers; none where either is missing, which is said."""
    claims = _once(find_inputs(claim_paths, limits, is_deep=True))
    answers = _once(find_inputs(answer_paths, limits, ANSWER_SUFFIXES, is_deep=True))
    for found, paths, what, suffixes in (
        (claims, claim_paths, "file of claims", CLAIM_SUFFIXES),
        (answers, answer_paths, "remittance or acknowledgment", ANSWER_SUFFIXES),
    ):
        if not found:
            names = ", ".join(sorted(suffixes))
            click.echo(f"there is no {what} in {', '.join(paths)}: names end in {names}", err=True)
            return []
    return [
        Given(item, is_claims) for items, is_claims in ((claims, True), (answers, False)) for item in items
    ]


def _once(items: Iterable[Input]) -> list[Input]:
    """Return each file once, though it was named and its folder, too."""
    return list({Path(item.path).resolve(): item for item in items}.values())


def _setup(loaded: Loaded, settings: Settings) -> Setup:
    rules = settings.ruleset.rules
    return Setup(
        predicted={
            code: frozenset((*rule.predicts.carc, *rule.predicts.claim_status))
            for code, rule in rules.items()
        },
        shadow=frozenset(code for code in rules if settings.is_shadow(code)),
        buckets=Buckets(loaded.config.backtest.denials),
    )


def _compared(found: Gathered, study: Study, setup: Setup, names: tuple[str, str]) -> dict[str, Any]:
    from edi_guard.backtest.compare import compare

    other = found.gathering.judged_as(study, found.others[0], setup)
    return comparison(compare(study.lines, other.lines), names)


def _suggested(study: Study, limit: float) -> dict[str, Any]:
    from edi_guard.backtest.suggest import SuggestionError, suggest

    try:
        return suggested(suggest(study.lines, limit))
    except SuggestionError as error:
        raise click.ClickException(str(error)) from error


def _draft(study: Study, settings: Settings, folder: Path) -> None:
    from edi_guard.backtest.draft import draft_policies
    from edi_guard.backtest.gaps import find_gaps

    gaps = find_gaps(study.lines, study.setup.buckets)
    today = read_today(None)
    drafts = draft_policies(gaps, lambda code: settings.policies.profile(code, today) is not None, today)
    folder.mkdir(parents=True, exist_ok=True)
    for number, (about, text) in enumerate(drafts.items(), start=1):
        name = "".join(character for character in about if character.isalnum()) or str(number)
        path = folder / f"draft-{name}.xml"
        if path.exists():
            message = f"{path}: is there already; a draft never replaces a mapping: give another folder"
            raise click.ClickException(message)
        write_file(str(path), [text])
        click.echo(f"draft of a mapping, to be reviewed: {path}", err=True)
    if not drafts:
        click.echo("no group of denials without a rule is large enough for a draft", err=True)


def _show(text: str, target: str | None) -> None:
    if target is None:
        click.echo(text, nl=False)
    else:
        write_file(target, [text])

"""``edi-guard backtest``: would the rules have caught what payers denied, and held what they paid?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edi_guard.backtest.answers import read_answers
from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.replay import as_of, as_of_claim, replay
from edi_guard.backtest.study import Gathering, Setup
from edi_guard.backtest.summary import comparison, suggested, summary
from edi_guard.backtest_outputs import SUMMARY_ONLY, formats, render
from edi_guard.cli.inputs import ANSWER_SUFFIXES, find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import read_today
from edi_guard.cli.printing import write_file
from edi_guard.cli.progress import shown_progress
from edi_guard.remittance import RemittanceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.backtest.replay import Clock, Hits
    from edi_guard.backtest.study import Study
    from edi_guard.cli.inputs import Input
    from edi_guard.engine import Settings

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
    *,
    is_suggesting: bool,
) -> int:
    """Measure the rules against remittances.

    Each claim is judged as of the day of its batch, and joined with what was answered. For each rule it says
    how many of the lines that it hits were denied, how many denials that it predicts it hits, and what it
    would have held that was paid. Shares and dollars of fewer than eleven cases are not shown.
    """
    _check(configs, output, config_path, is_suggesting=is_suggesting)
    clock = _clock(as_of_day)
    overrides: dict[str, object] = {"mappings": list(mappings)} if mappings else {}
    judge = Judge(read_today(None), overrides, configs[0] if configs else config_path)
    claims, answers = (
        find_inputs(claim_paths, judge.limits),
        find_inputs(answer_paths, judge.limits, ANSWER_SUFFIXES),
    )
    gathering = _gather(claims, answers, judge, clock)
    study = gathering.study(_setup(judge, claim_paths[0]))
    if configs:
        other = Judge(read_today(None), overrides, configs[1])
        document = _compared(gathering, study, claims, other, clock, configs)
    elif is_suggesting:
        document = _suggested(study, limit)
    else:
        document = summary(study)
    if draft:
        _draft(study, judge.prepare(claim_paths[0])[1], Path(draft))
    _show(render(output, document), target)
    return 3 if gathering.inputs.unusable else 0


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


def _setup(judge: Judge, path: str) -> Setup:
    loaded, settings = judge.prepare(path)
    rules = settings.ruleset.rules
    return Setup(
        predicted={
            code: frozenset((*rule.predicts.carc, *rule.predicts.claim_status))
            for code, rule in rules.items()
        },
        shadow=frozenset(code for code in rules if settings.is_shadow(code)),
        buckets=Buckets(loaded.config.backtest.denials),
    )


def _gather(claims: Sequence[Input], answers: Sequence[Input], judge: Judge, clock: Clock) -> Gathering:
    gathering = Gathering()
    for item in claims:
        settings = judge.prepare(item.file)[1]
        with item.open() as source, shown_progress(item.path, source.size) as progress:
            gathering.take_claims(item.path, replay(source, settings, clock, progress))
    for item in answers:
        with item.open() as source:
            if source.refusal:
                gathering.refuse_answers(item.path, source.refusal)
                continue
            try:
                gathering.take_answers(item.path, read_answers(source))
            except RemittanceError as error:
                gathering.refuse_answers(item.path, str(error))
    return gathering


def _compared(
    gathering: Gathering,
    study: Study,
    claims: Sequence[Input],
    judge: Judge,
    clock: Clock,
    names: tuple[str, str],
) -> dict[str, Any]:
    from edi_guard.backtest.compare import compare

    hits: dict[tuple[str, int], Hits] = {}
    for item in claims:
        settings = judge.prepare(item.file)[1]
        with item.open() as source, shown_progress(item.path, source.size) as progress:
            hits |= replay(source, settings, clock, progress).hits
    other = gathering.judged_as(study, hits, _setup(judge, claims[0].file))
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

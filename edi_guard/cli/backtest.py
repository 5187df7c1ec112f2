"""``edi-guard backtest``: would the rules have caught what payers denied, and held what they paid?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from edi_guard.backtest.claim_join import answers_of, join_claims
from edi_guard.backtest.replay import judged_lines, replay
from edi_guard.backtest.summary import Inputs, summary
from edi_guard.cli.inputs import REMITTANCE_SUFFIXES, find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import read_today
from edi_guard.remittance import RemittanceError, imbalances, read_remittances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.backtest.replay import Hits
    from edi_guard.backtest.sent import SentClaim
    from edi_guard.remittance import Remittance


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
    "remit_paths",
    multiple=True,
    required=True,
    type=click.Path(exists=True),
    metavar="PATH",
    help="Remittances that answered them (835), or folders of them.",
)
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--mappings", multiple=True, type=click.Path(exists=True), metavar="DIR")
@click.option("--config", "config_path", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
def backtest_command(
    claim_paths: tuple[str, ...],
    remit_paths: tuple[str, ...],
    output: str,
    mappings: tuple[str, ...],
    config_path: str | None,
) -> int:
    """Measure the rules against remittances.

    Each claim is judged as of the day of its batch, and joined with what the payer answered. For each rule
    it says how many of the lines that it hits were denied, how many denials that it predicts it hits, and
    what it would have held that was paid. Shares of fewer than eleven cases are not shown.
    """
    judge = Judge(read_today(None), {"mappings": list(mappings)} if mappings else {}, config_path)
    inputs = Inputs()
    said: dict[tuple[str, int], tuple[str, Hits]] = {}
    sent = list(_sent(claim_paths, judge, inputs, said))
    remittances = list(_remittances(remit_paths, inputs))
    join = join_claims(sent, answers_of(remittances))
    rules = judge.prepare(claim_paths[0])[1].ruleset.rules
    predicted = {code: frozenset(rule.predicts.carc) for code, rule in rules.items()}
    found = summary(inputs, join, list(judged_lines(join, said)), predicted)
    click.echo(json.dumps(found, indent=2) if output == "json" else "\n".join(_text(found)))
    return 3 if inputs.refused else 0


def _sent(
    paths: tuple[str, ...], judge: Judge, inputs: Inputs, said: dict[tuple[str, int], tuple[str, Hits]]
) -> Iterator[SentClaim]:
    for item in find_inputs(paths):
        before = len(said)
        with item.open() as source:
            for claim, kind, hits in replay(source, judge.prepare(item.path)[1]):
                said[claim.key] = (kind, hits)
                yield claim
        inputs.claim_files += 1
        if len(said) == before:
            inputs.refused[item.path] = "no claims that could be read: edi-guard check says why"


def _remittances(paths: tuple[str, ...], inputs: Inputs) -> Iterator[tuple[str, Remittance]]:
    for item in find_inputs(paths, REMITTANCE_SUFFIXES):
        inputs.remittance_files += 1
        with item.open() as source:
            try:
                whole = list(read_remittances(source))
            except RemittanceError as error:
                inputs.refused[item.path] = str(error)
                continue
        inputs.imbalances += sum(len(imbalances(one)) for one in whole)
        yield from ((item.path, one) for one in whole)


def _text(found: dict[str, Any]) -> Iterator[str]:
    read, join, total = found["inputs"], found["join"], found["total"]
    yield f"{read['claim_files']} files of claims, {read['remittance_files']} of remittances"
    yield from (f"  not used: {path}: {why}" for path, why in read["refused"].items())
    if read["imbalances"]:
        yield f"  {read['imbalances']} sums in the remittances do not add up"
    yield (
        f"{join['answered']} of {join['claims']} claims answered, {join['certain']} of"
        f" {join['answers']} answers matched for certain, {join['reversed']} taken back"
    )
    yield from (f"  {count} answers without a claim: {why}" for why, count in join["unjoined"].items())
    yield ""
    yield f"Denied lines             {_share(total['denied'])}   ${total['dollars_denied']}"
    yield f"  would have been kept   {_share(total['caught'])}   ${total['dollars_caught']}"
    yield f"Lines that were not denied, and would have been kept   {_share(total['false_holds'])}"
    yield f"Not decided: {total['undecided']} of {total['lines']} lines"
    yield ""
    yield from _table(found["rules"])
    for title, parts in (("payer", found["payers"]), ("kind", found["kinds"])):
        yield ""
        yield f"{title:<20}  {'denied':<32}  {'of these kept':<32}  dollars denied"
        for part in parts:
            shares = f"{_share(part['denied']):<32}  {_share(part['caught']):<32}"
            yield f"{part['name']:<20}  {shares}  ${part['dollars_denied']}"


def _table(rules: list[dict[str, Any]]) -> Iterator[str]:
    columns = (("denied among its hits", "precision"), ("denials that it hits", "recall"))
    head = "  ".join(f"{title:<32}" for title, _ in columns)
    yield f"{'rule':<8}  {'hits':>6}  {head}  {'denied':>12}  {'paid, held':>12}"
    for rule in sorted((one for one in rules if one["hits"]), key=lambda one: -float(one["denied"])):
        shares = "  ".join(f"{_share(rule[key]):<32}" for _, key in columns)
        money = f"{'$' + rule['denied']:>12}  {'$' + rule['paid_at_risk']:>12}"
        yield f"{rule['rule']:<8}  {rule['hits']:>6}  {shares}  {money}"


def _share(share: dict[str, Any]) -> str:
    if share["count"] is None:
        return f"too few ({share['total']})"
    low, high = share["interval"]
    counts = f"{share['count']} of {share['total']}"
    return f"{counts}, {share['share']:.0%} ({low:.0%} to {high:.0%})"

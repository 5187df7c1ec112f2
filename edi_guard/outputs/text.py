"""The report for people: grouped by claim, what to do before why."""

from __future__ import annotations

import io
import textwrap
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from edi_guard.masking import HIDDEN
from edi_guard.ordinals import Ordinals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.excerpts import Excerpt
    from edi_guard.outputs import Style
    from edi_guard.report import ClaimReport, FindingReport, RepairReport, Report

_STYLES = {
    "reject": "bold red",
    "rejected": "bold red",
    "hold": "yellow",
    "held": "yellow",
    "warn": "cyan",
    "info": "dim",
    "clean": "green",
}
_INDENT = "         "
# True of every file that is checked without a ledger or tables: without -v it would be on every screen.
EVERY_TIME = frozenset({"DUP901", "CODE901", "PTP901", "MUE901", "AOC901", "MOD901"})


def render(reports: Sequence[Report], style: Style) -> Iterator[str]:
    """Yield the reports as text, in colour where the style asks for it."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=style.width,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for report in reports:
        for line in _report(report, style):
            console.print(line, soft_wrap=False, overflow="fold")
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()


def _report(report: Report, style: Style) -> Iterator[Text]:
    yield _heading(report)
    if report.findings and (style.verbose or _worth_showing(report.findings, style)):
        yield Text()
        yield Text("The file, and what stands above its claims", style="bold")
        for shared in report.findings:
            if style.verbose or shared.severity != "info":
                yield from _finding(shared, _claims(shared.affects), style)
    for claim in report.remarkable:
        yield from _claim(claim, style)
    yield from _diffs(report) if style.diff else _repairs(report)
    if style.statistics:
        yield from _statistics(report)
    yield from _unchecked(report, style)
    yield Text()
    yield _last_line(report)
    yield Text()


def _heading(report: Report) -> Text:
    summary = report.summary
    text = Text(report.input.path, style="bold")
    if report.status == "failed":
        return text.append("   REFUSED", style="bold red")
    return text.append(
        f"   {_count(summary.claims, 'claim')}, {_dollars(summary.charges.total)}", style="not bold"
    )


def _worth_showing(findings: Iterable[FindingReport], style: Style) -> bool:
    return style.verbose or any(finding.severity != "info" for finding in findings)


# ------------------------------------------------------------------------ claims


def _claim(claim: ClaimReport, style: Style) -> Iterator[Text]:
    shown = [f for f in claim.findings if style.verbose or f.severity != "info"]
    if not shown and claim.disposition == "clean":
        return
    yield Text()
    yield _claim_heading(claim)
    for finding in shown:
        yield from _finding(finding, _where(finding), style)
    if not shown:
        yield Text("  because of what stands above the claims")


def _claim_heading(claim: ClaimReport) -> Text:
    text = Text(f"Claim {claim.id}", style="bold")
    parts = [f"number {claim.ordinal}", claim.payer.id, claim.service_from or ""]
    parts.append(_dollars(claim.charge) if claim.charge else "")
    text.append("   " + "   ".join(filter(None, parts)), style="not bold")
    return text.append(f"   {claim.disposition.upper()}", style=_STYLES[claim.disposition])


def _where(finding: FindingReport) -> str:
    """Return the box of the form, which names the line; else the line."""
    if finding.form_locator:
        return finding.form_locator
    return f"line {finding.line}" if finding.line else ""


def _finding(finding: FindingReport, where: str, style: Style) -> Iterator[Text]:
    text = Text("  ")
    text.append(f"{finding.severity:<6}", style=_STYLES[finding.severity])
    text.append(f" {finding.rule}", style=_linked(finding.rule, style))
    if finding.repairable:
        text.append(" [*]", style="green")
    for part in (where, _at_risk(finding)):
        if part:
            text.append(f"   {part}")
    yield text
    if finding.fix:
        yield _paragraph("Do:  ", finding.fix, style)
    yield _paragraph("Why: ", finding.message + _seen(finding), style)
    if finding.excerpt is not None:
        yield from _excerpt(finding.excerpt, _STYLES[finding.severity], style)
    if finding.source or finding.predicts.carc:
        yield _paragraph("     ", _background(finding), style, look="dim")


def _linked(rule: str, style: Style) -> str:
    return f"bold link {style.pages.rstrip('/')}/{rule.lower()}/" if style.pages else "bold"


def _excerpt(excerpt: Excerpt, look: str, style: Style) -> Iterator[Text]:
    """Yield the segment with what is meant underlined; long ones are cut around it."""
    room = max(20, style.width - len(_INDENT) - 6)
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    if len(text) > room:
        begin = max(0, min(start - room // 3, len(text) - room))
        text = text[begin : begin + room]
        start, end = start - begin, min(end - begin, room)
    shown = "".join(c if c.isprintable() else "·" for c in text)
    yield Text(f"{_INDENT}     {shown}")
    yield Text(f"{_INDENT}     {' ' * start}{'^' * max(1, end - start)}", style=look)


def _paragraph(label: str, text: str, style: Style, look: str = "") -> Text:
    """Return text whose further lines stand below its first word."""
    lines = textwrap.wrap(
        text,
        max(20, style.width - 1),
        initial_indent=_INDENT + label,
        subsequent_indent=_INDENT + " " * len(label),
        break_on_hyphens=False,
    )
    return Text("\n".join(lines), style=look)


def _at_risk(finding: FindingReport) -> str:
    blocks = finding.severity in ("reject", "hold")
    at_risk = finding.charge_at_risk
    return f"{_dollars(at_risk)} at risk" if blocks and at_risk else ""


def _seen(finding: FindingReport) -> str:
    place = finding.location
    if place is None:
        return ""
    where = f"{place.loop} {place.element or place.segment}".strip()
    return f" [{where}, segment {place.segment_number}]"


def _background(finding: FindingReport) -> str:
    parts = []
    if finding.predicts.carc:
        parts.append(f"likely denial: CARC {', '.join(finding.predicts.carc)}")
    if finding.source:
        parts.append(f"stated in {finding.source}")
    return "; ".join(parts)


# ----------------------------------------------------------------------- repairs


def _repairs(report: Report) -> Iterator[Text]:
    if not report.summary.repairs:
        return
    yield Text()
    yield Text(f"Repaired: {_count(report.summary.repairs, 'value')}", style="bold")
    for shared in report.repairs:
        yield _repair(shared, _claims(shared.affects))
    for claim in report.remarkable:
        for repair in claim.repairs:
            line = f" line {repair.line}" if repair.line else ""
            yield _repair(repair, f"claim {claim.id}{line}")


def _repair(repair: RepairReport, where: str) -> Text:
    place = repair.location.element or repair.location.segment
    change = f"{_visible(repair.before)} -> {_visible(repair.after)}"
    return Text(f"  {repair.rule}  {where}  {place}: {change}")


def _diffs(report: Report) -> Iterator[Text]:
    """Yield each repaired segment before and after."""
    shared = ((repair, _claims(repair.affects)) for repair in report.repairs)
    own = ((repair, f"claim {claim.id}") for claim in report.remarkable for repair in claim.repairs)
    repairs: Iterator[tuple[RepairReport, str]] = chain(shared, own)
    for repair, where in repairs:
        yield Text()
        yield Text(
            f"@@ {repair.rule} {where} {repair.location.element or repair.location.segment} @@", style="cyan"
        )
        excerpt = repair.excerpt
        if excerpt is None or repair.before == HIDDEN:
            yield Text(f"-{_visible(repair.before)}", style="red")
            yield Text(f"+{_visible(repair.after)}", style="green")
            continue
        after = excerpt.text[: excerpt.start] + repair.after + excerpt.text[excerpt.end :]
        yield Text(f"-{excerpt.text}", style="red")
        yield Text(f"+{after}", style="green")


def _statistics(report: Report) -> Iterator[Text]:
    """Yield how often each rule found something, with the dollars at risk, most dollars first."""
    counts: Counter[str] = Counter()
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    names: dict[str, FindingReport] = {}
    for finding in chain(report.findings, (f for claim in report.remarkable for f in claim.findings)):
        counts[finding.rule] += 1
        sums[finding.rule] += Decimal(finding.charge_at_risk or 0)
        names[finding.rule] = finding
    if not counts:
        return
    yield Text()
    yield Text("Findings by rule", style="bold")
    for rule in sorted(counts, key=lambda rule: (-sums[rule], -counts[rule], rule)):
        finding = names[rule]
        mark = " [*]" if finding.repairable else ""
        at_risk = _dollars(str(sums[rule])) if sums[rule] else ""
        yield Text(
            f"  {counts[rule]:>6}  {rule:<8} {finding.severity:<6} {at_risk:>12}  {finding.name}{mark}"
        )


def _visible(text: str) -> str:
    plain = "".join(c if c.isprintable() and c.isascii() else f"\\x{ord(c):02x}" for c in text)
    return f'"{plain}"' if plain.strip() != plain else plain or "(nothing)"


def _unchecked(report: Report, style: Style) -> Iterator[Text]:
    """Say once, in short, what could not be checked; -v shows each."""
    shown = [f for f in report.findings if f.severity == "info" and f.rule not in EVERY_TIME]
    ever = sum(f.severity == "info" and f.rule in EVERY_TIME for f in report.findings)
    hidden = report.summary.findings.info - ever
    if hidden and not style.verbose and report.status != "failed":
        yield Text()
        yield Text(f"Worth knowing: {_count(hidden, 'note')} (-v shows all)", style="dim")
        for finding in shown[:5]:
            yield Text(f"  {finding.message}", style="dim")


# --------------------------------------------------------------------- last line


def _last_line(report: Report) -> Text:
    summary, charges = report.summary, report.summary.charges
    if report.status == "failed":
        text = "REFUSED: nothing of this file is released. Mend it, or export it again."
        return Text(text, style="bold red")
    counts = (
        f"{summary.clean} clean ({_dollars(charges.clean)}), {summary.held} held"
        f" ({_dollars(charges.held)}), {summary.rejected} rejected ({_dollars(charges.rejected)})"
    )
    if not summary.held and not summary.rejected:
        return Text(f"CLEAN: {counts}", style="bold green")
    code = next((f.rule for c in report.remarkable for f in c.findings if f.severity != "info"), "")
    code = code or next((f.rule for f in report.findings if f.severity != "info"), "")
    blocked = summary.held + summary.rejected
    stay = "stays" if blocked == 1 else "stay"
    return Text(
        f"{blocked} of {_count(summary.claims, 'claim')} {stay} behind: {counts}."
        f" More about a rule: edi-guard rule {code}",
        style="bold",
    )


def _claims(ordinals: Sequence[int]) -> str:
    """Return ordinals as ranges: ``claims 1-3, 7``."""
    ranges = [(run.start, run.stop - 1) for run in Ordinals(ordinals).runs]
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return f"claim{'s' if len(ordinals) > 1 else ''} {', '.join(words)}" if words else ""


def _dollars(amount: str) -> str:
    return f"${Decimal(amount):,}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

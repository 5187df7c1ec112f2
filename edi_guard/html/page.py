"""Puts the page together: template, style, script and data in one text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from edi_guard.html.charts import bars
from edi_guard.html.forms import drawings
from edi_guard.html.worklist import FileData, file_data, rule_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from edi_guard.report import Report

_MOST_BARS: Final = 12


def render_page(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one HTML text, in pieces.

    Args:
        reports: masked already; what they hold is what the page shows.
    """
    files = [file_data(report, number) for number, report in enumerate(reports)]
    rules = sorted({row.rule for file in files for row in file.rows})
    data = {
        "claims": {key: claim for file in files for key, claim in file.claims.items()},
        "rules": {code: rule_data(code) for code in rules},
        "forms": drawings(),
        "key": "-".join(report.input.sha256[:16] for report in reports)[:200],
    }
    return page_template("report.html").generate(
        files=files,
        reports=reports,
        rows=sorted((row for file in files for row in file.rows), key=lambda row: (-row.cents, row.rank)),
        by_rule=_chart(files, "rule"),
        by_payer=_chart(files, "payer"),
        severities=("reject", "hold", "warn", "info"),
        payers=sorted({row.payer for file in files for row in file.rows if row.payer}),
        rules=rules,
        several=len(reports) > 1,
        left_out=sum(file.left_out for file in files),
        style=Markup(page_text("report.css")),  # noqa: S704 - our own file
        script=Markup(page_text("report.js")),  # noqa: S704 - our own file
        data=_embedded(data),
    )


def _chart(files: Sequence[FileData], name: str) -> Markup:
    sums: dict[str, tuple[int, int]] = {}
    for file in files:
        for key, (cents, findings) in file.at_risk.get(name, {}).items():
            known = sums.get(key, (0, 0))
            sums[key] = (known[0] + cents, known[1] + findings)
    most = sorted(sums, key=lambda key: (-sums[key][0], -sums[key][1], key))[:_MOST_BARS]
    return bars([(key, *sums[key]) for key in most])


def _embedded(data: object) -> Markup:
    """Return data for a script element, which nothing in it can end."""
    text = msgspec.json.encode(data).decode()
    for character, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    for character in ("\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def page_text(name: str) -> str:
    """Return a file of the templates."""
    return (resources.files("edi_guard.html") / "templates" / name).read_text(encoding="utf-8")


@cache
def page_template(name: str) -> Template:
    """Return a page to be filled in; whatever is put into it is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["dollars"] = dollars
    return environment.from_string(page_text(f"{name}.j2"))


def dollars(value: str | int | None) -> str:
    """Return an amount for people: a decimal text, or cents."""
    if value is None or value == "":
        return ""
    amount = value / 100 if isinstance(value, int) else float(value)
    return f"${amount:,.2f}"

"""For the terminal: what was joined and would have been caught, rule by rule, and what no rule speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edi_guard.backtest_outputs.words import counted, dollars, percent, share, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_GAPS: Final = 15


def render(document: dict[str, Any]) -> str:
    """Return a summary, a comparison or suggestions as text."""
    if "suggestions" in document:
        lines = _suggestions(document)
    elif "names" in document:
        lines = _comparison(document)
    else:
        lines = _summary(document)
    return "\n".join(lines) + "\n"


def _summary(found: dict[str, Any]) -> Iterator[str]:
    yield from _read(found["inputs"], found["join"])
    yield ""
    yield from _totals(found)
    if found["rules"]:
        yield ""
        yield from _rules(found["rules"])
    if found["buckets"]:
        yield ""
        yield from _buckets(found["buckets"])
    for title in ("payers", "kinds"):
        yield ""
        yield from _parts(title, found[title])
    yield ""
    yield from _gaps(found["gaps"])


def _read(read: dict[str, Any], join: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Read {counted(read['claim_files'], 'file')} of claims, {read['remittance_files']:,} of remittances,"
        f" {read['response_files']:,} of acknowledgments"
    )
    yield from (f"  not used: {path}: {why}" for path, why in read["unusable"].items())
    yield from (f"  counted once: {path} is the same as {first}" for path, first in read["repeated"].items())
    for path, rules in read["refused"].items():
        yield f"  refused whole: {path} ({', '.join(rules)}): its claims count as kept back"
    if read["imbalances"]:
        yield f"  {read['imbalances']:,} sums in the remittances do not add up"
    if read["unreadable"]:
        yield f"  {read['unreadable']:,} amounts and days in the remittances cannot be read"
    if read["unchecked"]:
        counts = ", ".join(f"{rule} {count:,} times" for rule, count in read["unchecked"].items())
        yield f"  could not be checked, with the tables of the time: {counts}"
    yield (
        f"Joined {join['answered']:,} of {join['claims']:,} claims with {join['answers']:,} answers"
        f" ({join['certain']:,} for certain), {join['reversed']:,} answers were taken back,"
        f" {join['turned_back']:,} claims were turned back"
    )
    yield from (f"  {count:,} not joined: {why}" for why, count in join["unjoined"].items())


def _totals(found: dict[str, Any]) -> Iterator[str]:
    heads = ("", "denied", "of these kept back", "paid, and kept back", "$ denied", "$ caught", "$ delayed")
    rows = [
        (
            f"{one['cases']:,} {name}",
            share(one["denied"]),
            share(one["caught"]),
            share(one["false_holds"]),
            dollars(one["dollars_denied"]),
            dollars(one["dollars_caught"]),
            dollars(one["dollars_delayed"]),
        )
        for name, one in (("lines", found["total"]), ("claims", found["claims"]))
    ]
    yield from table(heads, rows)
    yield ""
    undecided = f"Not decided yet: {found['total']['undecided']:,} lines"
    days = found["total"]["days_to_answer"]
    yield undecided + (f"; answers take {days:g} days (median)" if days is not None else "")


def _rules(rules: Sequence[dict[str, Any]]) -> Iterator[str]:
    heads = (
        "rule", "hits", "open", "denied among its hits", "denials that it hits", "$ charged", "$ expected",
        "$ denied", "$ paid, held",
    )  # fmt: skip
    hit = [one for one in rules if one["hits"]]
    hit.sort(key=lambda one: (-float(one["denied"] or 0), -one["hits"]))
    rows = [
        (
            one["rule"] + (" (shadow)" if one["shadow"] else ""),
            f"{one['hits']:,}",
            f"{one['undecided']:,}",
            share(one["precision"]),
            share(one["recall"]),
            dollars(one["charge"]),
            dollars(one["expected"]),
            dollars(one["denied"]),
            dollars(one["paid_at_risk"]),
        )
        for one in hit
    ]
    yield from table(heads, rows)


def _buckets(buckets: Sequence[dict[str, Any]]) -> Iterator[str]:
    heads = ("kind of denial", "predicted", "right", "denials kept back", "$ denied", "$ caught")
    rows = [
        (
            one["bucket"],
            f"{one['hits']:,}",
            percent(one["precision"]),
            share(one["recall"]),
            dollars(one["dollars_denied"]),
            dollars(one["dollars_caught"]),
        )
        for one in buckets
    ]
    yield from table(heads, rows)


def _parts(title: str, parts: Sequence[dict[str, Any]]) -> Iterator[str]:
    heads = (
        title,
        "lines",
        "denied",
        "of these kept back",
        "paid, kept back",
        "$ denied",
        "$ caught",
        "days",
    )
    rows = [
        (
            one["name"] or "(none)",
            f"{one['cases']:,}",
            percent(one["denied"]),
            share(one["caught"]),
            percent(one["false_holds"]),
            dollars(one["dollars_denied"]),
            dollars(one["dollars_caught"]),
            "-" if one["days_to_answer"] is None else f"{one['days_to_answer']:g}",
        )
        for one in parts
    ]
    yield from table(heads, rows)


def _gaps(gaps: dict[str, Any]) -> Iterator[str]:
    if not gaps["groups"]:
        yield "No group of preventable denials without a rule is large enough to be shown."
    else:
        heads = ("denied, and no rule speaks of it", "place", "payer", "reason", "lines", "$ denied")
        rows = [
            (
                " ".join((one["code"] or "(no code)", *one["modifiers"])),
                one["place"] or "-",
                one["payer"] or "-",
                f"{one['reason']} ({one['bucket']})",
                share(one["denied"]),
                dollars(one["dollars"]),
            )
            for one in gaps["groups"][:_MOST_GAPS]
        ]
        yield from table(heads, rows, left=4)
    if gaps["small_groups"]:
        yield f"{gaps['small_groups']:,} smaller groups: {dollars(gaps['dollars_in_small_groups'])} denied"


def _comparison(found: dict[str, Any]) -> Iterator[str]:
    first, second = found["names"]
    yield f"1: {first}"
    yield f"2: {second}"
    yield ""
    heads = ("", "denied lines kept back", "paid lines kept back", "$ caught", "$ delayed")
    rows = [
        (
            name,
            share(found[key]["caught"]),
            share(found[key]["false_holds"]),
            dollars(found[key]["dollars_caught"]),
            dollars(found[key]["dollars_delayed"]),
        )
        for name, key in (("1", "first"), ("2", "second"))
    ]
    yield from table(heads, rows)
    yield ""
    heads = ("kept back by", "lines", "denied among them", "$ denied", "$ paid")
    moved = [("2 and not by 1", found["held"]), ("1 and not by 2", found["released"])]
    for one in found["rules"]:
        moved += [
            (f"{one['rule']} in {number} only", one[key])
            for number, key in ((2, "held"), (1, "released"))
            if one[key]["lines"]
        ]
    rows_of = [
        (
            name,
            f"{one['lines']:,}",
            share(one["denied"]),
            dollars(one["dollars_denied"]),
            dollars(one["dollars_paid"]),
        )
        for name, one in moved
    ]
    yield from table(heads, rows_of)


def _suggestions(found: dict[str, Any]) -> Iterator[str]:
    """Yield a fragment of a configuration, with its evidence as remarks."""
    choosing, showing = (f"{months[0]} to {months[-1]}" for months in (found["choosing"], found["showing"]))
    yield f"# Severities that save the most denied dollars while at most {found['limit']:.2%} of the lines"
    yield f"# that were not denied are held. Chosen on {choosing}, shown on {showing}."
    for name, key in ((choosing, "chosen_on"), (showing, "shown_on")):
        for when, effect in zip(("as configured", "as suggested"), found[key], strict=True):
            yield (
                f"# {name}, {when}: {share(effect['caught'])} of the denied lines kept back,"
                f" {dollars(effect['dollars_caught'])}; wrongly held {share(effect['false_holds'])}"
            )
    changes = [one for one in found["suggestions"] if one["before"] != one["after"]]
    kept = len(found["suggestions"]) - len(changes)
    yield f"# {kept} more rules of payers were looked at and are well as they are."
    for one in changes:
        yield ""
        yield f"# {choosing}: {_evidence(one['chosen_on'])}"
        yield f"# {showing}: {_evidence(one['shown_on'])}"
        yield "[[severity-by-payer]]"
        yield f'rule = "{one["rule"]}"'
        yield f"payer = {_quoted(one['payer'])}"
        yield f'severity = "{one["after"]}"  # was {one["before"]}'


def _evidence(one: dict[str, Any]) -> str:
    return (
        f"denied {share(one['denied'])} of its hits, {dollars(one['dollars_denied'])};"
        f" {dollars(one['dollars_paid'])} paid on the others"
    )


def _quoted(text: str) -> str:
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""Turns findings into verdicts: severities in force, exceptions, dispositions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, Subscriber
from edi_guard.engine.judged import DISPOSITIONS
from edi_guard.findings import Disposition, Finding, Severity
from edi_guard.policy import PayerKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edi_guard.claims import ServiceLine
    from edi_guard.engine.judged import Provisional
    from edi_guard.engine.settings import Mode, Settings
    from edi_guard.ordinals import Ordinals
    from edi_guard.rules.examine import Owner


def in_force(finding: Finding, owner: Owner, settings: Settings) -> Finding:
    """Return the finding with the severity that mappings, configuration and exceptions give it.

    Findings that mean the file cannot be trusted are not passed through here: nobody can switch
    them off.
    """
    payer = _payer(owner)
    line = _line(finding, owner)
    code = line.code if line else ""
    on = (line.date if line else None) or settings.today
    mapped = settings.policies.severity(finding.rule, code=code, payer=payer, on=on)
    if mapped is not None and finding.severity is not Severity.INFO:
        finding = finding.at_severity(mapped[0])
    for change in () if _is_remark(finding, settings) else settings.severities:
        if finding.rule.startswith(change.rule) and change.payer in ("", payer.identifier):
            finding = finding.at_severity(change.severity)
    return _shadowed(_excepted(finding, payer.identifier, code, settings), settings)


def _is_remark(finding: Finding, settings: Settings) -> bool:
    """Whether it only says what is worth knowing or could not be checked, though its rule can say more."""
    rule = settings.ruleset.rules.get(finding.rule)
    return finding.severity is Severity.INFO and rule is not None and rule.severity is not Severity.INFO


def _shadowed(finding: Finding, settings: Settings) -> Finding:
    if finding.severity is Severity.INFO or not settings.is_shadow(finding.rule):
        return finding
    message = f"{finding.message} (in shadow: counted, not applied; it would be {finding.severity.label})"
    return replace(finding, severity=Severity.INFO, message=message, shadow=finding.severity)


def waived(finding: Finding, claim: Claim, settings: Settings) -> Finding | None:
    """Return the finding as worth knowing only, when a person released it on the claim."""
    if not settings.waivers or finding.severity is Severity.INFO:
        return None
    words = settings.waivers.of(claim).get(finding.rule)
    if words is None:
        return None
    message = f"{finding.message} ({words})"
    return replace(finding, severity=Severity.INFO, message=message, unless_released=())


def _payer(owner: Owner) -> PayerKey:
    if isinstance(owner, Claim):
        return PayerKey(owner.payer_identifier, owner.filing_indicator)
    if isinstance(owner, Subscriber):
        payer = owner.payer
        return PayerKey(payer.identifier if payer else "", owner.filing_indicator)
    return PayerKey("", "")


def _line(finding: Finding, owner: Owner) -> ServiceLine | None:
    if isinstance(owner, Claim) and finding.line:
        return owner.lines[finding.line - 1]
    return None


def _excepted(finding: Finding, payer: str, code: str, settings: Settings) -> Finding:
    for exception in settings.exceptions:
        if (
            finding.rule.startswith(exception.rule)
            and settings.today <= exception.until
            and exception.payer in ("", payer)
            and exception.procedure in ("", code)
        ):
            note = f" (exception until {exception.until}: {exception.reason})"
            return replace(finding, severity=Severity.INFO, message=finding.message + note)
    return finding


def dispositions(
    worst: bytearray, provisional: Mapping[int, Iterable[Provisional]], mode: Mode
) -> tuple[bytes, dict[int, set[int]]]:
    """Return where each claim goes, and which provisional findings are void.

    A provisional finding (`unless_released`) counts only once all the claims it names are blocked;
    since a claim blocked that way may be what another one needs, this runs until nothing changes.

    Args:
        worst: for each ordinal, the worst severity of what counts for sure; it is changed.
        provisional: the other findings, by ordinal.
        mode: what severities mean.

    Returns:
        for each ordinal, the number of its disposition in `DISPOSITIONS`; and by ordinal the numbers of the
        provisional findings that do not count.
    """
    table = bytes(DISPOSITIONS.index(mode.disposition(severity)) for severity in Severity)
    waiting = {ordinal: list(found) for ordinal, found in provisional.items()}
    changed = True
    while changed:
        changed = False
        for ordinal, found in waiting.items():
            for one in list(found):
                if not _any_clean(one.unless_released, worst, table):
                    worst[ordinal] = max(worst[ordinal], one.severity)
                    found.remove(one)
                    changed = True
    void = {ordinal: {one.place for one in found} for ordinal, found in waiting.items() if found}
    return bytes(worst).translate(table.ljust(256, b"\0")), void


def raise_to(worst: bytearray, ordinals: Ordinals, severity: Severity) -> None:
    """Make a severity count for some claims, where none that is worse does already."""
    table = bytes(max(known, severity) for known in range(256))
    for run in ordinals.runs:
        worst[run.start : run.stop] = worst[run.start : run.stop].translate(table)


def _any_clean(ordinals: Iterable[int], worst: bytearray, table: bytes) -> bool:
    clean = DISPOSITIONS.index(Disposition.CLEAN)
    return any(1 <= ordinal < len(worst) and table[worst[ordinal]] == clean for ordinal in ordinals)

"""How severely a code's mapping speaks of it beside another code, where NCCI's tables speak of both too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.findings import Severity
from edi_guard.policy import Similar
from edi_guard.rules.pairing_assessment import PROFESSIONAL_COMPONENT, Row, assess

if TYPE_CHECKING:
    from edi_guard.claims import ServiceLine
    from edi_guard.rules.context import Context


def mapping_severity(line: ServiceLine, code: str, context: Context) -> Severity | None:
    """Return how severe PAIR or SIM is for a line beside another line's code; None where they are silent.

    Args:
        line: the line, which may be the target or the other one.
        code: the other line's code.
        context: the mappings.
    """
    others = [other for other in line.claim.lines if other.code == code]
    found = [_of_target(line, code, context), *(_of_target(other, line.code, context) for other in others)]
    return max((severity for severity in found if severity is not None), default=None)


def _of_target(line: ServiceLine, code: str, context: Context) -> Severity | None:
    if context.profile(line) is None:
        return None
    found = assess(line, context)
    if (
        found.row is Row.INCLUDED
        and found.statement
        and found.candidate
        and found.candidate.line.code == code
    ):
        is_component = PROFESSIONAL_COMPONENT in line.modifiers
        return min(found.statement.included, Severity.WARN) if is_component else found.statement.included
    similar = context.ask(Similar, line)
    return similar.severity if similar is not None and code in similar.codes else None

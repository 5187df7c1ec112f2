"""DOC: pointers to the record, notes, attachment control numbers, the documentation manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ServiceLine
from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.policy import Documentation
from edi_guard.rules.context import payer_key
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Attachment, Note
    from edi_guard.findings import Finding, Location
    from edi_guard.rules.context import Context

ON_REQUEST = "AA"
SENT = frozenset({"BM", "EL", "EM", "FT", "FX"})
ITEMS = {
    "indication": "the indication for the imaging",
    "rationale": "the rationale for guidance",
    "integral": "that the imaging was integral to the therapy",
    "imaging-described": "a description of the imaging",
    "outcome-recorded": "the outcome",
}


@rule(
    "DOC101",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("252", "50"),
    rarc=("M127",),
    claim_status=("A6:294", "R1:294"),
    targets=True,
)
def no_documentation(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line without a pointer to the record and without a note of substance.

    ## Why it is denied
    The payer wants to see why imaging was needed. Without a pointer (PWK) or a note it asks, or denies.

    ## What to do
    Send the operative or procedure note and enter its control number, or add a note that says why
    imaging was needed.

    ## Example
    Denied: a G4000 line with neither `PWK` nor `NTE`
    Paid: `PWK*OB*EL***AC*DOC0001~`, or `NTE*ADD*` and a sentence of 20 characters or more

    ## Exceptions
    Medicare wants documents on request only; other payers as their mappings say. Phrases that say
    nothing do not count as a note. A document that is only available on request (PWK02 = AA) counts.
    Void claims.

    ## Source
    005010X222A1 and 005010X223A2, loops 2300 and 2400, PWK and NTE; the payer's mapping.
    """
    wanted = context.ask(Documentation, line)
    if wanted is None or line.claim.is_void:
        return
    attached = any(_counts(attachment, wanted) for attachment in line.effective_attachments())
    noted = any(_has_substance(note, wanted) for note in line.effective_notes())
    if not attached and not noted:
        yield no_documentation.finding(
            line.at_line,
            f"neither an attachment nor a note of substance supports {line.code}",
            expected=f"a PWK, or a note of {wanted.note_minimum} characters or more",
            severity=wanted.severity,
            source=wanted.source.label,
        )


def _counts(attachment: Attachment, wanted: Documentation) -> bool:
    return not wanted.attachment_types or attachment.report_type in wanted.attachment_types


def _has_substance(note: Note, wanted: Documentation) -> bool:
    words = " ".join(note.text.lower().split())
    for phrase in wanted.boilerplate:
        words = words.replace(phrase, "")
    return note.code in wanted.note_types and len(words.strip(" .,;:-")) >= wanted.note_minimum


@rule(
    "DOC102",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("252", "16"),
    rarc=("N706",),
    claim_status=("A6:489",),
    segments=("PWK",),
    edits=("STEDI-128",),
)
def control_number_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Attachment that is sent, without its control number.

    ## Why it is denied
    The payer gets a document and cannot tell to which claim it belongs.

    ## What to do
    Enter the control number that stands on the document.

    ## Example
    Denied: `PWK*OB*FX~`
    Paid: `PWK*OB*FX***AC*DOC0001~`

    ## Exceptions
    Documents available on request (AA) need none.

    ## Source
    005010X222A1 and 005010X223A2, loops 2300 and 2400, PWK02 and PWK06.
    """
    for attachment, location, line in _attachments(claim):
        if attachment.transmission in SENT and not attachment.control_number:
            yield control_number_missing.finding(
                location,
                "an attachment is sent to the payer, but its control number (PWK06) is missing",
                observed=attachment.transmission,
                expected="PWK05 = AC and the control number in PWK06",
                line=line,
            )


@rule(
    "DOC103",
    on=Claim,
    snip=4,
    severity=Severity.WARN,
    claim_status=("A6:489",),
    segments=("PWK",),
    repairs=Tier.LOSSLESS,
)
def control_number_unqualified(claim: Claim, _: Context) -> Iterator[Finding]:
    """Attachment control number without its qualifier.

    ## Why it is denied
    Some receivers overlook a control number whose qualifier (PWK05) is empty.

    ## What to do
    Let the practice system write AC in PWK05.

    ## Example
    Denied: `PWK*OB*FX****DOC0001~`
    Paid: `PWK*OB*FX***AC*DOC0001~`

    ## Repair
    Lossless, off by default: writes AC, the only value that the guide allows there.

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loops 2300 and 2400, PWK05: AC is the only value.
    """
    for attachment, location, line in _attachments(claim):
        if attachment.control_number and not attachment.control_number_qualifier:
            segment = attachment.segment
            edit = Edit(segment.span(5).start, "", "AC")
            yield control_number_unqualified.finding(
                location,
                "an attachment has a control number, but its qualifier (PWK05) is empty",
                expected="AC",
                line=line,
                repair=Repair(Tier.LOSSLESS, "write AC before the control number", (edit,)),
            )


@rule(
    "DOC301",
    on=Claim,
    snip=7,
    severity=Severity.WARN,
    carc=("163", "164"),
    claim_status=("A7:489",),
    segments=("PWK",),
)
def control_number_shared(claim: Claim, context: Context) -> Iterator[Finding]:
    """Attachment control number that stands on different claims of the file.

    ## Why it is denied
    The document may be filed under the wrong claim.

    ## What to do
    Give each document a control number of its own.

    ## Example
    Denied: `DOC0001` in PWK06 of two claims
    Paid: `DOC0001` and `DOC0002`

    ## Exceptions
    The same number on several lines of one claim is right.

    ## Source
    005010X222A1 and 005010X223A2, PWK06: unique for each attachment.
    """
    said: set[str] = set()
    for attachment, location, line in _attachments(claim):
        number = attachment.control_number
        others = [n for n in context.facts.claims_with_attachment(number) if n != claim.ordinal]
        if number and others and number not in said:
            said.add(number)
            yield control_number_shared.finding(
                location,
                f"claim {others[0]} of the file has the same attachment control number",
                observed=number,
                expected="a number of its own",
                line=line,
            )


@rule(
    "DOC304",
    on=Claim,
    snip=7,
    severity=Severity.WARN,
    carc=("163", "164"),
    claim_status=("A7:489",),
    segments=("PWK",),
)
def control_number_used_before(claim: Claim, context: Context) -> Iterator[Finding]:
    """Attachment control number that another claim of an earlier file has.

    ## Why it is denied
    The document may be filed under the earlier claim.

    ## What to do
    Give each document a control number of its own.

    ## Example
    Denied: `DOC0001` in PWK06, where a claim of last week's file has it too
    Paid: `DOC0002`

    ## Exceptions
    The same claim sent again, e.g. as a replacement. A number on several lines is reported once.

    ## Source
    The ledger of the folder service; 005010X222A1 and 005010X223A2, loops 2300 and 2400, PWK06.
    """
    if context.history is None:
        return
    fact = context.facts.fact(claim)
    asked = {""}
    for attachment, location, line in _attachments(claim):
        number = attachment.control_number
        if number in asked:
            continue
        asked.add(number)
        earlier = context.history.attachment(number, fact)
        if earlier is not None:
            yield control_number_used_before.finding(
                location,
                f"another claim has the attachment's control number: it was sent on {earlier.released} with"
                f" {earlier.file}",
                observed=number,
                expected="a number of its own",
                line=line,
            )


@rule("DOC302", on=ServiceLine, snip=7, severity=Severity.INFO, targets=True)
def documents_on_request_only(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose documents are available on request only.

    ## Why it is denied
    Available is not sent: the payer may ask first, which takes weeks.

    ## What to do
    Send the documents with the claim where the payer takes them.

    ## Example
    Denied: `PWK*OB*AA~` as the only pointer
    Paid: `PWK*OB*EL***AC*DOC0001~`

    ## Exceptions
    Only where the payer wants documentation.

    ## Source
    005010X222A1 and 005010X223A2, loops 2300 and 2400, PWK02.
    """
    attachments = line.effective_attachments()
    if context.ask(Documentation, line) is None or not attachments:
        return
    if all(attachment.transmission == ON_REQUEST for attachment in attachments):
        yield documents_on_request_only.finding(
            line.at(attachments[0].segment, 2),
            f"the documents for {line.code} are available on request, but not sent",
            observed=ON_REQUEST,
            expected="documents sent with the claim",
        )


@rule(
    "DOC104",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("50", "251"),
    rarc=("M127",),
    claim_status=("A6:294",),
    targets=True,
)
def record_is_incomplete(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line whose record lacks an item of the documentation manifest.

    ## Why it is denied
    What the record does not say cannot be shown when the payer asks.

    ## What to do
    Have the provider complete the record, and the manifest with it.

    ## Example
    Denied: a manifest with `outcome-recorded` = no
    Paid: a manifest with every item = yes

    ## Exceptions
    Only where a manifest is given. A line that it does not list is reported too.

    ## Source
    The user's guide to the code: indication, rationale, integral to therapy, imaging described, outcome;
    the code's mapping.
    """
    wanted = _manifest_items(line, context)
    if context.manifest is None or not wanted or line.claim.is_void:
        return
    found = context.manifest.items(line.claim.id, line)
    if found is None:
        yield record_is_incomplete.finding(
            line.at_line,
            f"the documentation manifest does not list line {line.number} {line.code}",
            expected="an entry in the manifest",
        )
        return
    for item in wanted:
        if not found.get(item, False):
            yield record_is_incomplete.finding(
                line.at_line,
                f"the record of {line.code} lacks {ITEMS.get(item, item)}",
                observed=f"{item}: no",
                expected=f"{item}: yes",
            )


def _manifest_items(line: ServiceLine, context: Context) -> tuple[str, ...]:
    """A manifest speaks for every payer; the items are those of the code's own mapping."""
    wanted = context.ask(Documentation, line)
    return wanted.manifest_items if wanted is not None and wanted.manifest_items else tuple(ITEMS)


@rule("DOC901", on=Claim, snip=7, severity=Severity.INFO, signs=Sign.TARGET)
def payer_class_unknown(claim: Claim, context: Context) -> Iterator[Finding]:
    """Claim whose payer class could not be told.

    ## Why it is denied
    It is not: the payer is taken for a commercial one, whose rules are the stricter ones.

    ## What to do
    Enter the claim filing indicator (SBR09), or place the payer in a mapping.

    ## Example
    Denied: `SBR*P*18*******~`
    Paid: `SBR*P*18*******CI~`

    ## Exceptions
    Only for claims with a target code, where the class matters.

    ## Source
    005010X222A1 and 005010X223A2, loop 2000B, SBR09.
    """
    if context.policies.payer_class_known(payer_key(claim)):
        return
    if any(context.profile(line) is not None for line in claim.lines):
        yield payer_class_unknown.unchecked(
            "the class of the payer could not be told from SBR09: it is taken for a commercial one",
            once="payer class",
            location=claim.subscriber.at(claim.subscriber.own.first("SBR") or claim.header, 9),
        )


def _attachments(claim: Claim) -> Iterator[tuple[Attachment, Location, int | None]]:
    for attachment in claim.own.attachments():
        yield attachment, claim.at(attachment.segment, 6), None
    for line in claim.lines:
        for attachment in line.own.attachments():
            yield attachment, line.at(attachment.segment, 6), line.number

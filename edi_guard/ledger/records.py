"""What is written into the ledger: plain data that survives a restart as JSON.

No name, number or date of birth of a patient is here: identifiers are keyed hashes. Amounts are cents.
"""

from __future__ import annotations

import enum
from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations

import msgspec


class Kind(enum.StrEnum):
    """What a job was about.

    Attributes:
        FILE: a file from the inbox.
        BYPASS: a file from the inbox that was passed on unchecked.
        REJUDGE: claims of an earlier file, judged again to let some of them go.
        WITHDRAW: a claim closed by a person.
        ANSWER: what the receiver answered to claims that were sent.
    """

    FILE = "file"
    BYPASS = "bypass"
    REJUDGE = "rejudge"
    WITHDRAW = "withdraw"
    ANSWER = "answer"


class FileOutcome(enum.StrEnum):
    """What became of a file.

    Attributes:
        PROCESSED: judged and split.
        FAILED: refused whole; nothing was released, so that it may come again.
        DUPLICATE: the same content was processed before.
        CONFLICT: the sender used the interchange's control number before, for other content.
        BYPASSED: passed on unchecked.
    """

    PROCESSED = "processed"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    BYPASSED = "bypassed"


class State(enum.StrEnum):
    """Where a claim is.

    Attributes:
        CLEAN: sent with its file.
        HELD, REJECTED: kept back.
        RELEASED: sent later, in a file of its own.
        BYPASSED: sent unchecked.
        SUPERSEDED: kept back, and come again since.
        WITHDRAWN: kept back, and closed by a person.
        REPLACED, VOIDED: sent, and replaced or taken back by a later claim.
        REFUSED: sent, and refused by the receiver.
    """

    CLEAN = "clean"
    HELD = "held"
    REJECTED = "rejected"
    RELEASED = "released"
    BYPASSED = "bypassed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    VOIDED = "voided"
    REFUSED = "refused"


SENT_STATES = (State.CLEAN, State.RELEASED, State.BYPASSED)
KEPT_STATES = (State.HELD, State.REJECTED)


class InterchangeRecord(msgspec.Struct, frozen=True):
    """One interchange that came in: ISA06, ISA08, ISA13, ISA15."""

    sender: str
    receiver: str
    control_number: str
    usage: str = ""


class SentRecord(msgspec.Struct, frozen=True):
    """One functional group that was sent: what a receiver's answer names.

    Attributes:
        sender, receiver: ISA06 and ISA08.
        application_sender, application_receiver: GS02 and GS03.
        interchange: ISA13.
        group: GS06.
        name: the outgoing file.
        claims: how many claims it holds.
    """

    sender: str
    receiver: str
    application_sender: str
    application_receiver: str
    interchange: str
    group: str
    name: str
    claims: int


class OutputRecord(msgspec.Struct, frozen=True):
    """One file that was written: in which folder, its name, hash and size in bytes."""

    place: str
    name: str
    sha256: str
    size: int


class LineRecord(msgspec.Struct, frozen=True):
    """One service line.

    Attributes:
        number: counted from 1 in the claim.
        code: the procedure code, ``""`` where there is none.
        modifiers: separated by blanks.
        first, last: the days of service.
        rendering: the rendering provider's NPI.
        units: as a decimal text.
        charge: cents.
    """

    number: int
    code: str
    modifiers: str
    first: date | None
    last: date | None
    rendering: str
    units: str
    charge: int | None


class ClaimRecord(msgspec.Struct, frozen=True):
    """One claim.

    Attributes:
        ordinal: counted from 1 in its file.
        group, transaction: GS06 and ST02 under which it came.
        number_key: keyed hash of the claim number.
        claim_key: keyed hash of billing provider and claim number.
        patient_key: keyed hash of the patient.
        fingerprint: keyed hash of everything billed.
        likeness: keyed hash of patient and charge.
        payer: 2010BB NM109.
        filing_indicator: SBR09.
        billing: the billing provider's NPI.
        frequency: CLM05-3.
        charge: cents.
        first, last: the days of service.
        deadline: the payer's last day for sending, where a mapping says.
        state: where it is.
        lines: its service lines.
        attachments: keyed hashes of PWK06.
    """

    ordinal: int
    group: str
    transaction: str
    number_key: str
    claim_key: str
    patient_key: str
    fingerprint: str
    likeness: str
    payer: str
    filing_indicator: str
    billing: str
    frequency: str
    charge: int | None
    first: date | None
    last: date | None
    deadline: date | None
    state: State
    lines: tuple[LineRecord, ...] = ()
    attachments: tuple[str, ...] = ()


class FindingRecord(msgspec.Struct, frozen=True):
    """One finding, of a claim or (ordinal 0) of the file."""

    ordinal: int
    rule: str
    severity: str
    line: int | None
    at_risk: int | None


class RepairRecord(msgspec.Struct, frozen=True):
    """One repair, of a claim or (ordinal 0) above the claims."""

    ordinal: int
    rule: str
    tier: str


class StateRecord(msgspec.Struct, frozen=True):
    """A claim of an earlier job that went somewhere else, and why."""

    job: str
    ordinal: int
    state: State
    why: str


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One job, done.

    Attributes:
        job: its name, unique for good.
        kind: what it was about.
        at: when it was decided, UTC.
        day: the same as the office's calendar says.
        folder: the watched folder's own name.
        name: the input's file name.
        output_name: the name of its outputs.
        sha256, size: of the input.
        outcome: what became of it.
        reason: one sentence for a person, empty where all is said.
        person: who asked for it, where somebody did.
        source_job: the job whose claims were judged again.
        request: the request that was carried out, 0 for none.
        rules, policies: versions in force.
        seconds: how long it took.
        total: cents of all claims that came in.
        interchanges, sent, outputs, claims, findings, repairs, states: see there.
    """

    job: str
    kind: Kind
    at: datetime
    day: date
    folder: str
    name: str
    output_name: str
    sha256: str
    size: int
    outcome: FileOutcome
    reason: str = ""
    person: str = ""
    source_job: str = ""
    request: int = 0
    rules: str = ""
    policies: str = ""
    seconds: float = 0.0
    total: int = 0
    interchanges: tuple[InterchangeRecord, ...] = ()
    sent: tuple[SentRecord, ...] = ()
    outputs: tuple[OutputRecord, ...] = ()
    claims: tuple[ClaimRecord, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    repairs: tuple[RepairRecord, ...] = ()
    states: tuple[StateRecord, ...] = ()

"""Makes and reads acknowledgments for tests."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from pyx12.params import params
from pyx12.x12n_document import x12n_document

from edi_guard.acks import AckKind, AckSettings, acknowledgments
from edi_guard.engine import Outcome, Settings, process
from edi_guard.x12 import EnvelopeReader, Source
from tests.builders import fixture
from tests.conftest import make_settings

if TYPE_CHECKING:
    from edi_guard.x12 import Envelope

NOON = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - the sender's local time, as the guides have it


@cache
def shipped() -> Settings:
    return make_settings()


def made(
    text: str, settings: Settings | None = None, wanted: AckSettings | None = None
) -> tuple[Outcome, dict[AckKind, str]]:
    """Return the verdict on a file and the acknowledgments that are due."""
    numbers = count(900_000_001)
    with Source.from_bytes(text.encode("latin-1")) as source:
        outcome = process(source, settings or shipped())
        blocks = acknowledgments(source, outcome, wanted or AckSettings(), lambda: next(numbers), NOON)
        texts = {kind: b"".join(parts).decode("ascii") for kind, parts in blocks.items() if parts is not None}
    return outcome, texts


def made_for(name: str, *changes: tuple[str, str]) -> dict[AckKind, str]:
    """Return the acknowledgments of a fixture with texts in it replaced."""
    text = fixture(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return made(text)[1]


def segments(text: str, *identifiers: str) -> list[str]:
    """Return the segments with one of the identifiers."""
    return [part for part in text.split("~") if part.split("*")[0] in identifiers]


def said(text: str) -> list[str]:
    """Return what a 999 says between its envelopes."""
    return segments(text, "AK1", "AK2", "IK3", "CTX", "IK4", "IK5", "AK9")


def errors_of_pyx12(text: str) -> str:
    """Return what pyx12's own checker says against an acknowledgment; nothing when it accepts it."""
    logging.getLogger("pyx12").disabled = True
    stream = io.StringIO()
    if x12n_document(params(), io.StringIO(text), None, None, fd_json=stream):
        return ""
    return json.dumps(json.loads(stream.getvalue()), indent=1)


def envelope_of(text: str) -> Envelope:
    """Read an acknowledgment with the reader that reads claims."""
    with Source.from_bytes(text.encode("ascii")) as source:
        reader = EnvelopeReader(source)
        list(reader)
    return reader.envelope

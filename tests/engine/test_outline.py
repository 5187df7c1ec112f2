"""The runs of a transaction set are those of the claim model, whatever stands between its segments."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from edi_guard.claims import (
    before_segments,
    claim_kind,
    count_claims,
    count_segments,
    outline_of,
    read_claims,
)
from edi_guard.x12 import Delimiters, EnvelopeReader, Source, TransactionText
from tests.engine.trees import claim_files

BETWEEN = ("", "", "", "\n", "~", "\r\n ~", "~ ~\t", " ")


def strewn(text: str, seed: int) -> str:
    """Return a file with line ends, blanks and empty segments between its segments at random."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    head, *segments = text.split("~")[:-1]
    return head + "~" + "".join(f"{chance.choice(BETWEEN)}{segment}~" for segment in segments)


def _transactions(text: str) -> list[TransactionText]:
    return list(EnvelopeReader(Source.from_bytes(text.encode("latin-1"))))


@given(text=claim_files(), seed=st.integers(0, 1000))
def test_every_run_begins_where_the_claim_model_says(text: str, seed: int) -> None:
    for transaction in _transactions(strewn(text, seed)):
        kind = claim_kind(transaction.span.version)
        assert kind is not None
        read = read_claims(transaction, kind, 1)
        heads = [level.header for level in read.levels] + [claim.segments[0] for claim in read.claims]
        heads.sort(key=lambda head: head.number)
        outline = outline_of(transaction.text, transaction.delimiters)

        assert [(run.lead, run.start) for run in outline.runs] == [
            (head.chunk.start - transaction.start, head.start - transaction.start) for head in heads
        ]
        assert [outline.head(run) for run in outline.runs] == [head.elements for head in heads]
        assert outline.trailer == read.trailer.chunk.start - transaction.start
        pieces = [outline.header, *(outline.text[run.lead : run.end] for run in outline.runs)]
        assert "".join(pieces) + outline.text[outline.trailer :] == transaction.text
        assert sum(count_segments(piece, transaction.delimiters) for piece in pieces) + 1 == len(
            transaction.segments
        )


@given(
    pieces=st.lists(
        st.sampled_from(
            ("CLM*1", "CLM", "CLMX*1", "SV1*CLM*2", "NM1*CLM", "X", "\n", "\r\n", " ", "~", "\t~")
        )
    ),
    terminator=st.sampled_from("~\n\r"),
)
def test_claims_are_counted_as_a_look_at_each_segment_counts_them(pieces: list[str], terminator: str) -> None:
    delimiters = Delimiters(element="*", repetition="^", component=":", segment=terminator)
    text = "".join(pieces).replace("~", terminator) + terminator

    assert count_claims(text, delimiters) == len(
        before_segments(delimiters, "CLM").findall(f"{terminator}{text}")
    )
    assert count_claims(terminator.join(pieces), delimiters) == len(
        before_segments(delimiters, "CLM").findall(terminator + terminator.join(pieces))
    )


def test_a_head_without_elements_begins_a_run() -> None:
    text = "ST*837*0001~HL*1**20*1~CLM~SV1*CLM*HL~CLM*2~CLMX*1~SE*7*0001~"
    file = f"ISA*00*{' ' * 10}*00*{' ' * 10}*ZZ*{'A':15}*ZZ*{'B':15}*261123*1200*^*00501*000000001*0*T*:~"
    file += f"GS*HC*A*B*20261123*1200*1*X*005010X222A1~{text}GE*1*1~IEA*1*000000001~"
    (transaction,) = _transactions(file)

    outline = outline_of(transaction.text, transaction.delimiters)

    assert [outline.head(run) for run in outline.runs] == [["HL", "1", "", "20", "1"], ["CLM"], ["CLM", "2"]]

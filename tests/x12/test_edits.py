"""Edited text reads as it should, and knows where each character came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.findings import Edit
from edi_guard.x12.edits import EditConflictError, EditedText, EditSet, apply_edits

TEXTS = st.text(alphabet="abcdef", max_size=30)


@st.composite
def edit_rounds(draw):
    """Draw a text and two rounds of edits that fit it."""
    text, start = draw(TEXTS), draw(st.integers(0, 50))
    rounds, current = [], text
    for _ in range(draw(st.integers(1, 3))):
        cuts = sorted(draw(st.sets(st.integers(0, len(current)), max_size=6)))
        edits = [
            Edit(start + first, current[first:last], draw(TEXTS))
            for first, last in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        rounds.append(edits)
        current = apply_edits(current, start, edits)
    return text, start, rounds, current


@given(edit_rounds())
def test_rounds_of_edits_equal_their_differences_from_the_file(drawn) -> None:
    text, start, rounds, expected = drawn
    edited = EditedText(text, start)
    for edits in rounds:
        edited.apply(edits)

    assert edited.text == expected
    assert apply_edits(text, start, edited.edits()) == expected


@given(edit_rounds())
def test_every_character_kept_knows_where_it_stood(drawn) -> None:
    text, start, rounds, _ = drawn
    edited = EditedText(text, start)
    for edits in rounds:
        edited.apply(edits)

    offsets = [edited.original_offset(start + index) for index in range(len(edited.text))]
    assert offsets == sorted(offsets)
    assert all(start <= offset <= start + len(text) for offset in offsets)


def test_an_edit_that_does_not_find_its_text_is_refused() -> None:
    with pytest.raises(EditConflictError):
        apply_edits("SV1*HC:G4000", 100, [Edit(104, "hc", "HC")])


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(EditConflictError):
        apply_edits("abcdef", 0, [Edit(0, "abc", ""), Edit(2, "cd", "")])


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), max_size=12))
def test_a_set_of_edits_admits_what_can_be_applied_together(spans) -> None:
    text = "x" * 30
    admitted = EditSet()
    taken: list[Edit] = []
    for start, length in spans:
        edit = Edit(start, text[start : start + length], "y")
        if admitted.admit([edit]):
            taken.append(edit)

    apply_edits(text, 0, taken)
    assert bool(taken) == bool(spans)

"""Packed glances say what the glances said that went into them."""

from __future__ import annotations

import pickle
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from edi_guard.engine.glance import ClaimGlance
from edi_guard.engine.glances import Glances, Shelf
from edi_guard.workers import in_order

AMOUNTS = (
    st.none()
    | st.decimals(allow_nan=False, allow_infinity=False, places=None)
    | st.sampled_from(
        [Decimal(100), Decimal("100.00"), Decimal("0.005"), Decimal("-3.10"), Decimal(10) ** 30]
    )
)
DAYS = st.sampled_from(["", "20260101", "00000000", "2026", "2026010x", "99999999"])
GLANCES = st.builds(
    ClaimGlance,
    id=st.text(st.sampled_from("AB1\n*\xff"), max_size=4),
    charge=AMOUNTS,
    payer=st.sampled_from(["", "12345"]),
    filing_indicator=st.sampled_from(["", "CI", "MB"]),
    patient=st.integers(0, 2**64 - 1),
    first_day=DAYS,
    last_day=DAYS,
    signs=st.integers(0, 2**70),
    awake=st.integers(0, 2**300) | st.just(0),
    has_facts=st.booleans(),
    services=st.sampled_from([(), ("HC:99213",), ("HC:99213", "HC:20610:RT")]),
)


@given(st.lists(GLANCES, max_size=12))
def test_they_come_out_as_they_went_in(glances: list[ClaimGlance]) -> None:
    packed = Glances(glances)

    assert list(packed) == glances
    assert [packed[index] for index in range(len(packed))] == glances
    assert list(pickle.loads(pickle.dumps(packed))) == glances  # noqa: S301 - made above
    assert packed.ids == [glance.id for glance in glances]
    assert packed.signs == [glance.signs for glance in glances]
    assert packed.awake == {index: g.awake for index, g in enumerate(glances) if g.awake}
    assert packed.is_awake == any(g.awake for g in glances)
    assert packed.all_signs == sum({1 << n for g in glances for n in range(80) if g.signs >> n & 1})


@given(st.lists(GLANCES, min_size=1, max_size=8), st.data())
def test_claims_are_woken_one_by_one(glances: list[ClaimGlance], data: st.DataObject) -> None:
    packed = Glances(glances)
    index = data.draw(st.integers(0, len(glances) - 1))
    packed.wake(index, 8, 1 << 200)
    packed.note_facts(index)
    woken = glances[index]
    woken.signs |= 8
    woken.awake |= 1 << 200
    woken.has_facts = True

    assert list(packed) == glances


@given(st.lists(st.lists(GLANCES, max_size=6), min_size=1, max_size=30), st.data())
def test_put_away_they_say_the_same(sets: list[list[ClaimGlance]], data: st.DataObject) -> None:
    """More transaction sets than are remembered, asked for in any order."""
    shelf = Shelf()
    packed = [Glances(glances) for glances in sets]
    for one in packed:
        one.put_away(shelf)
        one.put_away(shelf)
    for number in data.draw(st.permutations(range(len(sets)))):
        one, glances = packed[number], sets[number]
        assert list(one) == glances
        assert one.ids == [glance.id for glance in glances]
        assert list(one.patients) == [glance.patient for glance in glances]
        assert len(one) == len(glances)
        assert one.total == Glances(glances).total
        assert list(pickle.loads(pickle.dumps(one))) == glances  # noqa: S301 - made above


def test_a_shelf_goes_to_disk_and_others_read_it() -> None:
    shelf = Shelf()
    made = [ClaimGlance("A" * 5_000, Decimal(n), "12345", "CI", n) for n in range(10)]
    packed = [Glances(made) for _ in range(100)]
    for one in packed:
        one.put_away(shelf)

    assert list(in_order(lambda number: list(packed[number]) == made, range(100), 2)) == [True] * 100


def test_a_thousand_claims_take_little_room() -> None:
    made = [
        ClaimGlance(f"PCN{n:06d}", Decimal(n), "12345", "CI", n << 40, "20260101", "20260102", signs=4)
        for n in range(1000)
    ]

    assert len(pickle.dumps(Glances(made))) < 50_000

"""Random files of claims: providers, subscribers, dependents, claims, of both kinds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.builders import build

if TYPE_CHECKING:
    from collections.abc import Iterator


@st.composite
def claim_files(draw, kinds=(build.PROFESSIONAL, build.INSTITUTIONAL)):
    """Draw a valid file of one to three transaction sets."""
    numbers = itertools.count(1)
    groups = []
    for control in range(1, draw(st.integers(1, 2)) + 1):
        version = draw(st.sampled_from(kinds))
        transactions = [
            build.Transaction(version, tuple(draw(_providers(numbers, version))), f"{control}{n:03d}")
            for n in range(draw(st.integers(1, 2)))
        ]
        groups.append(build.Group(tuple(transactions), str(control)))
    line_end = draw(st.sampled_from(["", "\n", "\r\n"]))
    return build.interchange(groups, delimiters=build.Delimiters(line_end=line_end))


@st.composite
def _providers(draw, numbers, version):
    return [
        build.Provider(f"SAMPLE CLINIC {number}", number, tuple(draw(_several(numbers, version))))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]


def _several(numbers: Iterator[int], version: str) -> st.SearchStrategy[list[Any]]:
    return st.lists(_subscribers(numbers, version), min_size=1, max_size=3)


@st.composite
def _subscribers(draw, numbers, version):
    own = draw(st.integers(0, 2))
    children = draw(st.integers(0 if own else 1, 2))
    name = f"PATIENT{next(numbers)}"
    claims = tuple(_claim(next(numbers), version) for _ in range(own))
    dependents = tuple(
        build.Dependent(
            name,
            f"CHILD{index}",
            "20150101",
            "F",
            tuple(_claim(next(numbers), version) for _ in range(draw(st.integers(1, 2)))),
        )
        for index in range(children)
    )
    return build.Subscriber(name, "JANE", f"W{next(numbers):09d}", claims, dependents)


def _claim(number: int, version: str):
    revenue = "0361" if version == build.INSTITUTIONAL else ""
    line = build.Line("20550", f"{100 + number}", revenue=revenue)
    facility = "13" if version == build.INSTITUTIONAL else "11"
    return build.Claim(f"PCN{number:05d}", (line,) * (1 + number % 3), facility=facility)

"""What is wrong with mappings: every fault of every file, with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PolicyFault:
    """One fault: what is wrong and what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PolicyErrors(Exception):  # noqa: N818 - several faults at once
    """The mappings cannot be used."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))

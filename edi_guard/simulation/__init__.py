"""Pairs of claims and answers with a known denial process, for tests and demonstrations.

It imports nothing else of edi-guard: what is measured on its pairs is not measured by what made them.
"""

from edi_guard.simulation.office import Office
from edi_guard.simulation.planned import Fate, Fault, PlannedClaim, PlannedLine, Wording

__all__ = ["Fate", "Fault", "Office", "PlannedClaim", "PlannedLine", "Wording"]

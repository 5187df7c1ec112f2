"""Acknowledgments of an input: TA1, 999 and 277CA, as functions of its outcome."""

from edi_guard.acks.acknowledge import acknowledgments
from edi_guard.acks.kinds import AckKind, AckSettings

__all__ = ["AckKind", "AckSettings", "acknowledgments"]

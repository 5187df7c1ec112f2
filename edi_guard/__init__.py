"""edi-guard: catches and repairs avoidable denials in 837 claim files before they leave the office."""

from __future__ import annotations

__version__ = "0.1.0"

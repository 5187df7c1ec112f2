"""edi-guard: catches and repairs avoidable denials in 837 claim files before they leave the office.

::

    from edi_guard import check
    report = check("claims.837")            # path, bytes, or binary file

    from edi_guard import clean
    outcome = clean("claims.837")           # outcome.clean, .held, .rejected: bytes; .report
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["check", "clean"]

if TYPE_CHECKING:
    from edi_guard.api import check, clean


def __getattr__(name: str) -> object:
    """Import the Python face when it is asked for, so that the command starts fast."""
    if name in __all__:
        return getattr(importlib.import_module("edi_guard.api"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)

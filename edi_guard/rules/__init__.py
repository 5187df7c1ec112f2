"""The rules: one module per family, found by being in this package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from edi_guard.rules.registry import Rule, registered, rule

__all__ = ["Rule", "load_rules", "registered", "rule"]


def load_rules() -> dict[str, Rule[object]]:
    """Import every module of this package, so that its rules register, and return them by code."""
    _import_modules()
    return registered()


@cache
def _import_modules() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")

"""The implementation guide's verdict on a transaction set; the only place that knows pyx12."""

from edi_guard.guide.compiled_guide import CompiledGuide
from edi_guard.guide.errors import ErrorLevel, GuideCheck, GuideError, GuideInput
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.guide.versions import guide_for

__all__ = ["CompiledGuide", "ErrorLevel", "GuideCheck", "GuideError", "GuideInput", "Pyx12Guide", "guide_for"]

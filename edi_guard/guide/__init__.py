"""The implementation guide's verdict on a transaction set; the only place that knows pyx12."""

from edi_guard.guide.automaton import Node, State
from edi_guard.guide.compiled_guide import CompiledGuide, Course
from edi_guard.guide.errors import ErrorLevel, GuideCheck, GuideError, GuideInput
from edi_guard.guide.pyx12_guide import Pyx12Guide, adopted_text, line_number_error, segment_error
from edi_guard.guide.versions import guide_for

__all__ = [
    "CompiledGuide",
    "Course",
    "ErrorLevel",
    "GuideCheck",
    "GuideError",
    "GuideInput",
    "Node",
    "Pyx12Guide",
    "State",
    "adopted_text",
    "guide_for",
    "line_number_error",
    "segment_error",
]

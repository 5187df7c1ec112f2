"""The implementation guide's verdict on a transaction set; the only place that knows pyx12."""

from edi_guard.guide.automaton import Node, State
from edi_guard.guide.compiled_guide import CompiledGuide, Course
from edi_guard.guide.errors import ErrorLevel, GuideCheck, GuideError, GuideInput
from edi_guard.guide.segments import adopted_text, line_number_error, segment_error
from edi_guard.guide.versions import guide_for

__all__ = [
    "CompiledGuide",
    "Course",
    "ErrorLevel",
    "GuideCheck",
    "GuideError",
    "GuideInput",
    "Node",
    "State",
    "adopted_text",
    "guide_for",
    "line_number_error",
    "segment_error",
]

"""The implementation guide's verdict on a transaction set; the only place that knows pyx12."""

from edi_guard.guide.automaton import Node, State
from edi_guard.guide.compiled_guide import CompiledGuide, Course
from edi_guard.guide.errors import ErrorLevel, GuideCheck, GuideError, GuideInput
from edi_guard.guide.seams import NO_SEAMS, Seams, seams_of
from edi_guard.guide.segments import adopted_text, line_number_error, segment_error
from edi_guard.guide.versions import guide_for

__all__ = [
    "NO_SEAMS",
    "CompiledGuide",
    "Course",
    "ErrorLevel",
    "GuideCheck",
    "GuideError",
    "GuideInput",
    "Node",
    "Seams",
    "State",
    "adopted_text",
    "guide_for",
    "line_number_error",
    "seams_of",
    "segment_error",
]

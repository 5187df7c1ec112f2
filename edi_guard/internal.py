"""Where an internal error happened, and nothing of what was in hand, which may be patients' data."""

from __future__ import annotations


def place_of(error: Exception) -> str:
    """Return an error's type, with the function, file and line that it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    file = code.co_filename.rpartition("edi_guard")[2]
    return f"{type(error).__name__} in {code.co_name} ({file}:{trace.tb_lineno})"

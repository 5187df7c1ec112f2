"""Measures edi-guard against pyx12 and against Python's own ``split``, on the same bytes."""

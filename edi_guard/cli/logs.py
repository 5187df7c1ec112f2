"""Logs on standard error: what happened to which file, and no patient data."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, cast

import structlog

from edi_guard.masking import redact

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor


def start_logs(*, verbose: bool) -> FilteringBoundLogger:
    """Return a logger: words on a terminal, JSON lines otherwise; warnings only unless `verbose`."""
    terminal = sys.stderr.isatty()
    last: Processor = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            cast("Processor", redact),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return cast("FilteringBoundLogger", structlog.get_logger())

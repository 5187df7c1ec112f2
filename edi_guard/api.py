"""The Python face: `check` and `clean`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from edi_guard.archives import DiskFile, InMemory, only_content
from edi_guard.config import archive_limits, build_settings, load_config
from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import Outcome, process
from edi_guard.findings import Disposition
from edi_guard.folders import check_parts, part_blocks
from edi_guard.masking import Phi
from edi_guard.report import Report, make_report
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.archives import Original
    from edi_guard.config import Loaded
    from edi_guard.partition import ControlNumbers

Claims = str | os.PathLike[str] | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What `clean` returns.

    Attributes:
        clean: the claims to send, as an 837; empty when there are none.
        held: the held claims, likewise.
        rejected: the rejected claims, likewise.
        report: the same as of `check`.
    """

    clean: bytes
    held: bytes
    rejected: bytes
    report: Report


def check(
    claims: Claims,
    *,
    today: date | None = None,
    mode: str = "standard",
    mappings: Sequence[str | os.PathLike[str]] = (),
    phi: str = "minimal",
    config: str | os.PathLike[str] | None = None,
) -> Report:
    """Judge claims and change nothing.

    Args:
        claims: a path, the bytes of a file, or a binary file; also packed with gzip, or in a zip archive
            with one claim file.
        today: the day of the check; today by default.
        mode: ``strict``, ``standard`` or ``advisory``.
        mappings: folders with mappings of your own.
        phi: ``none``, ``minimal`` or ``full``.
        config: an ``edi-guard.toml``; none is looked for.

    Returns:
        the report; its dispositions are those after repair.

    Raises:
        OSError: the file cannot be read.
        edi_guard.config.ConfigError: the configuration is wrong.
        edi_guard.policy.PolicyErrors: a mapping is wrong.
    """
    loaded = _load(mode, mappings, config)
    with _open(claims, loaded) as source:
        outcome = _judge(source, loaded, today)
    return make_report(outcome, Phi(phi))


def clean(
    claims: Claims,
    *,
    today: date | None = None,
    mode: str = "standard",
    mappings: Sequence[str | os.PathLike[str]] = (),
    phi: str = "minimal",
    config: str | os.PathLike[str] | None = None,
    numbers: ControlNumbers | None = None,
) -> Cleaned:
    """Judge claims, repair what is safe, and split them.

    The arguments and what is raised are those of `check`, and `numbers`, which gives the new control
    numbers of held and rejected files; from the clock by default.

    Raises:
        edi_guard.conservation.ConservationError: the parts do not hold what was judged.
    """
    loaded = _load(mode, mappings, config)
    with _open(claims, loaded) as source:
        outcome = _judge(source, loaded, today)
        counter = numbers or ClockControlNumbers()
        parts = {
            disposition: b"".join(part_blocks(source, outcome, disposition, counter))
            for disposition in Disposition
        }
        written = {d: Source.from_bytes(data) for d, data in parts.items() if data}
        check_parts(source, outcome, written)
    return Cleaned(
        clean=parts[Disposition.CLEAN],
        held=parts[Disposition.HELD],
        rejected=parts[Disposition.REJECTED],
        report=make_report(outcome, Phi(phi)),
    )


def _open(claims: Claims, loaded: Loaded) -> Source:
    return only_content(_original(claims), archive_limits(loaded.config)).open()


def _original(claims: Claims) -> Original:
    if isinstance(claims, bytes):
        return InMemory(claims, "-")
    if isinstance(claims, str | os.PathLike):
        return DiskFile(Path(claims), os.fspath(claims))
    return InMemory(claims.read(), str(getattr(claims, "name", "-")))


def _load(
    mode: str, mappings: Sequence[str | os.PathLike[str]], config: str | os.PathLike[str] | None
) -> Loaded:
    overrides: dict[str, object] = {"mode": mode}
    if mappings:
        overrides["mappings"] = [os.fspath(folder) for folder in mappings]
    return load_config(Path(config) if config else None, overrides)


def _judge(source: Source, loaded: Loaded, today: date | None) -> Outcome:
    day = today or datetime.now().astimezone().date()
    return process(source, build_settings(loaded, day))

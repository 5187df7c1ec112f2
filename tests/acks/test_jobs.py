"""Answers made by several processes: a killed one leaves nothing behind."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate import Generator
from edi_guard import workers
from edi_guard.acks import AckSettings, acknowledgments
from edi_guard.acks.claim_status import ClaimAck
from edi_guard.engine import process
from edi_guard.folders import OutputFolder
from edi_guard.workers import WorkerDiedError
from edi_guard.x12 import Source
from tests.conftest import make_settings
from tests.engine.long_files import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edi_guard.acks.claim_status import AnsweredClaim
    from edi_guard.claims import Transaction


@pytest.mark.parametrize("claims_per_transaction", [10, None], ids=["many", "one in sections"])
def test_a_killed_process_leaves_nothing_behind(
    claims_per_transaction: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = Generator("837P", 1, share=0.1, claims_per_transaction=claims_per_transaction)
    text = "".join(generator.blocks(40_000))
    here, answers = os.getpid(), ClaimAck.answers

    def killed(self: ClaimAck, transaction: Transaction, ordinals: range) -> Iterator[AnsweredClaim]:
        if 40 in ordinals and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return answers(self, transaction, ordinals)

    monkeypatch.setattr(workers, "_WORTH_SEVERAL", 0)
    shorten(monkeypatch, 300, 3_000)
    monkeypatch.setattr(ClaimAck, "answers", killed)
    with Source.from_bytes(text.encode("latin-1"), "claims.837") as source:
        outcome = process(source, make_settings())
        folder = OutputFolder(tmp_path)
        made = acknowledgments(source, outcome, AckSettings(), folder.numbers, datetime.now(UTC), 2)
        acks = {kind.suffix: blocks for kind, blocks in made.items()}
        with pytest.raises(WorkerDiedError, match="ended with code -9"):
            folder.release("claims.837", source, outcome, {}, acks=acks)

    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == [".edi-guard-control-numbers"]

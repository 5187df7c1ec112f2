from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from edi_guard.ledger.database import open_database
from edi_guard.ledger.intake import Earlier, take_in
from edi_guard.ledger.recording import record_file
from edi_guard.ledger.records import FileOutcome, InterchangeRecord
from tests.ledger.samples import arrival, record

if TYPE_CHECKING:
    from edi_guard.ledger.database import Database


def test_new_content_is_taken_in(database: Database) -> None:
    assert take_in(database, arrival("a", "1", "000000001")) is None
    assert take_in(database, arrival("b", "2", "000000002")) is None


def test_same_content_is_a_duplicate_even_while_the_first_is_in_work(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001"))
    earlier = take_in(database, arrival("b", "1", "000000001"))
    assert earlier is not None
    assert (earlier.outcome, earlier.name) == (FileOutcome.DUPLICATE, "a.837")


def test_the_same_job_may_ask_again(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001"))
    assert take_in(database, arrival("a", "1", "000000001")) is None


def test_same_number_of_the_same_sender_is_a_conflict(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001", "000000002"))
    earlier = take_in(database, arrival("b", "2", "000000003", "000000002"))
    assert earlier is not None
    assert (earlier.outcome, earlier.control_number) == (FileOutcome.CONFLICT, "000000002")
    # What was refused has not used its other number up.
    assert take_in(database, arrival("c", "3", "000000003")) is None


def test_same_number_is_accepted_where_the_configuration_says_so(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001"))
    assert take_in(database, arrival("b", "2", "000000001"), refuse_numbers=False) is None


def test_same_number_of_another_sender_or_receiver_is_another_interchange(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001"))
    for job, sender, receiver in (("b", "OTHER", "RECEIVER"), ("c", "SENDER", "OTHER")):
        interchanges = (InterchangeRecord(sender, receiver, "000000001", "P"),)
        assert take_in(database, arrival(job, job, interchanges=interchanges)) is None


def test_content_that_was_refused_may_come_again(database: Database) -> None:
    take_in(database, arrival("a", "1", "000000001"))
    record_file(database, record("a", outcome=FileOutcome.FAILED))
    assert take_in(database, arrival("b", "1", "000000001")) is None


def test_of_two_machines_at_once_one_wins(url: str) -> None:
    answers: list[Earlier | None] = []

    def ask(job: str) -> None:
        database = open_database(url)
        answers.extend(
            take_in(database, arrival(f"{job}{content}", f"{content}", f"{content:09d}"))
            for content in range(20)
        )
        database.close()

    threads = [threading.Thread(target=ask, args=(job,)) for job in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert sum(answer is None for answer in answers) == 20

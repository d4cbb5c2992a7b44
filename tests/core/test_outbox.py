"""A message is first a row, written with the change that causes it, and its delivery is queued."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import OutsideTransaction, db, transaction
from app.core.jobs import JobRun
from app.core.outbox import DELIVER, Channel, MessageState, OutboxMessage, write
from app.core.subject import Subject


def test_a_message_waits_with_its_delivery(app: Flask) -> None:
    with transaction():
        message = write(
            Channel.EMAIL, " a@b.example ", "Objet", "Texte", about=Subject("ticket", 3), attachments=(4, 5)
        )
    assert (message.recipient, message.state, message.about_kind, message.attachments) == (
        "a@b.example", MessageState.QUEUED, "ticket", [4, 5],
    )  # fmt: skip
    assert db.session.scalars(select(JobRun.arguments).where(JobRun.function == DELIVER)).all() == [[message.id]]


def test_each_message_has_a_reference_of_its_own(app: Flask) -> None:
    with transaction():
        references = {write(Channel.SMS, "+33612345678", "", "Prêt").reference for _time in range(3)}
    assert len(references) == 3


def test_a_message_goes_away_with_the_change_that_failed(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012
        write(Channel.EMAIL, "a@b.example", "Objet", "Texte")
        raise ZeroDivisionError
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_outside_a_unit_of_work_nothing_is_written(app: Flask) -> None:
    with pytest.raises(OutsideTransaction):
        write(Channel.EMAIL, "a@b.example", "Objet", "Texte")

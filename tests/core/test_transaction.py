"""One way to write: `with transaction():`."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.db import OutsideTransaction, after_commit, db, transaction
from app.core.numbers import Counter, next_number
from app.core.revisions import bump, revision


def fail_after_a_number(hook: Callable[[], None] = lambda: None) -> None:
    with transaction():
        after_commit(hook)
        next_number("R")
        raise ZeroDivisionError


def test_a_write_outside_a_transaction_is_refused(app: Flask) -> None:
    db.session.add(Counter(series="X", year=2026, last=1))
    with pytest.raises(OutsideTransaction):
        db.session.flush()
    db.session.rollback()


def test_an_error_undoes_everything_and_calls_no_hook(app: Flask) -> None:
    called: list[str] = []
    with pytest.raises(ZeroDivisionError):
        fail_after_a_number(lambda: called.append("hook"))
    assert called == []
    with transaction():
        assert next_number("R").endswith("-0001")


def test_units_of_work_do_not_nest(app: Flask) -> None:
    with transaction(), pytest.raises(OutsideTransaction), transaction():
        pass


def test_a_number_is_given_back_when_the_transaction_fails_so_there_is_no_hole(app: Flask) -> None:
    with transaction():
        first = next_number("R")
    with pytest.raises(ZeroDivisionError):
        fail_after_a_number()
    with transaction():
        second = next_number("R")
    assert int(second[-4:]) == int(first[-4:]) + 1


def test_a_revision_counts_once_per_transaction(app: Flask) -> None:
    before = revision("tickets")
    with transaction():
        bump("tickets")
        bump("tickets")
    assert revision("tickets") == before + 1

"""What is asked is kept: a field of a form that the ticket has never gets lost on the way."""

from collections.abc import Iterator

from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy import String, select

from app.core.db import db
from app.tickets.forms import DetailsForm, IntakeForm
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.tickets import a_ticket
from tests.signing import Browser

# Written by other means: a number of the form itself.
OWN = {"form_key"}


def asked(app: Flask, form: type[FlaskForm]) -> Iterator[str]:
    """Fields typed as text that are columns of the ticket."""
    texts = {column.key for column in Ticket.__table__.columns if type(column.type) is String}
    with app.test_request_context():
        yield from (name for name in form()._fields if name in texts - OWN)


def test_every_text_of_the_intake_is_kept(app: Flask, cast: Cast, browser: Browser) -> None:
    typed = {name: name.replace("_", " ") for name in asked(app, IntakeForm)}
    assert {"fault", "shelf", "dropped_by"} <= typed.keys()
    fixed = {"form_key": "k1", "kind": "repair", "label": "Brévia 300", "priority": "2", "consent_repair": "y"}
    answer = browser.as_("accueil").post(
        "/dossiers", data={**fixed, **typed, "contact_id": cast.karim.id, "family_id": a_family().id}
    )
    assert answer.status_code == 303, answer.text
    ticket = db.session.scalars(select(Ticket)).one()
    assert {name: getattr(ticket, name) for name in typed} == typed


def test_every_text_of_a_correction_is_kept(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    typed = {name: name.replace("_", " ") for name in asked(app, DetailsForm)}
    assert {"title", "fault", "external_ref"} <= typed.keys()
    answer = browser.as_("gerant").post(f"/dossiers/{ticket.number}/correction", version=ticket.version, **typed)
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    assert {name: getattr(ticket, name) for name in typed} == typed


def test_every_field_of_a_correction_is_on_its_page_else_saving_would_empty_it(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    page = browser.as_("gerant").get(f"/dossiers/{a_ticket().number}/correction").text
    with app.test_request_context():
        names = set(DetailsForm()._fields)
    assert [name for name in sorted(names) if f'name="{name}"' not in page] == []

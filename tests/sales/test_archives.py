"""The archive of a year of sales, from its screen: asked, made by a job, downloaded by who has the right."""

import json
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.jobs import JobRun
from app.core.jobs import run as run_job
from tests.cast import Cast
from tests.factories.sales import an_issued_invoice
from tests.signing import Browser

pytestmark = [pytest.mark.row("C3"), pytest.mark.row("D12")]
HOME = "/factures/archives"


def the_run() -> JobRun:
    db.session.expire_all()
    return db.session.scalars(select(JobRun).where(JobRun.function == "app.sales.jobs.make_archive")).one()


def test_a_year_is_asked_made_and_downloaded(browser: Browser, cast: Cast) -> None:
    invoice = an_issued_invoice()
    assert invoice.issued_on is not None
    year, number = invoice.issued_on.year, invoice.number
    desk = browser.as_("compta")
    assert HOME in desk.get("/factures").text
    assert "Aucune archive" in desk.get(HOME).text
    assert desk.post(HOME, year=str(year)).status_code == 303
    waits = desk.get(HOME).text
    assert "data-poll" in waits
    assert f"Archive des factures de {year}" in waits
    again = desk.post(HOME, year=str(year))
    assert again.status_code == 422
    assert "se prépare déjà" in again.text
    run_job(the_run().id)
    assert the_run().percent == 100
    kept = desk.get(HOME).text
    assert "data-poll" not in kept
    got = desk.get(f"{HOME}/{the_run().result['file']}")  # type: ignore[index]
    assert got.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(got.data)) as archive:
        manifest = json.loads(archive.read("manifeste.json"))
    assert [entry["number"] for entry in manifest["documents"]] == [number]


def test_a_year_without_an_invoice_is_refused_in_one_sentence(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("gerant")
    assert "dès qu" in desk.get(HOME).text
    an_issued_invoice()
    refused = desk.post(HOME, year="2019")
    assert refused.status_code == 422
    assert "Choisissez une année" in refused.text
    assert desk.get(f"{HOME}/99999").status_code == 404


def test_who_has_not_the_right_sees_neither_the_entry_nor_the_file(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("commercial")
    assert HOME not in desk.get("/factures").text
    assert desk.get(HOME).status_code == 403

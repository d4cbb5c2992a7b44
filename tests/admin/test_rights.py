"""A role without the right gets 403 on every route and method of every screen."""

import pytest
from flask import Flask

from app.accounts.queries import rights_of
from app.accounts.states import Role
from app.admin.queries.entities import ALL, entities
from app.core.db import db
from app.core.permissions import PERMISSIONS, rule_of
from tests.admin.conftest import first_id
from tests.cast import Cast
from tests.signing import Browser

pytestmark = pytest.mark.row("F1")

ROLES = {
    "accueil": Role.DESK, "commercial": Role.SALES, "technicien": Role.TECHNICIAN, "luthier": Role.REPAIRER,
    "compta": Role.ACCOUNTANT, "client": Role.CLIENT,
}  # fmt: skip


def admin_routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route of the administration."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] == "admin" or rule.endpoint.startswith("admin_"):
            address = rule.rule.replace("<export_type>", "csv")
            found += [(rule.endpoint, method, address) for method in rule.methods & {"GET", "POST"}]
    return found


def test_every_route_has_a_rule_that_somebody_declared(app: Flask):
    for endpoint, _method, _address in admin_routes(app):
        assert rule_of(app, endpoint) in PERMISSIONS, endpoint


@pytest.mark.parametrize("who", ROLES)
def test_a_role_without_the_right_gets_403_on_every_route_and_method(
    app: Flask, workshop: Cast, browser: Browser, who: str
):
    browser.as_(who)
    rights = rights_of(ROLES[who])
    db.session.rollback()
    ids = {entity.endpoint: first_id(entity) for entity in entities()}
    refused = 0
    for endpoint, method, address in admin_routes(app):
        if rule_of(app, endpoint) in rights:
            continue
        key = ids.get(endpoint.split(".")[0], 1)
        url = f"{address}?id={key}&list_form_pk={key}&name=family_id"
        fields = {
            "id": key,
            "rowid": key,
            "list_form_pk": key,
            "col": "name",
            "name": "x",
            "action": "archive",
            "confirmed": "1",
        }
        answer = browser.get(url) if method == "GET" else browser.post(url, **fields)
        assert answer.status_code == 403, (who, method, url)
        refused += 1
    assert refused > 200


def test_nobody_signed_in_is_sent_to_the_door(app: Flask, workshop: Cast, browser: Browser):
    for _endpoint, method, address in admin_routes(app):
        if method == "GET":
            answer = browser.get(address, follow=False)
            assert answer.status_code == 303
            assert "/connexion" in answer.headers["Location"]


def test_a_post_without_its_token_is_refused(app: Flask, camille: Browser):
    for _endpoint, method, address in admin_routes(app):
        if method == "POST":
            assert camille.client.post(address).status_code == 400, address
            db.session.rollback()


def test_what_has_a_state_or_a_seal_is_read_only_for_the_manager_too(camille: Browser):
    for entity in entities():
        if entity.writable:
            continue
        key = first_id(entity)
        for route in ("new/", f"edit/?id={key}", f"ajax/update/?list_form_pk={key}&col=label"):
            assert camille.get(entity.path + route).status_code == 403, (entity.table, route)
            assert camille.post(entity.path + route).status_code == 403, (entity.table, route)
        for action in ("archive", "restore", "delete"):
            assert camille.post(f"{entity.path}action/", action=action, rowid=key, confirmed="1").status_code == 403
        assert camille.post(f"{entity.path}delete/", id=key, confirmed="1").status_code == 403


def test_records_that_only_the_manager_reads_are_under_the_widest_right():
    for entity in entities():
        if entity.table in (
            "ticket",
            "quote",
            "outbox_message",
            "history_entry",
            "stored_file",
            "job_run",
            "consent",
            "partner_call",
            "booking",
        ):
            assert not entity.writable
            assert entity.rule == ALL


def test_role_and_password_are_not_written_here(camille: Browser, workshop: Cast):
    form = camille.get(f"/admin/utilisateurs/edit/?id={workshop.nadia.id}")
    assert 'name="role"' not in form.text
    assert "password" not in form.text
    assert "/reglages/equipe" in form.text
    camille.post(
        f"/admin/utilisateurs/edit/?id={workshop.nadia.id}",
        name="Nadia B.",
        hours_per_week="35",
        role="gerant",
        active="",
        email="x@y.example",
    )
    db.session.expire_all()
    nadia = db.session.get(type(workshop.nadia), workshop.nadia.id)
    assert (nadia.name, nadia.role, nadia.email) == ("Nadia B.", Role.DESK, "accueil@demo.example")

"""Who may open what: every route of the URL map × every role × one's own records or another's.

What is expected is computed from the rule that the route carries, the rights of the role, and the table `BEYOND` below,
which says in words where a right is not enough. A route that carries no rule fails. Nothing ever answers 500.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.accounts.queries import rights_of
from app.accounts.states import Role
from app.core.db import db
from app.core.permissions import PUBLIC, SIGNED_IN, rule_of
from app.core.revisions import forget_all
from tests.cast import Cast
from tests.signing import Browser
from tests.world import World, make_world

ROLES = {
    "gerant": Role.MANAGER, "accueil": Role.DESK, "commercial": Role.SALES, "technicien": Role.TECHNICIAN,
    "luthier": Role.REPAIRER, "compta": Role.ACCOUNTANT, "client": Role.CLIENT,
}  # fmt: skip
PAGES = ("GET", "POST")

# Where a right is not enough, by the beginning of the endpoint: who alone sees, and whose records. « own » is: entrusted
# to him for an outside repairer, about him for a client, made by him for a session or a view.
# (endpoint, roles it is about, sees their own, sees another's)
STAFF = tuple(role for role in Role if role != Role.CLIENT)
BEYOND: tuple[tuple[str, tuple[Role, ...], bool, bool], ...] = (
    ("portal.my_", (Role.CLIENT,), True, False),
    ("portal.my_", STAFF, False, False),
    ("documents.file", (Role.CLIENT, Role.REPAIRER), True, False),
    ("accounts.end_session", tuple(Role), True, False),
    ("tickets.", (Role.REPAIRER,), True, False),
    ("repairers.my_", (Role.REPAIRER,), True, False),
    ("repairers.my_", tuple(role for role in Role if role != Role.REPAIRER), False, False),
)
# Of the tickets' pages, those that name no record.
WITHOUT_RECORD = {"tickets.index", "tickets.keep_view", "tickets.scan", "tickets.forget_view"}
# What an empty form, or a page with nothing to show, may also answer to who has the right.
ALSO: dict[str, set[str]] = {
    "accounts.sign_out": {"sign in"},
    "accounts.settings": {"refused"},  # nothing to set for this role
    "tickets.move": {"refused"},  # the move asked for has a right of its own
    "tickets.checks": {"refused"},  # filled by who works or takes in, not by who only reads
    "insights.report_csv": {"not found"},  # each section of the reports has a right of its own
    "insights.lending_csv": {"not found"},  # those of lending too
    "contacts.consent": {"not found"},  # the form names no purpose
    "lending.take_deposit": {"not found"},  # money is received by who may not see the loan
    "privacy.my_consent": {"not found"},  # the form names no purpose
    "contacts.panel": {"not found"},  # each panel has a right of its own
}
# Screens of the administration are read-only for what has a state or a seal: tests/admin/test_rights.py says which.
ADMIN_ALSO = {"refused", "not found"}


@dataclass(frozen=True)
class Cell:
    """One route, one method, for one person."""

    rule: Rule
    method: str
    stamp: str | None

    @property
    def endpoint(self) -> str:
        return self.rule.endpoint


def cells(app: Flask) -> Iterator[Cell]:
    """Every route and method of the site; static files are served to everybody."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) & set(PAGES)):
                yield Cell(rule, method, rule_of(app, rule.endpoint))


def allowed(cell: Cell, role: Role | None) -> bool:
    """Whether the rule of the route lets this role in."""
    if cell.stamp == PUBLIC:
        return True
    if role is None or cell.stamp is None:
        return False
    return cell.stamp == SIGNED_IN or cell.stamp in rights_of(role)


def hidden(cell: Cell, role: Role, *, own: bool) -> bool:
    """Whether the record does not exist for this role, by the table above."""
    if not cell.rule.arguments or cell.endpoint in WITHOUT_RECORD:
        return False
    for beginning, roles, sees_own, sees_others in BEYOND:
        if cell.endpoint.startswith(beginning) and role in roles:
            return not (sees_own if own else sees_others)
    return False


def said(answer: TestResponse) -> str:
    """In a word, what the answer amounts to."""
    if answer.status_code in (302, 303) and answer.headers["Location"].startswith("/connexion"):
        return "sign in"
    if answer.headers.get("HX-Redirect", "").startswith("/connexion"):
        return "sign in"
    return {403: "refused", 404: "not found", 500: "broken"}.get(answer.status_code, "open")


def expected(cell: Cell, role: Role | None, *, own: bool) -> set[str]:
    """What the answer may be."""
    if role is None:
        return {"open", "sign in"} if cell.stamp == PUBLIC else {"sign in"}
    if not allowed(cell, role):
        return {"refused"}
    if cell.stamp == PUBLIC:
        return {"open", "sign in"}
    if hidden(cell, role, own=own):
        return {"not found"}
    return {"open"} | ALSO.get(cell.endpoint, set()) | (ADMIN_ALSO if cell.endpoint.startswith("admin_") else set())


@contextmanager
def undone(app: Flask, cell: Cell) -> Iterator[None]:
    """Whatever a form writes is taken back: the next request finds the same records."""
    if cell.method == "GET":
        yield
        db.session.rollback()
        return
    db.session.rollback()  # what it has read so far would hold a savepoint below ours
    savepoint = db._app_engines[app][None].begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expunge_all()
        savepoint.rollback()
        forget_all()


def ask(client: FlaskClient, cell: Cell, address: str, token: str) -> TestResponse:
    """Open the page, or send its form empty."""
    if cell.method == "GET":
        return client.get(address, buffered=True)
    return client.post(address, data={"csrf_token": token}, buffered=True)


def differences(app: Flask, browser: Browser, world: World, role: Role | None, *, own: bool) -> list[str]:
    """Every cell that does not answer as expected."""
    browser.get("/connexion" if role is None else "/profil")
    cookies = {name: cookie.value for name, cookie in ((c.key, c) for c in browser.client._cookies.values())}
    wrong = []
    for cell in cells(app):
        if not own and role is not None and (not cell.rule.arguments or cell.endpoint.startswith("admin_")):
            continue  # it names no record: asked with one's own
        client = app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        address = world.address(cell.rule)
        with undone(app, cell):
            try:
                found = said(ask(client, cell, address, browser.token))
            except Exception as error:  # what a visitor would see as an error 500
                found = f"broken: {type(error).__name__} {error}"[:300]
        if found not in expected(cell, role, own=own):
            wrong.append(
                f"{cell.method} {address} ({cell.endpoint}): {found}, not {' or '.join(sorted(expected(cell, role, own=own)))}"
            )
    return wrong


def test_a_visitor_is_asked_to_sign_in_everywhere_but_on_public_pages(app: Flask, cast: Cast, browser: Browser) -> None:
    world = make_world(cast.dan, cast.nadia)
    wrong = differences(app, browser, world, None, own=False)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ROLES)
def test_one_opens_ones_own_records_where_ones_rights_lead(app: Flask, cast: Cast, browser: Browser, who: str) -> None:
    world = make_world(cast.karim, _user(cast, who), cast.hugo)
    wrong = differences(app, browser.as_(who), world, ROLES[who], own=True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ROLES)
def test_another_s_records_do_not_exist_where_rights_stop(app: Flask, cast: Cast, browser: Browser, who: str) -> None:
    world = make_world(cast.dan, cast.nadia if who != "accueil" else cast.camille, cast.ines)
    wrong = differences(app, browser.as_(who), world, ROLES[who], own=False)
    assert not wrong, "\n".join(wrong)


def _user(cast: Cast, who: str) -> User:
    return db.session.query(User).filter_by(email=f"{who}@demo.example").one()


#: No form of ours: who calls is known by the secret in the address, and nothing that is said is believed.
TOLD_BY_ADDRESS = ("stay_hooks.smoobu_told",)


def test_no_form_is_taken_without_its_token(app: Flask, cast: Cast, browser: Browser) -> None:
    world = make_world(cast.karim, cast.camille)
    camille = browser.as_("gerant")
    taken = []
    for cell in cells(app):
        if cell.method == "POST":
            with undone(app, cell):
                answer = camille.client.post(world.address(cell.rule))
            if answer.status_code != 400 and cell.endpoint not in TOLD_BY_ADDRESS:
                taken.append(f"{cell.endpoint}: {answer.status_code}")
    assert taken == []


def test_every_route_carries_a_rule(whole_app: Flask) -> None:
    assert [cell.endpoint for cell in cells(whole_app) if cell.stamp is None] == []

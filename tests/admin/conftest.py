"""One record of every entity that has a screen, so that every screen has something to show."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import RolePermission, Site
from app.accounts.states import Role
from app.admin.queries.entities import Entity, entities
from app.assets.models import Asset, AssetModel, Family, FamilyQuestionnaire
from app.assets.services import add_asset, add_family, add_field
from app.contacts.models import Consent
from app.contacts.states import Purpose
from app.core.clock import now
from app.core.db import UTC, Base, LabelType, db, transaction
from app.core.history import HistoryEntry
from app.core.jobs import JobRun
from app.core.links import SignedLink
from app.core.outbox import Channel, OutboxMessage
from app.core.partners import PartnerAccount, PartnerCall
from app.core.saved_views import save_view
from app.documents.models import Attachment, StoredFile
from app.documents.states import FileKind
from app.messaging.models import MessageTemplate, Task, ThreadMessage
from app.messaging.states import Direction
from app.planning.models import Booking
from app.questionnaires.models import Questionnaire, QuestionnaireItem, Response
from app.questionnaires.states import Use
from app.sales.models import Quote
from app.tickets.models import Ticket, TicketLine
from tests.cast import Cast
from tests.signing import Browser


@pytest.fixture
def workshop(cast: Cast) -> Cast:
    """The cast, with a workshop that has lived: at least one row behind every screen."""
    with transaction() as session:
        _things(cast)
        _work(cast)
        _papers(cast)
        _rest()
        session.flush()
    return cast


def _add(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _things(cast: Cast) -> None:
    site = Site(name="Brignoles", town="Brignoles")
    form = Questionnaire(code="entree", name="Contrôle d'entrée", use=Use.CHECK_IN)
    form.items = [QuestionnaireItem(code="choc", label="Traces de choc", position=0)]
    family = add_family(name="Violon", accessories=["Archet", "Étui souple"], diagnosis_fee=3900)
    _add(site, form)
    model = AssetModel(brand="Lemaître", name="Étude", family_id=family.id, warranty_months=24)
    _add(model, FamilyQuestionnaire(family_id=family.id, use=Use.CHECK_IN, questionnaire_id=form.id))
    add_field(family.id, label="Taille")
    add_asset(
        label="Violon 4/4 Lemaître", family_id=family.id, model_id=model.id, owner_id=cast.karim.id, serial="LM-88-1127",
        inventory_number="0126", value=76_000, bought_on=date(2019, 9, 4), site_id=site.id,
    )  # fmt: skip


def _work(cast: Cast) -> None:
    asset, family = db.session.query(Asset).one(), db.session.query(Family).one()
    ticket = Ticket(
        number="R-2026-0001", title="Touche décollée", contact=db.session.merge(cast.karim), asset=asset, family=family
    )
    _add(ticket)
    _add(
        TicketLine(ticket_id=ticket.id, label="Chevalet", unit_price=4200),
        Quote(ticket_id=ticket.id, contact_id=cast.karim.id, gross=5040),
        Booking(
            kind="repair",
            resource=f"asset:{asset.id}",
            asset_id=asset.id,
            starts_at=now(),
            ends_at=now().replace(year=now().year + 1),
        ),
        Task(label="Rappeler Karim", contact_id=cast.karim.id),
        ThreadMessage(
            subject_kind="ticket",
            subject_id=ticket.id,
            direction=Direction(next(iter(Direction))),
            author="Karim",
            body="Bonjour",
        ),
        Response(
            questionnaire_id=db.session.query(Questionnaire).one().id,
            version=1,
            use=Use.CHECK_IN,
            subject_kind="ticket",
            subject_id=ticket.id,
        ),
        HistoryEntry(
            actor_kind="user", actor_name="Camille", verb="user.signed_in", subject_kind="ticket", subject_id=ticket.id
        ),
    )


def _papers(cast: Cast) -> None:
    file = StoredFile(
        key="abc", kind=FileKind(next(iter(FileKind))), name="bon.pdf", mime="application/pdf", size=12, sha256="0" * 64
    )
    _add(file)
    _add(
        Attachment(file_id=file.id, subject_kind="contact", subject_id=cast.karim.id, label="Bon"),
        MessageTemplate(code="pret", name="Appareil prêt"),
        OutboxMessage(channel=Channel.EMAIL, recipient="karim@benyahia.example", text="Prêt", reference="m-1"),
        PartnerAccount(kind="smtp", label="Courriel"),
        PartnerCall(kind="smtp", method="SEND", url="smtp.example"),
        JobRun(function="app.x", label="Envoi"),
        SignedLink(kind="status", subject_kind="contact", subject_id=cast.karim.id, nonce="n-1"),
        Consent(contact_id=cast.karim.id, purpose=Purpose.REPAIR, given=True),
        RolePermission(role=Role.DESK, permission="organisation.edit", granted=False),
    )
    save_view("admin.contact", "Brignoles", "flt0_town.like=Brignoles", cast.camille.id, shared=False)


def _rest() -> None:
    """A plain row for every screen that has none yet: a new entity is proven the day it is mapped."""
    order = [table.name for table in Base.metadata.sorted_tables]  # what a row names exists before it
    for entity in sorted(entities(), key=lambda found: order.index(found.table)):
        if db.session.query(entity.model).first() is None:
            _add(
                entity.model(
                    **{column.key: _plain(column) for column in entity.model.__table__.columns if _wanted(column)}
                )
            )


#: Columns that may be empty, but not when their row has no other owner.
OWNERS = {
    ("third_party_share", "document_id"), ("compatibility", "main_family_id"), ("compatibility", "with_family_id"),
}  # fmt: skip


def _wanted(column: Any) -> bool:
    needed = not column.nullable or (column.table.name, column.key) in OWNERS
    return needed and column.default is None and not column.primary_key


def _plain(column: Any) -> Any:
    if column.foreign_keys:
        return db.session.execute(select(next(iter(column.foreign_keys)).column)).scalars().first()
    if isinstance(column.type, LabelType):
        return next(iter(column.type.enum_class))
    if isinstance(column.type, UTC):
        return now()
    plain = {bool: False, int: 1, str: "essai", dict: {}, object: {}, date: date(2026, 11, 24)}
    return plain[column.type.python_type]


@pytest.fixture
def camille(browser: Browser, workshop: Cast) -> Browser:
    """The manager's browser."""
    return browser.as_("gerant")


@pytest.fixture
def screen() -> Callable[[str], Entity]:
    """The screen of a table."""
    return lambda table: next(entity for entity in entities() if entity.table == table)


def first_id(entity: Entity) -> int:
    """The id of a row behind a screen."""
    found = db.session.query(entity.model.id).order_by(entity.model.id.desc()).first()  # type: ignore[attr-defined]
    db.session.rollback()
    assert found is not None, f"no row for {entity.table}"
    return int(found[0])

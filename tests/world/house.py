"""The house itself: words, accounts, imports, the organisation."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User, UserSession
from app.accounts.services import change_organisation, new_invitation, open_session
from app.connectors.calls import Observer
from app.contacts.models import Contact
from app.core import links
from app.core.colours import style_hash
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.core.partners import PartnerAccount, Route
from app.core.saved_views import save_view
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.states import FileKind
from app.exchange.services import keep_mapping, receive
from app.exchange.services.prices import receive_prices
from app.exchange.states import PriceMode
from app.messaging.services import add_task
from app.partners.services import PartnerTask, Step, add_account, declare_task
from app.privacy.services import ask_export, export_token, make_export
from app.privacy.states import Channel
from tests.factories.accounts import a_legal_value, a_user
from tests.factories.base import serial
from tests.factories.contacts import a_contact
from tests.factories.files import a_photo, a_png
from tests.factories.lending import a_unit
from tests.world.values import World

MAIL = {"host": "127.0.0.1", "port": 9, "user": "", "sender": "atelier@exemple.example", "security": "none"}


def _nothing(_route: Route, _asked: Any, _watcher: Observer) -> None:
    """A page of nothing."""


def _kept(_account: PartnerAccount, _page: Any, cursor: dict[str, Any]) -> Step:
    return Step(cursor)


def _never(_account: PartnerAccount) -> bool:
    return False


def _requests(world: World, owner: Contact) -> None:
    """The owner asked for his data, and has them."""
    with transaction():
        asked = ask_export(owner, Channel.DESK)
    make_export(asked.id)
    world.values |= {"privacy.request_id": asked.id, "privacy.token": export_token(asked)}


def words(world: World, owner: Contact) -> None:
    message = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.contact_id == owner.id, OutboxMessage.html != "")
    ).first()
    assert message is not None
    with transaction():
        task = add_task("Rappeler le client", contact_id=owner.id)
        account = add_account("smtp", "Courrier", MAIL, {"password": "secret"})
        smoobu = add_account("smoobu", "Locations", {"base_url": "http://127.0.0.1:9"}, {"key": "k", "secret": "s"})
    declare_task("smoobu", PartnerTask("world", "Relever", timedelta(hours=1), _nothing, _kept, wanted=_never))
    world.values |= {
        "message_id": message.id,
        "task_id": task.id,
        "account_id": account.id,
        "partners.account_id": smoobu.id,
        "partners.task": "world",
        "partners.kind": "smtp",
        "code": "ticket.ready",
    }
    _requests(world, owner)


def accounts(world: World, holder: User) -> None:
    someone, invited = a_user(), a_user(password_hash="")
    with transaction():
        view = save_view("tickets", f"Vue {serial()}", "vue=liste", holder.id, shared=False)
        open_session(holder, address="127.0.0.1", agent="Firefox")
        invitation, reset = new_invitation(invited), links.issue("reset", subject_of(someone), hours=2)
    session = db.session.scalars(
        select(UserSession).where(UserSession.user_id == holder.id).order_by(UserSession.id.desc())
    ).first()
    assert session is not None
    world.values |= {
        "user_id": someone.id,
        "view_id": view.id,
        "session_id": session.id,
        "accounts.accept_invitation.token": invitation,
        "accounts.reset_password.token": reset,
        "setup.key": "organisation",
        "insights.key": "etats",
        "insights.sales_key": "chiffre",
        "insights.lending_key": "utilisation",
        "insights.rentals_key": "occupation",
    }


def imports(world: World) -> None:
    table = "Nom;Téléphone\nOdile Attali;06 12 34 56 78\n".encode()
    with transaction():
        run = receive(table, "clients.csv", kind="contacts", by="Nadia")
        mapping = keep_mapping("contacts", f"Clients {serial()}", ["Nom"], ["name"])
    prices = _prices()
    known = {"run_id": run.id, "mapping_id": mapping.id, "exchange.kind": "contacts", "price_update_id": prices}
    world.values |= known


def _prices() -> int:
    supplier_id = a_contact(name="Aquapièces").id
    with transaction():
        return receive_prices(
            "Réf;Prix\nA;12\n".encode(), "tarif.csv", supplier_id=supplier_id, mode=PriceMode.KEEP_MARGIN, by="Camille"
        ).id


def organisation(world: World) -> None:
    with transaction():
        logo = files.store(a_png(), "logo.png", FileKind.LOGO, by="Camille")
        house = change_organisation(logo_file_id=logo.id)
    known = {"documents.logo.file_id": logo.id, "digest": style_hash(house.accent), "value_id": a_legal_value().id}
    world.values |= known


def shown_unit() -> int:
    """Something that members book, whose picture they see."""
    unit = a_unit()
    with transaction():
        kept = files.store(a_photo(), "violon.jpg", FileKind.PHOTO, by="Nadia")
        files.attach(kept, subject_of(unit), for_client=True)
    return unit.id

"""What the pages of the concierge show: a stay that an unmapped lodging of a partner has, an owner's month, what he reads."""

from datetime import date, timedelta

from app.concierge.models import OwnerStatement, StaySourceLodging
from app.concierge.services.counting import count, the_month
from app.concierge.services.entries import NewEntry, add_entry
from app.concierge.services.hooks import token_of
from app.concierge.states import StayState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.documents.services import store
from app.documents.states import FileKind
from app.statements.models import Month, Terms
from app.statements.states import LineKind
from tests.concierge.houses import a_house, a_stay
from tests.concierge.world_of_stays import an_account, hear, stay_of, told
from tests.factories.concierge import a_concierge, a_mandate, a_version
from tests.factories.contacts import a_contact
from tests.factories.files import a_pdf
from tests.factories.rentals import a_named_house, a_statement
from tests.world.values import World


def everything(world: World, owner: Contact) -> None:
    """Stays of the concierge, and what this owner reads of his."""
    stays(world)
    owned(world, owner)


def stays(world: World) -> None:
    """One stay, and where it comes from."""
    account = an_account()
    hear(account, told())
    source = db.session.query(StaySourceLodging).filter_by(account_id=account.id).one()
    world.values |= {"stay_id": stay_of(account).id, "source_id": source.id, "stay_hooks.token": token_of(account.id)}


def owned(world: World, owner: Contact) -> None:
    """A lodging that we let for him, dates that he keeps there, a statement."""
    let = a_named_house("Villa Garance", owner)
    arrival = clock.today() + timedelta(days=30)
    stay = a_stay(let, arrival, arrival + timedelta(days=3), 0, state=StayState.OWNER, told={"owner": owner.id})
    statement = a_statement(owner, 2026, 3, [(let, LineKind.RENT, 90_000)])
    with transaction():
        let.file_id = store(a_pdf(), "mandat.pdf", FileKind.DOCUMENT, by="Gérant").id
    known = {"lodging_id": let.lodging_id, "stay_id": stay.id, "statement_id": statement.id, "mandate_id": let.id}
    world.values |= {f"portal.{name}": value for name, value in known.items()}
    _entrusted(world, owner)


def months(world: World) -> None:
    """An owner's month with a line and its receipt, for the pages of statements."""
    owner = a_contact()
    a_stay(a_house(owner), date(2026, 1, 3), date(2026, 1, 10), 124_000)
    with transaction():
        count(the_month(Month(2026, 1)))
        statement = db.session.query(OwnerStatement).filter_by(contact_id=owner.id).one()
        receipt = store(a_pdf(), "recu.pdf", FileKind.DOCUMENT, by="Gérant")
        statement.file_id = receipt.id
        entry = add_entry(statement, NewEntry(LineKind.DISBURSED, "Serrurier", 4000, file=receipt))
    world.values |= {
        "concierge.name": "2026-01", "concierge.statement_id": statement.id, "concierge.entry_id": entry.id,
    }  # fmt: skip


def _entrusted(world: World, owner: Contact) -> None:
    """A lodging let for the owner, on terms that change."""
    a_concierge()
    mandate = a_mandate(None, owner)
    with transaction():
        mandate.file_id = store(a_pdf(), "mandat.pdf", FileKind.DOCUMENT, by="Gérant").id
    version = a_version(mandate, Terms(clock.today() + timedelta(days=60), rate=2200))
    known = {"lodging_id": mandate.lodging_id, "mandate_id": mandate.id, "version_id": version.id}
    world.values |= {f"concierge.{name}": value for name, value in known.items()}

"""What the measurements of money need beside the demonstration: `python -m bench.ground VERB`, run in the environment of an
installation, prints one JSON object."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from app.assets.models import Asset
from app.assets.services import add_asset, add_family
from app.assets.states import AssetState
from app.catalog.models import Article
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db, insert_many, transaction
from app.factory import create_app
from app.lending.jobs import remind
from app.lending.models import Loan, LoanItem
from app.lending.states import LoanState
from app.planning.models import Booking
from app.planning.states import BookingState
from app.sales.models import SalesDocument
from app.sales.services import batches, documents, facturx
from app.sales.services.documents import LineData
from app.sales.states import CheckState, DocumentKind, DocumentState
from app.stock.services import move
from app.stock.states import MoveKind
from app.tickets.models import Ticket, TicketLine
from app.tickets.states import TicketState
from app.till.models import Till
from app.till.services import add_till, open_till
from bench.rents import rents

LINES = 10  # of an invoice measured
INVOICES = 20_000
STOCK = 900_000_000  # thousandths: never the last one
TILLS = 8
UNITS, BOOKED = 75, 4  # of the planning
LOANS_A_YEAR = 16_000


def ask(verb: str, *arguments: object, env: Mapping[str, str]) -> Any:
    """Have a verb done by a process of that environment. Raises CalledProcessError, its words on the error output."""
    command = [sys.executable, "-m", "bench.ground", verb, *map(str, arguments)]
    done = subprocess.run(command, env=dict(env), check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def _contacts(count: int) -> list[Contact]:
    persons = db.select(Contact).where(Contact.archived_at.is_(None), Contact.kind == ContactKind.PERSON)
    found = db.session.scalars(persons.order_by(Contact.id).limit(200))
    return list(islice(cycle(found.all()), count))


def _business() -> Contact:
    """A company: its invoices are held against the French rules too."""
    made = Contact(
        kind=ContactKind.COMPANY, name="Piscines du Port", siret="55208131766522", vat_number="FR03552081317",
        address="1 quai du Port", postcode="83000", town="Toulon", email="compta@piscines.example",
    )  # fmt: skip
    with transaction() as session:
        session.add(made)
    return made


def invoices() -> int:
    """The list's: past invoices as rows alone, seven of ten paid, the others due or late."""
    today, rows = clock.today(), []
    for rank, contact in enumerate(_contacts(INVOICES)):
        day = today - timedelta(days=1 + rank * 700 // INVOICES)
        gross, paid = 6_000 + rank * 37 % 90_000, rank % 10 < 7
        rows.append({
            "kind": DocumentKind.INVOICE, "number": f"A-{rank:06d}", "state": DocumentState.ISSUED, "contact_id": contact.id,
            "title": "Entretien de printemps", "issued_on": day, "due_on": day + timedelta(days=30), "net": gross * 5 // 6,
            "vat": gross - gross * 5 // 6, "gross": gross, "due": gross, "paid": gross if paid else 0, "settled": paid,
            "check": CheckState.PASSED, "issued_at": clock.start_of(day),
        })  # fmt: skip
    with transaction():
        return len(insert_many(SalesDocument, rows))


def planning() -> int:
    """75 units of one family, four bookings each this month; the id of the family."""
    first = clock.today().replace(day=1)
    with transaction():
        family = add_family(name="Mesure")
        units = [add_asset(family_id=family.id, label=f"Violon n° {rank:04d}", ours=True) for rank in range(UNITS)]
    contacts = iter(_contacts(UNITS * BOOKED))
    rows = [
        {
            "kind": "loan", "resource": f"asset:{unit.id}", "asset_id": unit.id, "contact_id": next(contacts).id, "label": unit.label,
            "starts_at": clock.at(first + timedelta(days=7 * rank), 9), "ends_at": clock.at(first + timedelta(days=7 * rank + 5), 18),
            "state": BookingState.CONFIRMED, "any_unit": False, "buffer_before": 0, "buffer_after": 0,
        }
        for unit in units for rank in range(BOOKED)
    ]  # fmt: skip
    with transaction():
        insert_many(Booking, rows)
    return family.id


def tickets(count: int) -> list[str]:
    """Numbers of repairs with ten lines and no invoice yet."""
    billed = db.select(SalesDocument.id).where(SalesDocument.ticket_id == Ticket.id).exists()
    persons = db.select(Contact.id).where(Contact.kind == ContactKind.PERSON)
    query = db.select(Ticket).where(Ticket.state == TicketState.OUT, Ticket.contact_id.in_(persons), ~billed)
    with transaction() as session:
        found = session.scalars(query.order_by(Ticket.id.desc()).limit(count)).all()
        ids = [ticket.id for ticket in found]
        session.execute(db.delete(TicketLine).where(TicketLine.ticket_id.in_(ids)))
        insert_many(TicketLine, [
            {"ticket_id": ticket_id, "position": rank, "label": f"Pièce détachée n° {rank}", "reference": f"REF-{rank}",
             "quantity": 1000 * rank, "unit_price": 1_250}
            for ticket_id in ids for rank in range(1, LINES + 1)
        ])  # fmt: skip
    return [ticket.number for ticket in found]


def drafts(count: int, who: Contact | None = None) -> list[int]:
    """Ids of drafts of ten lines, for private persons or for somebody."""
    lines = [
        LineData(f"Pièce détachée n° {rank}", 1000 * rank, 1_250, "normal", reference=f"REF-{rank}")
        for rank in range(1, LINES + 1)
    ]
    clients = [who] * count if who else _contacts(count)
    with transaction() as session:
        made = [
            documents.draft(DocumentKind.INVOICE, session.merge(one, load=False), lines, title="Entretien")
            for one in clients
        ]
    return [document.id for document in made]


def tills() -> dict[str, Any]:
    """Open tills, and three articles of which their shelf never runs out, with their prices with tax."""
    cheap = Article.price.between(500, 5_000)
    query = (
        db.select(Article).where(Article.stocked, Article.archived_at.is_(None), cheap).order_by(Article.id).limit(3)
    )
    codes = [f"B{rank}" for rank in range(TILLS)]
    with transaction() as session:
        goods = session.scalars(query).all()
        for code in codes if session.scalar(db.select(Till.id).where(Till.code == codes[0])) is None else ():
            open_till(add_till(code, f"Caisse {code}", place_id=1).id, 10_000)
        for article in goods:
            move(MoveKind.OPENING, article.id, 1, STOCK, cost=100, key=f"bench-{article.id}")
    return {"codes": codes, "articles": [article.id for article in goods]}


def batch(count: int) -> dict[str, int]:
    """A batch begun: its job, whose progress is in the database."""
    ids = drafts(count)
    with transaction():
        return {"run": batches.start_batch(ids).id, "first": min(ids), "last": max(ids)}


def proofs(count: int) -> dict[str, float]:
    """Milliseconds of CPU of one Factur-X, as the documents worker makes it: before the proof, and with it; and the first
    one, which reads the rules."""
    ids, spent = drafts(count + 1, _business()), []
    for document_id in ids:
        with transaction():
            documents.issue(documents.locked(document_id), render=False)
        document = facturx.waiting_document(document_id)
        assert document is not None  # noqa: S101
        start = time.process_time()
        xml = facturx.xml_of(document)
        facturx.render(document, xml)
        made = time.process_time()
        found = facturx.check(xml, business=True)
        spent.append((made - start, time.process_time() - start))
        db.session.rollback()
        if found:
            raise RuntimeError(found)
    first, rest = spent[0], spent[1:]
    return {
        "plain_ms": 1000 * sum(row[0] for row in rest) / count, "checked_ms": 1000 * sum(row[1] for row in rest) / count,
        "first_ms": 1000 * first[1],
    }  # fmt: skip


def night(count: int) -> dict[str, float]:
    """So many loans due today, each of its own borrower, over a year of others; then the reminders of the night, and again."""
    people = db.select(Contact.id).where(Contact.archived_at.is_(None), Contact.email != "").order_by(Contact.id)
    contacts = list(islice(cycle(db.session.scalars(people)), LOANS_A_YEAR))
    db.session.rollback()
    with transaction():
        family = add_family(name="Mesure des rappels")
        family_id = family.id
        unit = {"family_id": family_id, "ours": True, "label": "Violon", "custom": {}, "state": AssetState.IN_USE}
        units = insert_many(Asset, [unit for _rank in range(LOANS_A_YEAR)])
        _lay(units, contacts, count)
    start = time.monotonic()
    sent = remind()
    seconds = time.monotonic() - start
    return {"seconds": seconds, "sent": sent, "again": remind()}


def _lay(units: list[int], contacts: list[int], due: int) -> None:
    """A loan a unit: `due` of them out until today, the others ended."""
    now = clock.now()
    today, long_ago = clock.at(clock.today(), 18), now - timedelta(days=200)
    ends = [today if rank < due else long_ago + timedelta(days=14) for rank in range(len(units))]
    bookings = insert_many(Booking, [
        {"kind": "loan", "resource": f"asset:{unit}", "asset_id": unit, "contact_id": contact, "label": "Violon", "starts_at": long_ago,
         "ends_at": end, "state": BookingState.OUT if end == today else BookingState.RETURNED, "any_unit": False, "buffer_before": 0, "buffer_after": 0}
        for unit, contact, end in zip(units, contacts, ends, strict=True)
    ])  # fmt: skip
    loans = insert_many(Loan, [
        {"number": f"PM-{rank:06d}", "contact_id": contact, "starts_at": long_ago, "due_at": end, "notes": "", "version": 1,
         "returned_at": None if end == today else end, "state": LoanState.OUT if end == today else LoanState.RETURNED}
        for rank, (contact, end) in enumerate(zip(contacts, ends, strict=True))
    ])  # fmt: skip
    insert_many(LoanItem, [
        {"loan_id": loan, "booking_id": booking, "asset_id": unit, "out_at": long_ago, "back_at": None if end == today else end, "note_back": ""}
        for loan, booking, unit, end in zip(loans, bookings, units, ends, strict=True)
    ])  # fmt: skip


VERBS: dict[str, Callable[..., Any]] = {
    "invoices": invoices, "tickets": tickets, "drafts": drafts, "tills": tills, "batch": batch, "proofs": proofs, "planning": planning,
    "night": night, "rents": rents,
}  # fmt: skip


def main() -> int:
    """Do one verb."""
    verb, *numbers = sys.argv[1:]
    app = create_app()
    with app.app_context():
        print(json.dumps(VERBS[verb](*map(int, numbers))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

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

from app.catalog.models import Article
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db, insert_many, transaction
from app.factory import create_app
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

LINES = 10  # of an invoice measured
INVOICES = 20_000
STOCK = 900_000_000  # thousandths: never the last one
TILLS = 8


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


VERBS: dict[str, Callable[..., Any]] = {
    "invoices": invoices, "tickets": tickets, "drafts": drafts, "tills": tills, "batch": batch, "proofs": proofs,
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

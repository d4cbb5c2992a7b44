"""Between the demonstration and its bank: a few invoices, a mandate, cheques handed, a statement half matched."""

from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import db
from app.core.money import amount_input
from app.demo.ground import IBAN
from app.payments import services
from app.payments.models import BankLine, Remittance
from app.payments.services import debits, mandates, remittances
from app.payments.services.bank import accepting, receiving
from app.payments.services.bank.matching import Pool, proposals
from app.payments.services.mandates import MandateInput
from app.payments.states import BankLineState, Method, SignedHow
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.states import DocumentKind

DESK = Actor("system", None, "Claude Perrin")
WORK = (
    LineData("Forfait entretien annuel", 1000, 12_000), LineData("Réparation en atelier", 1000, 8_500),
    LineData("Remise en état complète", 1000, 21_000), LineData("Contrôle et réglage", 1000, 4_500),
)  # fmt: skip


def write() -> None:
    """All of it, inside the caller's transaction; nothing where there are not enough clients."""
    people = select(Contact).where(
        Contact.kind == ContactKind.PERSON, Contact.email != "", Contact.address != "", Contact.town != ""
    )
    clients = list(db.session.scalars(people.order_by(Contact.id).limit(6)))
    if len(clients) < 6:
        return
    with acting_as(DESK):
        invoices = [_invoice(client, rank) for rank, client in enumerate(clients)]
        _collected(clients[0], invoices[0])
        _handed(clients[1:3], invoices[1:3])
        _statement(clients[3:], invoices[3:])


def _invoice(client: Contact, rank: int) -> SalesDocument:
    draft = documents.draft(DocumentKind.INVOICE, client, [WORK[rank % len(WORK)]], title="Entretien")
    return documents.issue(draft)


def _collected(client: Contact, invoice: SalesDocument) -> None:
    typed = MandateInput(client.name, IBAN, signed_on=clock.today() - timedelta(days=40), signer=client.name)
    mandates.add_mandate(client, typed, SignedHow.SCREEN)
    debits.prepare([invoice.id], debits.earliest())


def _handed(clients: list[Contact], invoices: list[SalesDocument]) -> None:
    cheques = [
        services.receive(
            client.id, Method.CHEQUE, invoice.left, clock.today() - timedelta(days=3), reference=f"00{client.id:05d}",
            allocations=[(invoice.id, invoice.left)],
        )
        for client, invoice in zip(clients, invoices, strict=True)
    ]  # fmt: skip
    remittances.remit(Method.CHEQUE, [cheque.id for cheque in cheques], clock.today() - timedelta(days=2))


def _statement(clients: list[Contact], invoices: list[SalesDocument]) -> None:
    """A line by its number, one by its name, one that only its amount tells, fees, somebody unknown, the cheques."""
    by_number, by_name, by_amount = zip(clients, invoices, strict=True)
    cheques = sum(row.total for row in db.session.scalars(select(Remittance)))
    rows = (
        (4, f"VIR SEPA {by_number[0].name.upper()} {by_number[1].number}", by_number[1].left),
        (3, f"VIR INST {by_name[0].name.upper()}", by_name[1].left),
        (3, "FRAIS TENUE DE COMPTE", -690), (2, "VIR M OU MME DUPLESSIS REGLEMENT", by_amount[1].left),
        (1, "REMISE CHEQUES 2 CHQ", cheques), (1, "VIR LOCATION SALLE", 15_000),
    )  # fmt: skip
    today = clock.today()
    lines = [f"{today - timedelta(days=back):%d/%m/%Y};{label};{amount_input(amount)}" for back, label, amount in rows]
    data = "\r\n".join(["Date opération;Libellé;Montant", *lines, ""]).encode("cp1252")
    statement = receiving.receive(data, f"releve-{today:%Y-%m}.csv", account="Compte courant", by=DESK.name)
    receiving.read(statement.id)
    _match(2)


def _match(count: int) -> None:
    """The first sure ones are accepted, the others wait."""
    waiting = list(
        db.session.scalars(select(BankLine).where(BankLine.state == BankLineState.TO_MATCH).order_by(BankLine.id))
    )
    pool = Pool.of([row.amount for row in waiting])
    sure = ((row.id, found[0].ref) for row in waiting if (found := proposals(row, pool)) and found[0].sure)
    for line_id, ref in islice(sure, count):
        accepting.accept(line_id, ref)

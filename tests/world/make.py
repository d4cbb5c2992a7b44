"""One record of every kind that a route can name, so that every address of the site can be opened.

A route with a parameter that is not here fails the tests that walk the URL map: add its value to `make_world`.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.models import Family
from app.assets.services import change_asset, choose_questionnaires
from app.assets.states import AssetState
from app.catalog.queries import parts_of
from app.catalog.services import PartInput, set_parts, set_supplier
from app.contacts.models import Contact
from app.core import clock, links
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.core.subject import Subject, subject_of
from app.documents import services as files
from app.documents.models import Attachment
from app.documents.states import FileKind, Topic
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.states import Direction, FlowKind, FlowState
from app.ledger.models import Entry
from app.ledger.services import catch_up
from app.lending.models import Displacement, ReminderRule
from app.lending.services import incidents
from app.lending.services.borrower import borrower_link
from app.lending.services.terms import add_rule
from app.lending.services.told import link_of
from app.lending.states import Teller
from app.members.services.campaign import start as start_campaign
from app.members.services.proofs import bring
from app.members.states import ProofKind
from app.partners.services import add_account
from app.payments.services import reminders
from app.planning.services import withdraw
from app.planning.services.feeds import new_feed
from app.purchasing import services as services_of_purchases
from app.questionnaires.states import Use
from app.repairers.models import Repairer
from app.repairers.queries import repairer_by_id
from app.repairers.services import add_absence, send_out
from app.sales.models import Quote
from app.sales.services import documents
from app.sales.services.archive import keep_archive
from app.sales.services.batches import start_batch
from app.sales.services.documents import orders, recurring, schedule
from app.sales.services.documents.schedule import Due
from app.sales.states import DocumentKind, ScheduleEvent
from app.stock.services import count_in, open_count
from app.tickets.models import Ticket, TicketLine
from app.tickets.services import locked
from app.tickets.services.loaners import lend_loaner
from app.tickets.states import TicketState
from app.till.services import close_till
from tests.factories.assets import a_family, a_field, a_fit, a_model, an_asset
from tests.factories.catalog import a_vat_rate, an_article, an_article_family
from tests.factories.contacts import a_contact
from tests.factories.files import a_photo, a_png
from tests.factories.lending import a_loan, a_unit, an_offer_of_the_line
from tests.factories.members import a_home, a_membership, a_season
from tests.factories.offers import an_offer
from tests.factories.operations import a_backup
from tests.factories.payments import a_bank_world, a_credit_note, a_deposit_asked, owed, paid
from tests.factories.planning import a_closure
from tests.factories.purchasing import a_basket, a_bill, a_supplier, an_order
from tests.factories.questionnaires import a_questionnaire
from tests.factories.quotes import a_priced_ticket, a_sent_quote, link_to, status_of
from tests.factories.repairers import a_repairer, proposed
from tests.factories.sales import an_invoice, an_issued_invoice
from tests.factories.stock import a_place, a_stocked_article
from tests.factories.tariffs import a_rule, a_zone
from tests.factories.tickets import a_ticket
from tests.factories.till import a_sale, an_open_till, opened
from tests.world import house, letting
from tests.world.values import World

HELLOASSO = {"client_id": "c", "slug": "s", "base_url": "http://127.0.0.1:9"}


def make_world(owner: Contact, holder: User, assignee: User | None = None) -> World:
    """Records of this client, entrusted to `assignee`; saved views and sessions are those of `holder`."""
    world = World({
        "admin_id": 1, "screen": "tickets.index", "filename": "gen/manifest.json", "name": "photo.jpg", "export_type": "csv", "legal_key": "till.cash_limit",
    })  # fmt: skip
    _tickets(world, owner, _things(world, owner), assignee)
    _catalog(world, owner)
    _payments(world, owner)
    _ledger(world)
    _tariffs(world)
    _stock(world, owner)
    house.words(world, owner)
    house.accounts(world, holder)
    house.imports(world)
    house.organisation(world)
    _till(world)
    _einvoicing(world)
    _planning(world, owner)
    waiter, own = an_offer_of_the_line(a_contact()), an_offer_of_the_line(owner)
    world.values |= {
        "request_id": waiter.id,
        "portal.request_id": own.id,
        "lending.line_offer.token": links.token_of("waiting", subject_of(waiter)) or "",
    }
    _repairers(world, assignee)
    _members(world, owner)
    letting.everything(world, owner)
    letting.months(world)
    world.values["backup_id"] = a_backup(written=True).id
    return world


def _planning(world: World, owner: Contact) -> None:
    unit, loan = an_asset(ours=True), a_loan(owner, [a_unit()], "2026-12-01 09:00", "2026-12-02 18:00")
    form = a_questionnaire(use=Use.LOAN_OUT, name="État d'un violon")
    with transaction():
        incident = incidents.tell(loan.items[0].asset, "Une corde cassée", Teller.DESK, item=loan.items[0], loan=loan)
        token = borrower_link(loan).rpartition("/")[2]
        choose_questionnaires(db.session.get_one(Family, loan.items[0].asset.family_id), {Use.LOAN_OUT: form.id})
        rule = db.session.query(ReminderRule).first() or add_rule(1)
    world.values |= {"incident_id": incident.id, "lending.token": token, "lending.rule_id": rule.id}
    world.values |= {"lending.number": loan.number, "lending.item_id": loan.items[0].id, "contacts.panel.key": "till"}
    world.values["portal.loan_number"] = loan.number
    world.values |= _threatened(owner)
    with transaction():
        feed = new_feed(subject_of(unit))
    world.values |= {"closure_id": a_closure("Congés", "2026-12-24", "2026-12-31").id, "planning.feed.token": feed}


def _repairers(world: World, assignee: User | None) -> None:
    """The ticket is sent out to its assignee when he repairs outside, else to a stranger."""
    holder = assignee if assignee is not None and assignee.role == Role.REPAIRER else None
    supplier = a_supplier()
    known_one = db.session.query(Repairer).filter_by(user_id=holder.id).one_or_none() if holder else None
    luthier = known_one or a_repairer(user=holder, contact=supplier)
    with transaction():
        ticket = db.session.query(Ticket).filter_by(number=world.values["number"]).one()
        send_out(ticket)
    proposed(ticket, luthier)
    if holder is None:
        _entrusted(ticket, assignee)
    with transaction():
        day = clock.today() + timedelta(days=40)
        absence = add_absence(repairer_by_id(luthier.id) or luthier, day, day, "Salon")
        kept = files.store(a_png(), "facture.png", FileKind.DOCUMENT, by="Luthier")
    bill = a_bill(luthier.contact, file_id=kept.id)
    known = {"repairer_id": luthier.id, "booking_id": absence.id, "my_bill_file.bill_id": bill.id}
    world.values |= {f"repairers.{name}": value for name, value in known.items()}


def _members(world: World, owner: Contact) -> None:
    """A child of the owner, who joined; a paper of his to check; the same season renewed."""
    season, child = a_season(), a_contact()
    home = a_home(owner, child)
    row = a_membership(child, season, home, issue=False)
    with transaction():
        proof = bring(child, ProofKind.ADDRESS, files.prepare(a_png(), "domicile.png", FileKind.DOCUMENT))
        run = start_campaign(season, [child.id], issue=False)
        change_setting("members.enabled", True)
    world.values |= {
        "household_id": home.id, "membership_id": row.id, "season_id": season.id, "proof_id": proof.id, "adult_id": owner.id,
        "members.contact_id": child.id, "members.run_id": run.id, "portal.person_id": child.id, "portal.unit_id": house.shown_unit(),
    }  # fmt: skip


def _threatened(owner: Contact) -> dict[str, object]:
    """A loan whose thing went to repair, and the link to answer."""
    unit = a_unit()
    a_loan(owner, [unit], "2099-12-01 09:00", "2099-12-02 18:00")
    with transaction():
        change_asset(unit, state=AssetState.OUT_OF_USE)
        withdraw(unit)
        found = db.session.scalars(select(Displacement).order_by(Displacement.id.desc())).first()
        assert found is not None
        token = link_of(found)
    return {"displacement_id": found.id, "lending.offer.token": token, "lending.answer_offer.token": token}


def _einvoicing(world: World) -> None:
    with transaction():
        kept = files.store(a_png(), "facture.png", FileKind.DOCUMENT, by="Plateforme")
        aside = EinvoiceFlow(
            direction=Direction.IN, kind=FlowKind.BILL, state=FlowState.UNREADABLE, label="facture.png", file_id=kept.id
        )
        db.session.add(aside)
        db.session.flush()
    world.values |= {"einvoicing.flow_id": aside.id, "einvoicing.ref": world.values["invoices.ref"]}


def _photo_of(about: Subject, topic: str = "") -> Attachment:
    with transaction():
        kept = files.store(a_photo(), "photo.jpg", FileKind.PHOTO, by="Nadia")
        return files.attach(kept, about, "À l'entrée", for_client=True, topic=topic)


def _things(world: World, owner: Contact) -> Family:
    family, check_in, survey = a_family(), a_questionnaire(), a_questionnaire(use=Use.SATISFACTION)
    with transaction():
        choose_questionnaires(family, {Use.CHECK_IN: check_in.id, Use.SATISFACTION: survey.id})
    model, asset = a_model(family), an_asset(family, owner_id=owner.id)
    notice = _photo_of(subject_of(family), Topic.REFUSAL)
    world.values |= {
        "contact_id": owner.id,
        "asset_id": asset.id,
        "assets.attachment_id": _photo_of(subject_of(asset)).id,
        "family_id": family.id,
        "families.attachment_id": notice.id,
        "families.remove_from_model.attachment_id": _photo_of(subject_of(model)).id,
        "portal.risk.file_id": notice.file_id,
        "portal.my_risk.file_id": notice.file_id,
        "field_id": a_field(family).id,
        "model_id": model.id,
        "fit_id": a_fit(family, model).id,
        "questionnaire_id": survey.id,
    }
    return family


def _catalog(world: World, supplier: Contact) -> None:
    bundle, article, rate = an_article(kind="bundle"), an_article(), a_vat_rate()
    with transaction():
        row = set_supplier(article, supplier.id, reference="AQ-12", price=2500)
        set_parts(bundle, [PartInput(article.id)])
    world.values |= {
        "article_id": article.id,
        "catalog.move_part.article_id": bundle.id,
        "part_row_id": parts_of(bundle.id)[0].id,
        "supplier_row_id": row.id,
        "catalog.family_id": an_article_family().id,
        "rate_id": rate.id,
    }


def _tickets(world: World, owner: Contact, family: Family, assignee: User | None) -> None:
    def known(ticket: Callable[..., Ticket], *args: object) -> Ticket:
        return _entrusted(ticket(*args, contact=owner, asset=an_asset(family, owner_id=owner.id)), assignee)

    ticket, given_back = known(a_priced_ticket), known(a_ticket, TicketState.OUT)
    quote = a_sent_quote(known(a_priced_ticket))
    line = db.session.scalars(select(TicketLine).where(TicketLine.ticket_id == ticket.id)).first()
    assert line is not None
    photo, loaner = _photo_of(subject_of(ticket)), an_asset(ours=True)
    with transaction():
        booking = lend_loaner(locked(ticket), loaner, clock.today() + timedelta(days=3))
    world.values |= {
        "number": ticket.number,
        "tickets.kind": "entree",
        "use": "check_in",
        "line_id": line.id,
        "attachment_id": photo.id,
        "file_id": photo.file_id,
        "booking_id": booking.id,
        "field": "diagnosis",
        "token": status_of(ticket).rpartition("/")[2],
        "messaging.kind": "ticket",
        "subject_id": ticket.id,
    }
    _survey(world, given_back)
    _quote(world, quote)
    _sales(world, owner, ticket, quote)


def _sales(world: World, owner: Contact, ticket: Ticket, quote: Quote) -> None:
    """A draft invoice for what is edited, an issued one for what is read, an order for what is delivered and billed."""
    draft, issued, somebody = an_invoice(contact=owner), an_issued_invoice(contact=owner), a_contact()
    order = an_invoice(contact=owner, kind=DocumentKind.ORDER)
    with transaction():
        payer = db.session.get_one(Contact, somebody.id)
        share = documents.add_third_party(documents.locked(draft.id), payer, "Bonus Réparation", 2_500)
        orders.confirm(order)
        due = schedule.add_instalment(order, Due("À la pose", share=3_000, event=ScheduleEvent.STEP))
        delivery = orders.deliver(order)
        token = links.issue("invoice", subject_of(issued), days=30)
    world.values |= {
        "invoices.ref": issued.number,
        "invoices.token": token,
        "invoices.share_id": share.id,
        "invoices.instalment_id": due.id,
        "invoices.line_id": draft.lines[0].id,
        "invoices.bill_ticket.number": ticket.number,
        "invoices.bill_quote.number": quote.number,
    }
    # A draft of its own: where a worker runs, the batch below issues the other one.
    world.values["invoices.schedule.ref"] = an_invoice(contact=owner).id
    for name in ("head", "new_line", "line", "line_verb", "third", "remove_third", "cancel", "issue"):
        world.values[f"invoices.{name}.ref"] = draft.id
    for name in ("deliver", "deposit", "progress", "instalment", "instalment_verb", "order_verb"):
        world.values[f"invoices.{name}.ref"] = order.id
    world.values["invoices.take_back.ref"] = delivery.number
    with transaction():
        world.values["invoices.run_id"] = start_batch([draft.id]).id
        packed = files.prepare_as_is(b"PK", "factures-2026.zip", "application/zip")
        world.values["invoices.file_id"] = keep_archive(2026, packed).id
        model = documents.locked(issued.id)
        world.values["invoices.repeat_id"] = recurring.repeat(
            model, label="Entretien", months=1, next_on=clock.today()
        ).id
    _offers(world, owner, ticket, quote)


def _offers(world: World, owner: Contact, ticket: Ticket, quote: Quote) -> None:
    """A quote of sale being written; the bills of a quote, of a ticket, of a client."""
    offer = an_offer(owner)
    world.values |= {"sales.quote_id": offer.id, "sales.line_id": offer.lines[1].id}
    bill = an_issued_invoice(contact=owner, quote_id=quote.id)
    for name in ("bill_pdf", "pay_bill", "my_bill_pdf", "my_pay_bill", "my_own_bill_pdf", "my_bill_payment"):
        world.values[f"portal.{name}.document_id"] = bill.id
    for name in ("bill_pdf", "pay_bill"):
        world.values[f"portal.{name}.token"] = link_to(quote).rpartition("/")[2]
        world.values[f"portal.my_{name}.number"] = quote.number
    other = an_issued_invoice(contact=owner, ticket_id=ticket.id)
    for name in ("ticket_bill_pdf", "pay_ticket_bill", "my_ticket_bill_pdf", "my_pay_ticket_bill"):
        world.values[f"portal.{name}.document_id"] = other.id


def _entrusted(ticket: Ticket, assignee: User | None) -> Ticket:
    with transaction():
        locked(ticket).assignee_id = assignee.id if assignee else None
    return ticket


def _survey(world: World, ticket: Ticket) -> None:
    world.values |= {
        "portal.survey.token": status_of(ticket).rpartition("/")[2],
        "portal.my_survey.number": ticket.number,
    }


def _quote(world: World, quote: Quote) -> None:
    token = link_to(quote).rpartition("/")[2]
    world.values["sales.number"] = quote.number
    for name in ("prepare", "preview", "send"):  # of a ticket that has no quote yet
        world.values[f"sales.{name}.number"] = world.values["number"]
    for name in ("quote", "accept", "quote_pdf", "ask", "refuse", "risk", "withdraw"):
        world.values |= {f"portal.{name}.token": token, f"portal.my_{name}.number": quote.number}


def _payments(world: World, owner: Contact) -> None:
    late = owed(owner, 700, days=-3)
    with transaction():
        stop, link = reminders.stop("Contestée", document_id=late.id), reminders.pay_link(late)
        partner = add_account("helloasso", "HelloAsso", HELLOASSO, {"client_secret": "secret"})
    world.values |= a_bank_world(owner) | a_deposit_asked(owner)
    world.values |= {
        "payment_id": paid(owner, 1_000).id,
        "credit_id": a_credit_note(owner, 500).id,
        "payments.document_id": late.id,
        "stop_id": stop.id,
        "payments.account_id": partner.id,
        "payments.token": link.rpartition("/")[2],
    }


def _tariffs(world: World) -> None:
    world.values |= {"rule_id": a_rule().id, "tariffs.zone_id": a_zone("83023").id, "insee": "83023"}


def _ledger(world: World) -> None:
    catch_up()
    entry = db.session.scalars(select(Entry).order_by(Entry.id)).first()
    assert entry is not None
    world.values |= {"ledger.entry_id": entry.id, "ledger.account": "411000", "ledger.year": entry.year}


def _stock(world: World, supplier: Contact) -> None:
    article, place = a_stocked_article(), a_place()
    basket = a_basket(a_stocked_article(minimum=1000), supplier=supplier)
    dropped = files.prepare(b"Facture", "facture.txt", FileKind.DOCUMENT)
    with transaction():
        count = open_count(place.id)
        count_in(count, article.id, 1000)
        line = services_of_purchases.locked(basket.id).lines[0]
        loose = files.keep(dropped, by="Claude")
    world.values |= {
        "stock.article_id": article.id,
        "count_id": count.id,
        "purchase_id": basket.id,
        "purchasing.receive.purchase_id": an_order(a_stocked_article(), supplier=supplier).id,
        "purchase_line_id": line.id,
        "bill_id": a_bill(supplier).id,
        "purchasing.loose_file.file_id": loose.id,
    }


def _till(world: World) -> None:
    till = an_open_till()
    sale = a_sale(till)
    with transaction():
        closing = close_till(till.id, {"cash": 11_190})
        stored = files.store(a_png(), "archive.png", FileKind.LOGO, by="Camille")
        files.attach(stored, subject_of(till), "Archive")
    opened(till)
    world.values |= {
        "till.code": till.code, "till.number": sale.number, "till.closing.number": closing.number, "till.file_id": stored.id,
    }  # fmt: skip

"""A membership is asked for, invoiced to its payer, in order once he has paid, over with its season."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.members.models import Membership, Season
from app.members.queries.facts import Asked
from app.members.queries.listing import membership_of
from app.members.queries.people import homes_of
from app.members.services.fees import fee
from app.members.states import MACHINE, ActiveWhen, MembershipState
from app.payments.services.parts import locked_contact
from app.sales.models import SalesDocument
from app.sales.queries.parts import overdue
from app.sales.services import documents
from app.sales.services.documents import LineData, sending
from app.sales.states import DocumentKind, DocumentState

M = MembershipState
FOLLOWED = (M.TO_PAY, M.ACTIVE)


def ask(contact: Contact, season: Season, article_id: int, household_id: int | None) -> Membership:
    """Ask for a membership, priced now; `household_id`: which household pays (None: the person). Nothing is invoiced yet.

    Raises Conflict when there is one for the season, DomainError for a household where he does not live.
    """
    require_transaction()
    person = locked_contact(contact.id)
    known = membership_of(person.id, season.id)
    if known is not None and known.state != M.CANCELLED:
        raise Conflict(_("%(name)s a déjà une adhésion pour %(season)s.", name=person.name, season=season.name))
    if household_id is not None and household_id not in [home.household.id for home in homes_of(person.id)]:
        raise DomainError(_("Choisissez un foyer de cette personne."), field="household_id")
    found = fee(Asked(person.id, household_id), article_id, season)
    row = known or Membership(contact_id=person.id, season_id=season.id)
    row.household_id, row.payer_id, row.article_id = household_id, found.payer_id, article_id
    row.net, row.gross, row.why, row.document_id = found.net, found.gross, found.why, None
    db.session.add(row)
    db.session.flush()
    if known is not None:
        MACHINE.move(row, M.ASKED)
    record(row, "membership.asked", season=season.name, gross=row.gross)
    record(person, "membership.asked", season=season.name, gross=row.gross)
    return row


def bill(rows: Sequence[Membership], *, issue: bool) -> SalesDocument | None:
    """Invoice these memberships of one payer together: a draft, or issued at once. None when they are free: they are then in order.

    Raises DomainError when the invoice may not be issued, Conflict for one that is invoiced already.
    """
    require_transaction()
    for row in rows:
        _check_unbilled(row)
        if row.gross <= 0:
            MACHINE.move(row, M.ACTIVE, free=True)
    owed = [row for row in rows if row.gross > 0]
    if not owed:
        return None
    payer = db.session.get_one(Contact, owed[0].payer_id)
    client = db.session.get_one(Contact, owed[0].contact_id) if len(owed) == 1 else payer
    season = db.session.get_one(Season, owed[0].season_id)
    document = documents.draft(
        DocumentKind.INVOICE, client, [_line(row, season) for row in owed], nature="S",
        payer_id=payer.id if payer.id != client.id else None, title=_("Adhésion %(season)s", season=season.name),
    )  # fmt: skip
    for row in owed:
        row.document_id = document.id
    db.session.flush()
    return documents.issue(document) if issue else document


def _check_unbilled(row: Membership) -> None:
    document = db.session.get(SalesDocument, row.document_id) if row.document_id else None
    if row.state != M.ASKED or (document is not None and document.state != DocumentState.CANCELLED):
        raise Conflict(_("Cette adhésion est déjà facturée. Ouvrez sa facture."))


def _line(row: Membership, season: Season) -> LineData:
    article, name = db.session.get_one(Article, row.article_id), db.session.get_one(Contact, row.contact_id).name
    return LineData(
        f"{article.label} {season.name}, {name}", unit_price=row.net, vat_code=article.vat_code, reference=article.reference,
        unit=article.unit, article_id=article.id,
    )  # fmt: skip


def send(document: SalesDocument) -> bool:
    """Have an issued invoice leave for its payer, with the link by which he pays; False when he has no address."""
    payer = db.session.get_one(Contact, document.payer_id or document.contact_id)
    if not payer.email:
        return False
    sending.ask_to_send(document)
    return True


def cancel(row: Membership, reason: str) -> None:
    """Give a membership up. Its draft goes, and those that shared it are to be invoiced again; an issued invoice stays owed until
    a credit note corrects it. Raises IllegalMove."""
    require_transaction()
    MACHINE.move(row, M.CANCELLED, reason=reason.strip()[:300])
    document = db.session.get(SalesDocument, row.document_id) if row.document_id else None
    if document is not None and document.state == DocumentState.DRAFT:
        documents.cancel(document)
        for other in _of(document.id):
            other.document_id = None
    db.session.flush()


# --- what happens to the invoice -------------------------------------------------------------------------------------


def _of(document_id: int) -> Sequence[Membership]:
    return db.session.scalars(select(Membership).where(Membership.document_id == document_id)).all()


def invoiced(document: SalesDocument) -> None:
    """A document was issued: its memberships are to be paid; a credit note of all of their invoice ends them."""
    if document.kind == DocumentKind.CREDIT:
        if document.origin_id is not None:
            follow(db.session.get_one(SalesDocument, document.origin_id))
        return
    for row in _of(document.id):
        if row.state == M.ASKED:
            MACHINE.move(row, M.TO_PAY, number=document.number)
    follow(document)


def follow(document: SalesDocument) -> None:
    """Something was paid of a document, taken back, or credited: its memberships follow."""
    rows = [row for row in _of(document.id) if row.state in FOLLOWED]
    if not rows:
        return
    to = M.CANCELLED if _credited(document) else M.ACTIVE if _in_order(document) else M.TO_PAY
    for row in rows:
        if row.state != to:
            MACHINE.move(row, to, number=document.number)
    db.session.flush()


def _credited(document: SalesDocument) -> bool:
    given_back = select(func.sum(func.abs(SalesDocument.gross))).where(
        SalesDocument.origin_id == document.id, SalesDocument.kind == DocumentKind.CREDIT,
        SalesDocument.state == DocumentState.ISSUED,
    )  # fmt: skip
    return document.gross > 0 and (db.session.scalar(given_back) or 0) >= document.gross


def _in_order(document: SalesDocument) -> bool:
    """Whether what was paid is enough, by the setting."""
    when = setting("members.active_when")
    if when == ActiveWhen.NOT_LATE:
        late = db.session.scalar(select(overdue(clock.today())).where(SalesDocument.id == document.id))
        return document.settled or not late
    return document.settled or (when == ActiveWhen.STARTED and document.paid > 0)


def over() -> Sequence[int]:
    """Ids of the memberships whose season is over."""
    query = select(Membership.id).join(Season, Season.id == Membership.season_id)
    return db.session.scalars(query.where(Membership.state.in_(FOLLOWED), Season.last_day < clock.today())).all()


def late() -> Sequence[int]:
    """Ids of the invoices that a day gone by makes late, of memberships in order while nothing is late."""
    if setting("members.active_when") != ActiveWhen.NOT_LATE:
        return []
    query = select(SalesDocument.id).join(Membership, Membership.document_id == SalesDocument.id)
    asked = (Membership.state == M.ACTIVE, SalesDocument.settled.is_(False), overdue(clock.today()) > 0)
    return db.session.scalars(query.where(*asked).distinct()).all()


def end(row: Membership) -> None:
    """Its season is over. One that ended meanwhile is no fault."""
    if row.state in FOLLOWED:
        MACHINE.move(row, M.ENDED)

"""What must be known before a number is given: a sealed document cannot be completed afterwards (CGI ann. II art. 242 nonies A)."""

from collections.abc import Sequence

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.contacts.models import Contact
from app.core import clock
from app.core.i18n import _
from app.sales.models import DocumentLine, SalesDocument
from app.sales.services.documents.terms import latest_due
from app.sales.services.documents.vat import REVERSE
from app.sales.services.facturx.shape import is_business
from app.sales.states import DocumentKind, LineKind


def missing(document: SalesDocument, lines: Sequence[DocumentLine]) -> list[str]:
    """French sentences: what the law wants and nobody wrote yet. The contact, the payer and the lines are loaded."""
    return [*_seller(document), *_buyer(document, lines), *_content(document, lines)]


def advice(document: SalesDocument) -> str:
    """What the law does not want of this draft, without keeping it from leaving: a due date too far between businesses (C. com.
    art. L441-10, I; fine: L441-16). Nothing when there is none. The contact, the payer and the instalments are loaded."""
    days = [day for day in (document.due_on, *(row.due_on for row in document.instalments)) if day]
    most = latest_due(clock.today())
    if not days or max(days) <= most or not is_business(document.payer or document.contact):
        return ""
    return _(
        "Entre professionnels, la loi ne permet pas de payer après le %(day)s. Rapprochez l'échéance.",
        day=clock.written_date(most),
    )


def _seller(document: SalesDocument) -> list[str]:
    ours = our_organisation()
    found = []
    if not (ours.address and ours.postcode and ours.town):
        found.append(_("Complétez l'adresse de l'organisation dans les réglages."))
    exempt = ours.vat_regime in (VatRegime.ASSOCIATION, VatRegime.SECTORS) and not document.vat
    if not ours.siret and ours.registration and not exempt:  # with neither, `facturx.preflight` says it
        found.append(_("Complétez le SIRET de l'organisation dans les réglages."))
    if not ours.vat_number and document.vat:
        found.append(_("Complétez le numéro de TVA de l'organisation dans les réglages."))
    return found


def _buyer(document: SalesDocument, lines: Sequence[DocumentLine]) -> list[str]:
    found = [fault for party in (document.contact, document.payer) if party for fault in _party(party)]
    if any(line.vat_code == REVERSE for line in lines) and not document.contact.vat_number:
        name = document.contact.name
        found.append(
            _("Une ligne est en autoliquidation : complétez le numéro de TVA de %(name)s sur sa fiche.", name=name)
        )
    return list(dict.fromkeys(found))


def _party(contact: Contact) -> list[str]:
    if not is_business(contact):
        return []
    found = []
    if not (contact.address and contact.postcode and contact.town):
        found.append(_("Complétez l'adresse de %(name)s sur sa fiche.", name=contact.name))
    if not contact.siret:
        found.append(_("Complétez le SIRET de %(name)s sur sa fiche.", name=contact.name))
    return found


def _content(document: SalesDocument, lines: Sequence[DocumentLine]) -> list[str]:
    found = []
    if not any(line.kind == LineKind.ITEM for line in lines):
        found.append(_("Ajoutez au moins une ligne."))
    if document.gross < 0:
        found.append(_("Le total est négatif. Faites un avoir de la facture à corriger."))
    if document.due < 0:
        found.append(_("La part des tiers et les acomptes dépassent le total. Corrigez-les."))
    if document.kind == DocumentKind.CREDIT and document.origin_id is None:
        found.append(_("Un avoir corrige une facture : faites-le depuis elle."))
    return found + [
        _("Écrivez pourquoi il n'y a pas de TVA, dans la TVA « %(code)s ».", code=share["code"])
        for share in document.shares
        if share["category"] != "S" and not share["reason"]
    ]

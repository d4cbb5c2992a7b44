"""Papers of payments as PDF: mandates, slips of remittances, statements of account."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response

from app.accounts.queries import our_organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.actor import current_actor
from app.core.db import require_transaction
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.outbox import Channel
from app.core.subject import subject_of
from app.documents.letterhead import engine, head, picture
from app.documents.services import Ready, keep
from app.messaging.services import tell
from app.payments import queries
from app.payments.models import Mandate, Remittance
from app.payments.services.mandates import iban_of
from app.payments.states import Method, SignedHow

#: The words of the scheme (EPC392-08, annex: core mandate in French), which every mandate bears.
AUTHORISATION = (
    "En signant ce mandat, vous autorisez {name} à envoyer des instructions à votre banque pour débiter votre compte, et votre "
    "banque à débiter votre compte conformément aux instructions de {name}.\n"
    "Vous bénéficiez du droit d'être remboursé par votre banque selon les conditions décrites dans la convention que vous avez "
    "passée avec elle. Toute demande de remboursement doit être présentée dans les 8 semaines suivant la date de débit de votre "
    "compte. Vos droits sont expliqués dans un document que vous pouvez obtenir auprès de votre banque."
)


def as_file(content: bytes, name: str) -> Response:
    """A PDF made now, for a person whose right was checked."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def grouped(iban: str) -> str:
    """« FR76 3000 6000 … »."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _address(contact: Contact) -> list[str]:
    return [line for line in (*contact.address.split("\n"), contact.postal_line) if line.strip()]


def mandate_paper(mandate: Mandate) -> bytes:
    """The mandate as it was signed: with the drawing made on screen, or an empty box when the signature is on paper."""
    drawn = mandate.signed_how == SignedHow.SCREEN
    signed = {
        "title": _("Signature du débiteur"), "name": mandate.signer or (mandate.holder if drawn else None),
        "date": clock.long_date(mandate.signed_on, year=True),
    }  # fmt: skip
    data, images = head(_("Mandat de prélèvement SEPA"), mandate.rum, mandate.signed_on)
    image = picture(images, mandate.signature_id, "signature") if drawn else None
    rows = [
        [_("Référence unique du mandat"), mandate.rum], [_("Type"), _kind(mandate.recurrent)],
        [_("Signé le"), clock.long_date(mandate.signed_on, year=True)],
    ]  # fmt: skip
    account = [
        [_("Titulaire"), mandate.holder],
        [_("IBAN"), grouped(iban_of(mandate))],
        [_("BIC"), mandate.bic or _("non fourni")],
    ]
    return _mandate(data, images, mandate.contact, rows, account, {**signed, "image": image})


def _kind(recurrent: bool) -> str:
    return _("Prélèvements récurrents") if recurrent else _("Prélèvement ponctuel")


def blank_mandate(payer: Contact) -> bytes:
    """The mandate to sign on paper: its account and its reference are filled in by hand."""
    data, images = head(_("Mandat de prélèvement SEPA"), _("à signer"), clock.today())
    rows = [
        [_("Référence unique du mandat"), _("donnée à l'enregistrement")],
        [_("Type"), f"{_kind(True)} □   {_kind(False)} □"],
    ]
    blank = "_" * 36
    account = [[_("Titulaire"), payer.name], [_("IBAN"), blank], [_("BIC"), "_" * 14]]
    signature = {"title": _("Date, lieu et signature du débiteur"), "name": None, "date": None, "image": None}
    return _mandate(data, images, payer, rows, account, signature)


def _mandate(
    data: dict[str, Any], images: dict[str, bytes], payer: Contact, rows: list[list[str]], account: list[list[str]],
    signature: dict[str, Any],
) -> bytes:  # fmt: skip
    ours = our_organisation()
    creditor = [
        [_("Créancier"), ours.name], [_("Identifiant créancier"), ours.creditor_id or _("à compléter")],
        [_("Adresse"), ", ".join(filter(None, (ours.address, f"{ours.postcode} {ours.town}".strip())))],
    ]  # fmt: skip
    return engine().render(
        "mandate",
        data | {
            "particulars": rows, "creditor": creditor, "account": account, "authorisation": AUTHORISATION.format(name=ours.name),
            "debtor": {"title": _("Débiteur"), "name": payer.name, "lines": _address(payer)}, "signature": signature,
        },
        images=images,
    )  # fmt: skip


def slip(remittance: Remittance, rows: Sequence[Any]) -> bytes:
    """The slip of a remittance: each cheque with its drawer and number, the total, and what the till brought."""
    ours = our_organisation()
    kind = _("Bordereau de remise de chèques") if remittance.method == Method.CHEQUE else _("Bordereau de remise")
    data, images = head(kind, remittance.number, remittance.deposited_on)
    lines = [
        [f"{row.received_on:%d/%m/%Y}", row.payer or _("Client de passage"), row.reference, row.amount] for row in rows
    ]
    if remittance.other_amount:
        words = remittance.other_label or _("Reçus par la caisse")
        lines.append(["", words, _("%(count)s pièces", count=remittance.other_count), remittance.other_amount])
    account = [[_("Date"), clock.long_date(remittance.deposited_on, year=True)], [_("Moyen"), remittance.method.label],
               [_("Compte"), grouped(ours.iban) or "…"], [_("Nombre"), str(remittance.count)]]  # fmt: skip
    table = {
        "heads": [_("Reçu le"), _("Tireur"), _("N° ou référence"), _("Montant")],
        "lines": lines,
        "total": remittance.total,
    }
    sign = {"title": _("Signature du déposant"), "name": None, "date": None, "image": None}
    return engine().render(
        "remittance_slip", data | {"particulars": account, "table": table, "signature": sign}, images=images
    )


def statement_paper(payer: Contact, since: date, until: date) -> bytes:
    """The account of a payer between two days, with what is owed for each person when he pays for others."""
    ours, found = our_organisation(), queries.statement(payer.id, since, until)
    data, images = head(_("Relevé de compte"), payer.name, clock.today())
    rows = [[_("Du"), clock.written_date(since)], [_("Au"), clock.written_date(until)], [_("IBAN"), grouped(ours.iban)]]
    lines = [[f"{since:%d/%m/%Y}", _("Solde au début"), None, None, found.opening]]
    lines += [
        [f"{row.on:%d/%m/%Y}", row.label, row.debit or None, row.credit or None, row.balance] for row in found.entries
    ]
    members = [[row.name, row.invoiced, row.left] for row in queries.household(payer.id, since, until)]
    closing = _("Nous vous devons") if found.closing < 0 else _("Reste à régler")
    return engine().render(
        "statement",
        data | {
            "particulars": [row for row in rows if row[1]], "payer": {"title": "", "name": payer.name, "lines": _address(payer)},
            "heads": [_("Date"), _("Mouvement"), _("Dû"), _("Réglé"), _("Solde")], "lines": lines, "members": members,
            "member_heads": [_("Pour"), _("Facturé"), _("Reste à régler")], "closing": {"label": closing, "cents": abs(found.closing)},
        },
        images=images,
    )  # fmt: skip


def send_statement(payer: Contact, since: date, until: date, ready: Ready) -> None:
    """Mail a statement that was made."""
    require_transaction()
    stored = keep(ready, by=current_actor().name)
    closing = queries.statement(payer.id, since, until).closing
    words = _("Nous vous devons %(amount)s") if closing < 0 else _("Reste à régler : %(amount)s")
    facts = {
        "du": clock.written_date(since),
        "au": clock.written_date(until),
        "solde": words % {"amount": euros(abs(closing))},
    }
    tell(
        payer,
        "payments.statement",
        about=subject_of(payer),
        facts=facts,
        attachments=[stored.id],
        channels=(Channel.EMAIL,),
    )
    record(payer, "statement.sent", until=until.isoformat())

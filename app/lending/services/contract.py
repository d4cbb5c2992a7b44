"""The contract of a loan: made from the loan, signed on the screen, then kept as it was signed, mailed, printed again."""

from datetime import datetime
from typing import Any, NamedTuple

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.phones import show_phone
from app.core.settings import setting
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.letterhead import engine, head
from app.documents.models import StoredFile
from app.documents.queries import stored_file
from app.lending.models import Loan, LoanItem
from app.lending.queries.conditions import OUT, given_state
from app.lending.queries.terms import terms_of
from app.lending.services.charges import held_for
from app.lending.services.insurance import certificate_of
from app.lending.services.recipients import recipient_of
from app.messaging.services import tell
from app.payments.states import DepositState
from app.questionnaires.queries import answers_of
from app.questionnaires.states import ItemType

Data = dict[str, Any]


class Signed(NamedTuple):
    """Who signed, what he drew (a PNG; empty when he typed his name), when (UTC)."""

    name: str
    drawn: bytes
    at: datetime


def contract_paper(loan: Loan, signed: Signed | None = None) -> bytes:
    """The PDF of the contract: as it was signed, else made of the present state."""
    kept = stored_file(loan.contract_file_id)
    if kept is not None and signed is None:
        return files.open_file(kept)
    data, images = head(_("Contrat de prêt"), loan.number, clock.local(loan.starts_at).date())
    if signed is not None and signed.drawn:
        images["signature.png"] = signed.drawn
    subtitle = _("Du %(start)s au %(end)s", start=clock.full(loan.starts_at), end=clock.full(loan.due_at))
    blocks = [*_parties(loan), *_things(loan), *_states(loan), *_conditions(), _signature(signed)]
    return engine().render(
        "intake_slip", data | {"size": "a4", "subtitle": subtitle, "blocks": blocks, "labels": []}, images=images
    )


def _rows(title: str, pairs: list[tuple[str, Any]]) -> list[Data]:
    kept = [[label, value] for label, value in pairs if value]
    return [{"type": "rows", "title": title, "rows": kept}] if kept else []


def _parties(loan: Loan) -> list[Data]:
    who, money = loan.contact, [row for row in held_for(loan) if row.state == DepositState.HELD]
    insurance = certificate_of(loan.contact_id)
    return _rows(_("Emprunteur"), [
        (_("Nom"), who.name), (_("Adresse"), ", ".join(filter(None, (who.address, who.postal_line)))),
        (_("Téléphone"), show_phone(who.phone)), (_("Courriel"), who.email),
    ]) + _rows(_("Prêt"), [
        (_("Remise"), clock.full(loan.starts_at)), (_("Retour prévu"), clock.full(loan.due_at)),
        (_("Caution"), ", ".join(_("%(amount)s, %(method)s", amount=euros(row.amount), method=row.method.label.lower()) for row in money)),
        (_("Assurance"), _("attestation valable jusqu'au %(day)s", day=clock.table_date(insurance.valid_until)) if insurance else ""),
    ])  # fmt: skip


def _things(loan: Loan) -> list[Data]:
    return _rows(_("Matériel"), [(item.asset.label, _thing(item)) for item in loan.items if item.back_at is None])


def _thing(item: LoanItem) -> str:
    unit, terms = item.asset, terms_of(item.asset.family_id)
    late = (
        _("retard : %(fee)s par %(per)s", fee=euros(terms.late_fee), per=terms.late_per.label.lower())
        if terms.late_fee
        else ""
    )
    return ", ".join(filter(None, (
        _("n° de série %(serial)s", serial=unit.serial) if unit.serial else "",
        _("n° d'inventaire %(number)s", number=unit.inventory_number) if unit.inventory_number else "",
        _("valeur %(value)s", value=euros(unit.value)) if unit.value else "", late,
    ))) or _("en bon état")  # fmt: skip


def _states(loan: Loan) -> list[Data]:
    blocks = []
    for item in loan.items:
        rows = [
            {
                "label": answer.item.label, "note": answer.note or None,
                "result": {"oui": "oui", "non": "non", "so": "sans objet"}.get(answer.value) if answer.item.type == ItemType.TRISTATE else None,
                "value": None if answer.item.type == ItemType.TRISTATE else answer.words or None,
            }
            for answer in answers_of(given_state(item, OUT)) if answer.given
        ]  # fmt: skip
        if rows:
            blocks.append(
                {"type": "checks", "title": _("État à la remise : %(unit)s", unit=item.asset.label), "rows": rows}
            )
    return blocks


def _conditions() -> list[Data]:
    text = str(setting("lending.conditions")).strip()
    return [{"type": "text", "title": _("Conditions"), "text": text, "small": True}] if text else []


def _signature(signed: Signed | None) -> Data:
    return {
        "type": "signature", "title": _("Signature de l'emprunteur"), "text": None,
        "image": "signature.png" if signed and signed.drawn else None, "name": signed.name if signed else None,
        "date": clock.full(signed.at) if signed else None,
    }  # fmt: skip


def keep_signed(loan: Loan, signed: Signed, paper: StoredFile, drawing: StoredFile | None) -> None:
    """The contract was signed: its PDF is kept as it is, and mailed. Raises Conflict when it was signed already."""
    require_transaction()
    if loan.signed_at is not None:
        raise Conflict(_("Ce contrat est déjà signé : imprimez-le de nouveau si besoin."))
    loan.signed_name, loan.signed_at = signed.name[:120], signed.at
    loan.contract_file_id, loan.signature_file_id = paper.id, drawing.id if drawing else None
    files.attach(paper, subject_of(loan), _("Contrat signé"), for_client=True)
    record(loan, "loan.signed", name=loan.signed_name)
    db.session.flush()
    mail_contract(loan)


def mail_contract(loan: Loan) -> None:
    """The signed contract, by mail; nothing for who has no address."""
    require_transaction()
    to = recipient_of(loan.contact)
    if to.email and loan.contract_file_id is not None:
        facts = {"pret": loan.number, "echeance": clock.long_date(clock.local(loan.due_at).date())}
        tell(to, "loan.contract", about=subject_of(loan), facts=facts, attachments=[loan.contract_file_id])

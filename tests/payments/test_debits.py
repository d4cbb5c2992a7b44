"""SEPA direct debits (A8): mandates, batches, the file for the bank, the notice, the payment of the day, what comes back."""

from datetime import date, timedelta

import pytest
from lxml import etree

from app.accounts.services import change_organisation
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError, IllegalMove
from app.core.outbox import OutboxMessage
from app.messaging.models import Task
from app.payments import jobs
from app.payments.models import Debit, DebitBatch, Mandate, Payment
from app.payments.queries.debits import collectable
from app.payments.services import debits, mandates, rejections, reminders, sepa
from app.payments.services.sepa.pain008 import NAMESPACE
from app.payments.states import BatchState, DebitState, MandateState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.payments import a_mandate, owed, paid, we_collect
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
IBAN = "FR7630006000011234567890189"
PAGE = "/reglements/prelevements"
NS = {"p": NAMESPACE}


@pytest.fixture(autouse=True)
def _us(cast: Cast) -> None:
    we_collect()


def a_batch(*documents: SalesDocument, on: date | None = None) -> DebitBatch:
    with transaction():
        return debits.prepare([document.id for document in documents], on or debits.earliest())


def sent(*documents: SalesDocument) -> DebitBatch:
    batch = a_batch(*documents)
    with transaction():
        return debits.mark_sent(batch.id)


def later(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)


def left_of(document: SalesDocument) -> int:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, document.id).left


# --- mandates -------------------------------------------------------------------------------------------------


def test_a_mandate_signed_on_screen_is_in_force_and_its_iban_is_not_kept_in_clear(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("compta")
    answer = desk.post(
        "/reglements/mandats/nouveau",
        data={
            "contact_id": cast.karim.id, "holder": "Karim Benyahia", "iban": "fr76 3000 6000 0112 3456 7890 189", "recurrent": "1",
            "how": "screen", "signed_on": clock.today().isoformat(), "signature_name": "Karim Benyahia",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    mandate = db.session.query(Mandate).one()
    assert (mandate.state, mandate.iban_end, mandates.iban_of(mandate)) == (MandateState.ACTIVE, "0189", IBAN)
    assert "12345" not in mandate.sealed_iban
    shown = desk.get(f"/reglements/mandats/{mandate.id}").text
    assert mandate.rum in shown
    assert "0189" in shown
    assert "3000" not in shown
    assert desk.get(f"/reglements/mandats/{mandate.id}/pdf").data.startswith(b"%PDF")
    assert desk.get(f"/reglements/mandats/a-signer/{cast.karim.id}").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"iban": "FR7630006000011234567890188"}, "faute de frappe"), ({"iban": "US12345"}, "SEPA"), ({"iban": ""}, "RIB"),
        ({"bic": "AGRI"}, "BIC"), ({"signature_name": ""}, "signer"), ({"contact_id": ""}, "liste"), ({"rum": "x" * 34 + "é"}, "RUM"),
        ({"signed_on": "2099-01-01"}, "à venir"),
    ],
)  # fmt: skip
def test_a_wrong_mandate_is_refused_and_nothing_typed_is_lost(
    cast: Cast, browser: Browser, wrong: dict[str, str], words: str
) -> None:
    form = {
        "contact_id": str(cast.karim.id), "holder": "Madame Titulaire", "iban": IBAN, "bic": "", "recurrent": "1", "how": "screen",
        "signed_on": clock.today().isoformat(), "signature_name": "K", "rum": "",
    }  # fmt: skip
    answer = browser.as_("compta").post("/reglements/mandats/nouveau", data=form | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Madame Titulaire" in answer.text
    assert db.session.query(Mandate).count() == 0


def test_a_new_mandate_replaces_the_one_before(cast: Cast) -> None:
    first, second = a_mandate(cast.karim), a_mandate(cast.karim)
    db.session.expire_all()
    assert db.session.get_one(Mandate, first.id).state == MandateState.REVOKED
    assert [row.id for row in mandates.live_mandates(cast.karim.id)] == [second.id]


def test_a_mandate_unused_for_36_months_lapses_and_collects_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = a_mandate(cast.karim)
    owed(cast.karim, 5_000)
    later(monkeypatch, clock.today() + timedelta(days=36 * 30))
    jobs.collect_debits()
    assert len(collectable()) == 1
    later(monkeypatch, clock.today() + timedelta(days=60))
    jobs.collect_debits()
    db.session.expire_all()
    assert db.session.get_one(Mandate, mandate.id).state == MandateState.LAPSED
    assert collectable() == []


def test_a_mandate_that_serves_now_is_not_revoked(cast: Cast, browser: Browser) -> None:
    mandate = a_mandate(cast.karim)
    batch = a_batch(owed(cast.karim, 5_000))
    with pytest.raises(Conflict, match="Retirez"), transaction():
        mandates.revoke(mandate, "Demande du client")
    with transaction():
        debits.cancel(batch.id)
    browser.as_("compta").post(f"/reglements/mandats/{mandate.id}/revocation", reason="Demande du client")
    db.session.expire_all()
    assert db.session.get_one(Mandate, mandate.id).state == MandateState.REVOKED


# --- the batch and its file -----------------------------------------------------------------------------------


def test_what_can_be_collected_is_what_is_due_by_who_signed_and_nothing_twice(cast: Cast, browser: Browser) -> None:
    a_mandate(cast.karim)
    invoice, other = owed(cast.karim, 5_000), owed(cast.dan, 700)
    desk = browser.as_("compta")
    shown = desk.get(PAGE).text
    assert invoice.number in shown
    assert other.number not in shown
    answer = desk.post(
        PAGE, data={"documents": [str(invoice.id)], "collected_on": debits.earliest().isoformat(), "form_key": "k"}
    )
    assert answer.status_code == 303
    assert invoice.number not in desk.get(PAGE).text.split("Remises")[0]
    with pytest.raises(Conflict, match="préparées ailleurs"):
        a_batch(invoice)
    shown = desk.get(answer.location).text
    assert invoice.number in shown
    assert f'action="{answer.location}/abandon"' in shown


def test_the_same_form_twice_is_one_batch(cast: Cast, browser: Browser) -> None:
    a_mandate(cast.karim)
    form = {
        "documents": [str(owed(cast.karim, 5_000).id)],
        "collected_on": debits.earliest().isoformat(),
        "form_key": "k",
    }
    desk = browser.as_("compta")
    assert {desk.post(PAGE, data=form).location for _click in range(2)} == {
        f"{PAGE}/{db.session.query(DebitBatch).one().id}"
    }


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(f".//p:{path.replace('/', '/p:')}", NS)]


def test_the_file_says_each_debit_once_and_its_sums_are_right(cast: Cast, browser: Browser) -> None:
    a_mandate(cast.karim, holder="Zoé Bœuf & Fils")
    a_mandate(cast.dan, used=True)
    first, second, third = owed(cast.karim, 12_050), owed(cast.karim, 1_000), owed(cast.dan, 5)
    batch = a_batch(first, second, third)
    answer = browser.as_("compta").get(f"{PAGE}/{batch.id}/fichier")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{batch.message_id}.xml"'
    root = etree.fromstring(answer.data)
    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert texts(root, "GrpHdr/NbOfTxs") == ["3"]
    assert texts(root, "GrpHdr/CtrlSum") == ["130.55"]
    blocks = root.findall(".//p:PmtInf", NS)
    assert [block.findtext("p:PmtTpInf/p:SeqTp", namespaces=NS) for block in blocks] == ["FRST", "RCUR"]
    for block in blocks:
        amounts = texts(block, "InstdAmt")
        assert block.findtext("p:NbOfTxs", namespaces=NS) == str(len(amounts))
        assert float(block.findtext("p:CtrlSum", namespaces=NS) or 0) == pytest.approx(sum(map(float, amounts)))
        assert block.findtext("p:ReqdColltnDt", namespaces=NS) == batch.collected_on.isoformat()
        assert texts(block, "CdtrSchmeId/Id/PrvtId/Othr/Id") == ["FR72ZZZ123456"]
        assert texts(block, "CdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry") == ["SEPA"]
    assert sorted(texts(root, "InstdAmt")) == ["0.05", "10.00", "120.50"]
    assert "Zoe Boeuf + Fils" in texts(root, "Dbtr/Nm")
    assert set(texts(root, "DbtrAcct/Id/IBAN")) == {IBAN}
    assert set(texts(root, "DbtrAgt/FinInstnId/Othr/Id")) == {"NOTPROVIDED"}


ORDER = {
    "CstmrDrctDbtInitn": ["GrpHdr", "PmtInf"], "GrpHdr": ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"],
    "PmtInf": ["PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdColltnDt", "Cdtr", "CdtrAcct", "CdtrAgt",
               "ChrgBr", "CdtrSchmeId", "DrctDbtTxInf"],
    "PmtTpInf": ["SvcLvl", "LclInstrm", "SeqTp"],
    "DrctDbtTxInf": ["PmtId", "InstdAmt", "DrctDbtTx", "DbtrAgt", "Dbtr", "DbtrAcct", "RmtInf"],
    "MndtRltdInf": ["MndtId", "DtOfSgntr"], "Othr": ["Id", "SchmeNm"],
}  # fmt: skip


def test_the_file_follows_the_structure_of_the_standard(cast: Cast) -> None:
    """Elements in the order of the schema, each text within its length and characters (ISO 20022, EPC130-08)."""
    a_mandate(cast.karim, bic="AGRIFRPP")
    root = etree.fromstring(debits.file_of(a_batch(owed(cast.karim, 12_050), owed(cast.karim, 300))))
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")
    for element in root.iter():
        name = etree.QName(element).localname
        assert etree.QName(element).namespace == NAMESPACE
        if name in ORDER:
            ranks = [ORDER[name].index(etree.QName(child).localname) for child in element]
            assert ranks == sorted(ranks), name
        if not len(element):
            text = element.text or ""
            assert text, name
            assert set(text) <= allowed, text
            longest = {"Nm": 70, "Ustrd": 140, "MndtId": 35, "EndToEndId": 35, "MsgId": 35, "PmtInfId": 35}.get(
                name, 40
            )
            assert len(text) <= longest, text
            assert "//" not in text
    ends = texts(root, "PmtId/EndToEndId")
    assert len(set(ends)) == len(ends) == 2
    assert texts(root, "CdtrAgt/FinInstnId/BICFI") == ["AGRIFRPP"] * 2


@pytest.mark.parametrize(
    ("day", "closed"),
    [("2026-04-03", True), ("2026-04-06", True), ("2026-05-01", True), ("2026-12-25", True), ("2026-11-22", True),
     ("2026-07-14", False), ("2026-11-23", False), ("2027-03-26", True)],
)  # fmt: skip
def test_banks_settle_on_their_own_days(day: str, closed: bool) -> None:
    assert sepa.is_target_day(date.fromisoformat(day)) is not closed


def test_a_day_that_is_too_near_or_closed_is_refused_with_the_next_one(cast: Cast) -> None:
    a_mandate(cast.karim)
    invoice = owed(cast.karim, 5_000)
    with pytest.raises(DomainError, match="prévenus 14 jours"):
        a_batch(invoice, on=sepa.next_target_day(clock.today() + timedelta(days=2)))
    sunday = clock.today() + timedelta(days=20 + 6 - clock.today().weekday())
    while sunday.weekday() != 6:
        sunday += timedelta(days=1)
    with pytest.raises(DomainError, match="ne règlent pas"):
        a_batch(invoice, on=sunday)


def test_without_creditor_identifier_one_is_told_where_to_write_it(cast: Cast, browser: Browser) -> None:
    with transaction():
        change_organisation(creditor_id="")
    desk = browser.as_("compta")
    assert "/reglements/compte-bancaire" in desk.get(PAGE).text
    wrong = desk.post("/reglements/compte-bancaire", iban=IBAN, bic="", creditor_id="FR00ZZZ123456")
    assert wrong.status_code == 422
    assert desk.post("/reglements/compte-bancaire", iban=IBAN, bic="", creditor_id="FR72 ZZZ 123456").status_code == 303
    assert debits.creditor().ics == "FR72ZZZ123456"


# --- the notice, the day, the rejection ----------------------------------------------------------------------


def mails() -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).filter_by(template="debit.notice", channel="email").all()


def test_the_client_is_told_once_the_due_number_of_days_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    a_mandate(cast.karim)
    batch = a_batch(owed(cast.karim, 12_050), on=sepa.next_target_day(clock.today() + timedelta(days=40)))
    assert mails() == []
    jobs.collect_debits()
    assert mails() == []
    later(monkeypatch, batch.notify_on)
    jobs.collect_debits()
    jobs.collect_debits()
    (mail,) = mails()
    assert mail.recipient == cast.karim.email
    for words in ("120,50", "RUM-", "FR72ZZZ123456", clock.long_date(batch.collected_on)):
        assert words in mail.text, words


def test_what_waits_for_its_debit_is_not_reminded(cast: Cast) -> None:
    a_mandate(cast.karim)
    invoice = owed(cast.karim, 5_000, days=-30)
    assert len(reminders.due_reminders()) == 1
    a_batch(invoice)
    assert reminders.due_reminders() == []


def test_the_bank_pays_on_the_day_and_not_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mandate = a_mandate(cast.karim)
    invoice = owed(cast.karim, 5_000)
    batch = sent(invoice)
    jobs.collect_debits()
    assert left_of(invoice) == 5_000
    later(monkeypatch, batch.collected_on)
    assert (jobs.collect_debits(), jobs.collect_debits()) == (1, 0)
    assert left_of(invoice) == 0
    payment = db.session.query(Payment).one()
    assert (payment.method.value, payment.received_on) == ("debit", batch.collected_on)
    found = db.session.get_one(Mandate, mandate.id)
    assert (found.used, found.last_used_on) == (True, batch.collected_on)
    a_batch(owed(cast.karim, 700))
    assert db.session.query(Debit).order_by(Debit.id.desc()).first().sequence.value == "RCUR"  # type: ignore[union-attr]


def test_paid_otherwise_meanwhile_is_seen_before_the_file_leaves(cast: Cast, browser: Browser) -> None:
    a_mandate(cast.karim)
    first, second = owed(cast.karim, 5_000), owed(cast.karim, 700)
    batch = a_batch(first, second)
    paid(cast.karim, 5_000, first)
    desk = browser.as_("compta")
    refused = desk.post(f"{PAGE}/{batch.id}/envoi")
    assert refused.status_code == 409
    assert first.number in refused.text
    debit = db.session.query(Debit).filter(Debit.document_id == first.id).one()
    desk.post(f"{PAGE}/lignes/{debit.id}/retrait")
    assert desk.post(f"{PAGE}/{batch.id}/envoi").status_code == 303
    db.session.expire_all()
    assert (batch.state, batch.total) == (BatchState.SENT, 700)


@pytest.mark.parametrize("before_the_day", [True, False])
def test_a_rejected_debit_opens_the_invoice_again_with_a_sentence(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch, before_the_day: bool
) -> None:
    mandate = a_mandate(cast.karim)
    invoice = owed(cast.karim, 5_000)
    batch = sent(invoice)
    if not before_the_day:
        later(monkeypatch, batch.collected_on)
        jobs.collect_debits()
        assert left_of(invoice) == 0
    debit = db.session.query(Debit).one()
    desk = browser.as_("compta")
    answer = desk.post(f"{PAGE}/lignes/{debit.id}/rejet", code="AM04", on=clock.today().isoformat())
    assert answer.status_code == 303
    assert left_of(invoice) == 5_000
    task = db.session.query(Task).one()
    assert invoice.number in task.label
    assert "provision insuffisante (AM04)" in task.notes
    assert "provision insuffisante" in desk.get(f"{PAGE}/{batch.id}").text
    with pytest.raises(IllegalMove), transaction():
        rejections.reject(debit.id, "AM04")
    assert mandates.locked(mandate.id).state == MandateState.ACTIVE
    assert [row.document_id for row in collectable()] == [invoice.id]


def test_a_closed_account_ends_its_mandate(cast: Cast) -> None:
    mandate = a_mandate(cast.karim)
    sent(owed(cast.karim, 5_000))
    with transaction():
        rejections.reject(db.session.query(Debit).one().id, "AC04")
    db.session.expire_all()
    assert db.session.get_one(Mandate, mandate.id).state == MandateState.REVOKED
    assert collectable() == []


def test_a_one_off_mandate_serves_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    a_mandate(cast.karim, recurrent=False)
    first, second = owed(cast.karim, 5_000), owed(cast.karim, 700)
    with pytest.raises(Conflict, match="une fois"):
        a_batch(first, second)
    batch = sent(first)
    later(monkeypatch, batch.collected_on)
    jobs.collect_debits()
    assert db.session.query(Mandate).one().state == MandateState.SPENT
    assert db.session.query(Debit).one().state == DebitState.SETTLED
    assert collectable() == []


def test_who_may_not_collect_sees_no_account(cast: Cast, browser: Browser) -> None:
    mandate = a_mandate(cast.karim)
    desk = browser.as_("accueil")
    assert desk.get(PAGE).status_code == 403
    assert desk.get(f"/reglements/mandats/{mandate.id}").status_code == 403


def test_the_words_of_a_rejection_are_read(cast: Cast) -> None:
    assert rejections.code_in("REJET PRLV AC06 COMPTE BLOQUE") == "AC06"
    assert rejections.code_in("IMPAYE PROVISION INSUFFISANTE") == "AM04"
    assert rejections.code_in("REJET PRLV") == "MS03"

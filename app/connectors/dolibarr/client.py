"""Dolibarr's REST API; the contract is in README.md beside this file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlencode

from app.connectors.amounts import cents
from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http, HttpRefusal
from app.connectors.invoicing import Bill, Billed, BilledLine, Party

PARTNER = "Dolibarr"
DRAFT, UNPAID, PAID, CANCELLED = 0, 1, 2, 3


@dataclass(frozen=True)
class DolibarrConfig:
    """The address of a Dolibarr (`https://compta.exemple.fr/api/index.php`) and a user's API key."""

    base_url: str
    key: str = field(repr=False)
    timeout: tuple[float, float] = TIMEOUT


class Dolibarr:
    """An `InvoicingSystem`. `on_call` gets a masked record of each call."""

    sends = False

    def __init__(self, config: DolibarrConfig, on_call: Observer | None = None) -> None:
        self.config = config
        mask = Mask(headers=frozenset({"DOLAPIKEY"}), secrets=(config.key,), fields=frozenset({"email", "address"}))
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def check(self) -> str:
        """Its version."""
        return "Dolibarr " + str((self._call("GET", "/status").get("success") or {}).get("dolibarr_version", ""))

    def issue(self, bill: Bill) -> Billed:
        """A draft, then validated: the number comes with the validation, and a draft left by a cut is taken up again."""
        found = self.find(bill.reference)
        if found is None:
            made = self._call("POST", "/invoices", _invoice(bill, self._party(bill.party)), expects=int)
            found = self.read(str(made))
        if found.state == "draft":
            self._call("POST", f"/invoices/{quote(found.id, safe='')}/validate", {})
            found = self.read(found.id)
        return found

    def find(self, reference: str) -> Billed | None:
        """By `ref_ext`, which Dolibarr keeps for others' references."""
        try:
            return _billed(self._call("GET", f"/invoices/ref_ext/{quote(reference, safe='')}"))
        except HttpRefusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def read(self, billed_id: str) -> Billed:
        """As it is now."""
        return _billed(self._call("GET", f"/invoices/{quote(billed_id, safe='')}"))

    def send(self, billed_id: str) -> None:
        """Raises PartnerError: Dolibarr's API sends no mail; the message leaves from here."""
        raise PartnerError("Dolibarr n'envoie pas les factures : le courriel part d'ici.", final=True)

    def _party(self, party: Party) -> int:
        """The third party of that e-mail, made when there is none; an empty list is a 404 in older versions."""
        try:
            asked = urlencode({"limit": 100, "page": 0, "sqlfilters": f"(t.email:=:'{_quoted(party.email)}')"})
            rows = self._call("GET", f"/thirdparties?{asked}", expects=list) if party.email else []
        except HttpRefusal as refusal:
            if refusal.status != 404:
                raise
            rows = []
        if rows:
            return int(rows[0]["id"])
        body = {
            "name": " ".join(filter(None, (party.first_name, party.name))), "email": party.email, "client": 1,
            "code_client": "auto", "address": party.address, "zip": party.postcode, "town": party.town,
            "country_code": party.country,
        }  # fmt: skip
        return int(self._call("POST", "/thirdparties", body, expects=int))

    def _call(self, method: str, path: str, payload: dict[str, Any] | None = None, expects: type = dict) -> Any:
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        headers = {"DOLAPIKEY": self.config.key, "Accept": "application/json", "Content-Type": "application/json"}
        try:
            return self._http.call(
                method, self.config.base_url.rstrip("/") + path, headers=headers, body=body, expects=expects
            )
        except HttpRefusal as refusal:
            said = refusal.document.get("error") if isinstance(refusal.document, dict) else None
            if refusal.status == 400 and isinstance(said, dict):
                refusal.message_fr = f"Dolibarr refuse la facture : {said.get('message', 'sans raison dite')}"
            raise


def _invoice(bill: Bill, party: int) -> dict[str, Any]:
    return {
        "socid": party, "type": 0, "date": _moment(bill.issued_on), "date_lim_reglement": _moment(bill.due_on),
        "ref_ext": bill.reference, "note_public": bill.subject, "lines": [_line(line) for line in bill.lines],
    }  # fmt: skip


def _line(line: BilledLine) -> dict[str, Any]:
    """Numbers, where others want texts."""
    return {
        "desc": "\n".join(filter(None, (line.label, line.description))), "qty": line.quantity / 1000,
        "subprice": float(Decimal(line.unit_cents) / 100), "tva_tx": float(Decimal(line.vat) / 100), "product_type": 1,
    }  # fmt: skip


def _moment(day: date) -> int:
    """Noon: the same day in every French time zone of the server."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def _billed(row: dict[str, Any]) -> Billed:
    status = int(row.get("fk_statut", row.get("statut", row.get("status", 0))) or 0)
    gross, paid = cents(row.get("total_ttc")) or 0, cents(row.get("totalpaid")) or 0
    left = 0 if status in (PAID, CANCELLED) else cents(row.get("remaintopay"))
    number = str(row.get("ref") or "")
    return Billed(
        id=str(row["id"]), number="" if status == DRAFT else number, reference=str(row.get("ref_ext") or ""),
        state=_state(status, paid), gross=gross, left=gross - paid if left is None else left, url=str(row.get("online_payment_url") or ""),
    )  # fmt: skip


def _state(status: int, paid: int) -> Literal["draft", "unpaid", "part", "paid", "cancelled"]:
    if status == UNPAID:
        return "part" if paid else "unpaid"
    known: dict[int, Literal["draft", "paid", "cancelled"]] = {DRAFT: "draft", PAID: "paid", CANCELLED: "cancelled"}
    return known.get(status, "unpaid")


def _quoted(text: str) -> str:
    """A text inside a filter: its quotes would end it."""
    return text.replace("'", "").replace("(", "").replace(")", "")

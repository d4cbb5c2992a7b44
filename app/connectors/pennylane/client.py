"""Pennylane's Company API v2; the contract is in README.md beside this file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlencode

from app.connectors.amounts import cents
from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http, HttpRefusal
from app.connectors.invoicing import Bill, Billed, BilledLine, Party

PARTNER = "Pennylane"
#: VAT codes of France; other rates have none here.
VAT = {2000: "FR_200", 1000: "FR_100", 550: "FR_055", 210: "FR_021", 0: "exempt"}
#: At most two calls a second, under the 25 in 5 seconds of their contract.
PACE_SECONDS = 0.5
STATES: dict[str, Literal["draft", "unpaid", "part", "paid", "cancelled"]] = {
    "draft": "draft", "incomplete": "draft", "paid": "paid", "partially_paid": "part", "cancelled": "cancelled",
    "partially_cancelled": "unpaid", "archived": "cancelled",
}  # fmt: skip


@dataclass(frozen=True)
class PennylaneConfig:
    """A company's token (Pennylane: Paramètres, Connectivité, Développeurs)."""

    token: str = field(repr=False)
    base_url: str = "https://app.pennylane.com/api/external/v2"
    timeout: tuple[float, float] = TIMEOUT


class Pennylane:
    """An `InvoicingSystem`. `on_call` gets a masked record of each call; `sleep` waits between two of them."""

    sends = True

    def __init__(
        self, config: PennylaneConfig, on_call: Observer | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.config = config
        self._sleep = sleep
        self._called = False
        mask = Mask(
            headers=frozenset({"Authorization"}), secrets=(config.token,), fields=frozenset({"emails", "address"})
        )
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def check(self) -> str:
        """The company of the token."""
        me = self._call("GET", "/me")
        company = me.get("company") or {}
        return str(company.get("name") or me.get("email") or "")

    def issue(self, bill: Bill) -> Billed:
        """Made final at once. Pennylane lets the same reference in twice, so that it is looked for first.

        Raises:
            PartnerError: a VAT rate that it has no code for; whatever it refuses. `uncertain`: it may have been made, ask again.
        """
        lines = [_line(line) for line in bill.lines]
        found = self.find(bill.reference)
        if found is not None:
            return found if found.state != "draft" else self._finalized(found.id)
        body = {
            "customer_id": self._customer(bill.party), "date": bill.issued_on.isoformat(),
            "deadline": bill.due_on.isoformat(), "currency": "EUR", "language": "fr_FR", "draft": False,
            "external_reference": bill.reference, "pdf_invoice_subject": bill.subject, "invoice_lines": lines,
        }  # fmt: skip
        return _billed(self._call("POST", "/customer_invoices", body))

    def find(self, reference: str) -> Billed | None:
        """The first made of that reference."""
        rows = self._filtered("/customer_invoices", "external_reference", "eq", reference)
        same = [row for row in rows if row.get("external_reference") == reference]
        return _billed(min(same, key=lambda row: int(row["id"]))) if same else None

    def read(self, billed_id: str) -> Billed:
        """As it is now."""
        return _billed(self._call("GET", f"/customer_invoices/{quote(billed_id, safe='')}"))

    def send(self, billed_id: str) -> None:
        """By Pennylane's own mail. Raises PartnerError, not final, while the PDF is being made (409)."""
        try:
            self._call("POST", f"/customer_invoices/{quote(billed_id, safe='')}/send_by_email", {}, expects=bytes)
        except HttpRefusal as refusal:
            if refusal.status == 409:
                refusal.final, refusal.retry_after = False, 60
                refusal.message_fr = "Pennylane prépare encore le PDF de la facture. Nouvel essai automatique."
            raise

    def _finalized(self, billed_id: str) -> Billed:
        return _billed(self._call("PUT", f"/customer_invoices/{quote(billed_id, safe='')}/finalize", {}))

    def _customer(self, party: Party) -> int:
        rows = self._filtered("/customers", "emails", "in", party.email) if party.email else []
        for row in rows:
            if party.email in (row.get("emails") or []):
                return int(row["id"])
        address = {
            "address": party.address,
            "postal_code": party.postcode,
            "city": party.town,
            "country_alpha2": party.country,
        }
        common = {"emails": [party.email] if party.email else [], "billing_address": address}
        if party.is_company:
            return int(self._call("POST", "/company_customers", {"name": party.name, **common})["id"])
        named = {"first_name": party.first_name, "last_name": party.name}
        return int(self._call("POST", "/individual_customers", {**named, **common})["id"])

    def _filtered(self, path: str, name: str, operator: str, value: str) -> list[dict[str, Any]]:
        """All the rows that a filter keeps, page after page."""
        asked = json.dumps([{"field": name, "operator": operator, "value": value}], separators=(",", ":"))
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            query = {"limit": "100", "filter": asked} | ({"cursor": cursor} if cursor else {})
            page = self._call("GET", f"{path}?{urlencode(query)}")
            rows += page.get("items", [])
            cursor = str(page.get("next_cursor") or "")
            if not page.get("has_more") or not cursor:
                return rows

    def _call(self, method: str, path: str, payload: dict[str, Any] | None = None, expects: type = dict) -> Any:
        if self._called:
            self._sleep(PACE_SECONDS)
        self._called = True
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {self.config.token}", "Accept": "application/json"}
        if payload is not None:
            headers["Content-Type"] = "application/json"
        url = self.config.base_url.rstrip("/") + path
        try:
            return self._http.call(method, url, headers=headers, body=body, expects=expects)
        except HttpRefusal as refusal:
            if refusal.status == 422 and isinstance(refusal.document, dict):
                refusal.message_fr = (
                    f"Pennylane refuse la facture : {refusal.document.get('message', 'sans raison dite')}"
                )
            raise


def euros(cents: int) -> str:
    """« 80.00 »: their amounts are texts in euros."""
    return str((Decimal(cents) / 100).quantize(Decimal("0.01")))


def _line(line: BilledLine) -> dict[str, Any]:
    if line.vat not in VAT:
        rate = f"{Decimal(line.vat) / 100:f}".replace(".", ",")
        raise PartnerError(f"Pennylane n'a pas de code pour une TVA de {rate} %.", final=True)
    return {
        "label": line.label, "description": line.description, "quantity": str(Decimal(line.quantity) / 1000),
        "unit": "piece", "raw_currency_unit_price": euros(line.unit_cents), "vat_rate": VAT[line.vat],
    }  # fmt: skip


def _billed(row: dict[str, Any]) -> Billed:
    state = STATES.get(str(row.get("status")), "unpaid")
    if row.get("draft"):
        state = "draft"
    elif row.get("paid"):
        state = "paid"
    gross = cents(row.get("currency_amount") or row.get("amount")) or 0
    left = row.get("remaining_amount_with_tax")
    return Billed(
        id=str(row["id"]), number=str(row.get("invoice_number") or ""), reference=str(row.get("external_reference") or ""),
        state=state, gross=gross, left=(cents(left) or 0) if left is not None else (0 if state in ("paid", "cancelled") else gross),
        url=str(row.get("public_file_url") or ""),
    )  # fmt: skip

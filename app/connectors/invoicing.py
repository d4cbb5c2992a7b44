"""What every other invoicing system offers: our invoice made there once, then followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol


@dataclass(frozen=True)
class Party:
    """Who is billed. `first_name` is empty for a company."""

    name: str
    email: str
    first_name: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    country: str = "FR"

    @property
    def is_company(self) -> bool:
        """Whether it has no first name."""
        return not self.first_name


@dataclass(frozen=True)
class BilledLine:
    """A line: quantity in thousandths, unit price in cents without VAT, VAT in basis points."""

    label: str
    quantity: int
    unit_cents: int
    vat: int
    description: str = ""


@dataclass(frozen=True)
class Bill:
    """An invoice to be made there. `reference` is ours, by which it is recognised and never made twice."""

    reference: str
    party: Party
    issued_on: date
    due_on: date
    lines: tuple[BilledLine, ...]
    subject: str = ""


@dataclass(frozen=True)
class Billed:
    """The invoice as the other system has it; amounts in cents with VAT."""

    id: str
    number: str
    reference: str
    state: Literal["draft", "unpaid", "part", "paid", "cancelled"]
    gross: int
    left: int
    url: str = ""


class InvoicingSystem(Protocol):
    """Another invoicing system. Every method may raise PartnerError."""

    #: whether it sends its invoices by itself
    sends: bool

    def check(self) -> str:
        """Whose account it is, in the system's words."""
        ...

    def issue(self, bill: Bill) -> Billed:
        """The invoice of that reference: found, finished if it was begun, else made. Its number is final."""
        ...

    def find(self, reference: str) -> Billed | None:
        """The invoice of that reference."""
        ...

    def read(self, billed_id: str) -> Billed:
        """An invoice as it is now."""
        ...

    def send(self, billed_id: str) -> None:
        """Have it sent by e-mail; a PartnerError that is not final: not ready yet, ask again later."""
        ...

"""What Smoobu answers, read into plain data: its hyphens, its « Yes », its amounts in euros."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from app.connectors.amounts import cents
from app.connectors.errors import PartnerError
from app.connectors.stays import Page, PriceElement, PriceKind, RemoteLodging, RemoteStay

#: Channel of dates blocked by hand, besides `is-blocked-booking`.
BLOCKED_CHANNEL = 11
KINDS: dict[str, PriceKind] = {
    "baseprice": "rent", "cleaningfee": "cleaning", "linen": "linen", "linenfee": "linen", "bedlinen": "linen",
    "citytax": "tourist_tax", "touristtax": "tourist_tax", "commission": "commission", "discount": "discount",
    "longstaydiscount": "discount", "coupon": "discount",
}  # fmt: skip
TRUE = frozenset({"yes", "true", "1"})


def read_page(document: dict[str, Any], page: int) -> Page:
    """A page of `GET /api/reservations`; a booking that cannot be read does not hide the others.

    Raises:
        PartnerError: it is no page at all.
    """
    bookings, count = document.get("bookings"), document.get("page_count", 1)
    if not isinstance(bookings, list) or not isinstance(count, int):
        raise PartnerError("La réponse de Smoobu est illisible : il y manque les réservations.", final=False)
    stays, unread = [], []
    for booking in bookings:
        try:
            stays.append(stay_of(booking))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            ref = booking.get("id", "?") if isinstance(booking, dict) else "?"
            unread.append((str(ref), f"{type(error).__name__} {error}"))
    return Page(tuple(stays), tuple(unread), page < count)


def lodging_of(said: dict[str, Any]) -> RemoteLodging:
    """A lodging. Raises KeyError when it has no id."""
    return RemoteLodging(str(said["id"]), str(said.get("name") or said["id"]))


def stay_of(said: dict[str, Any]) -> RemoteStay:
    """A booking. Raises KeyError, TypeError or ValueError when what matters is missing or senseless."""
    arrival, departure = date.fromisoformat(said["arrival"]), date.fromisoformat(said["departure"])
    if departure < arrival:
        raise ValueError(f"departure {departure} before arrival {arrival}")
    channel = said.get("channel") or {}
    elements = tuple(
        _element(each) for each in said.get("priceElements") or [] if each.get("priceIncludedInId") is None
    )
    return RemoteStay(
        id=str(said["id"]), reference=str(said.get("reference-id") or ""), lodging=lodging_of(said["apartment"]),
        channel=str(channel.get("name") or ""), state=_state(said, channel), arrival=arrival, departure=departure,
        guest=_guest(said), email=str(said.get("email") or ""), phone=str(said.get("phone") or ""),
        adults=int(said.get("adults") or 0), children=int(said.get("children") or 0), total=cents(said.get("price")),
        commission=cents(said.get("commission-included")), tourist_tax=cents(said.get("city-tax")), elements=elements,
        currency=_currency(said), modified=str(said.get("modifiedAt") or said.get("modified-at") or ""),
    )  # fmt: skip


def yes(value: Any) -> bool:
    """« Yes », true, 1 and their texts."""
    return str(value).strip().lower() in TRUE


def _state(said: dict[str, Any], channel: dict[str, Any]) -> Literal["booked", "cancelled", "blocked"]:
    if yes(said.get("is-blocked-booking")) or channel.get("id") == BLOCKED_CHANNEL:
        return "blocked"
    return "cancelled" if said.get("type") == "cancellation" else "booked"


def _guest(said: dict[str, Any]) -> str:
    whole = " ".join(str(said.get(part) or "") for part in ("firstname", "lastname")).strip()
    return str(said.get("guest-name") or whole)


def _element(said: dict[str, Any]) -> PriceElement:
    """One part of the price: its amount is that of the whole quantity."""
    kind: PriceKind = KINDS.get(str(said.get("type") or "").replace("_", "").lower(), "other")
    return PriceElement(kind, str(said.get("name") or ""), cents(said["amount"]) or 0)


def _currency(said: dict[str, Any]) -> str:
    told = (each.get("currencyCode") for each in said.get("priceElements") or [])
    return next((str(code) for code in told if code), "")

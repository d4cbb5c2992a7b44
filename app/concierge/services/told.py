"""What a partner says of a stay, as fields of ours. Plain data in and out: amounts in cents, days as ISO texts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.concierge.states import StayState
from app.connectors.stays import PriceElement, RemoteStay

DAYS = ("arrival", "departure")
MONEY = ("rent", "cleaning", "linen", "tourist_tax", "platform")
#: What a partner says. A person may correct each of them; the partner's next word then does not undo it.
FIELDS = ("reference", "state", "channel", *DAYS, "guest", "email", "phone", "adults", "children", *MONEY)
#: Those that the months, the planning or the guest's slot depend on.
WEIGHTY = frozenset({"state", "channel", *DAYS, "adults", "children", *MONEY})
EURO = frozenset({"", "EUR"})
#: Of a price in another currency, nothing is counted.
UNSAID: dict[str, int | None] = {"rent": None, "cleaning": 0, "linen": 0, "tourist_tax": None, "platform": None}
NOTHING: dict[str, int | None] = {"rent": 0, "cleaning": 0, "linen": 0, "tourist_tax": 0, "platform": 0}


def told_of(remote: RemoteStay, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a stay as it is told now; `before`: what was kept of it, empty at first."""
    said: dict[str, Any] = {
        "reference": remote.reference, "state": remote.state, "channel": remote.channel,
        "arrival": remote.arrival.isoformat(), "departure": remote.departure.isoformat(), "guest": remote.guest,
        "email": remote.email, "phone": remote.phone, "adults": max(remote.adults, 0), "children": max(remote.children, 0),
        "place": remote.lodging.name, "total": remote.total, "currency": remote.currency,
        "elements": [[each.kind, each.label, each.cents] for each in remote.elements],
    }  # fmt: skip
    if remote.state == "cancelled":
        said["whole"] = before.get("whole") if before.get("state") == "cancelled" else before.get("total")
    return said | _amounts(remote, said.get("whole"))


def _amounts(remote: RemoteStay, whole: int | None) -> dict[str, int | None]:
    if remote.currency.upper() not in EURO:
        return dict(UNSAID)
    if remote.state == "cancelled":
        return _of_cancelled(remote, whole)
    return amounts(remote)


def amounts(remote: RemoteStay) -> dict[str, int | None]:
    """Rent, cleaning, linen, tourist tax and the platform's commission, in cents; None is « not said ».

    The parts of a price are summed by kind. Discounts reduce the rent; a part of an unknown kind is added to it, for the
    guest paid it for his stay (the stay's page shows it by its name). Without a part for the rent, the rent is what the
    total leaves once the known parts are taken off.
    """
    sums: dict[str, int] = {}
    for element in remote.elements:
        kind = _kind(element)
        sums[kind] = sums.get(kind, 0) + _signed(element)
    cleaning, linen = sums.get("cleaning", 0), sums.get("linen", 0)
    tax = sums.get("tourist_tax", remote.tourist_tax)
    rent: int | None = None
    if any(element.kind == "rent" for element in remote.elements):
        rent = sums["rent"]
    elif remote.total is not None:
        rent = remote.total - cleaning - linen - (tax or 0)
    commission = remote.commission if remote.commission is not None else sums.get("commission")
    return {"rent": rent, "cleaning": cleaning, "linen": linen, "tourist_tax": tax, "platform": commission}


def _kind(element: PriceElement) -> str:
    return "rent" if element.kind in ("discount", "other") else element.kind


def _signed(element: PriceElement) -> int:
    return -abs(element.cents) if element.kind == "discount" else element.cents


def _of_cancelled(remote: RemoteStay, whole: int | None) -> dict[str, int | None]:
    """What is kept of a cancelled stay: a total that changed when it was cancelled; the same total says nothing, so zero."""
    if whole is None or not remote.total or remote.total == whole:
        return dict(NOTHING)
    return NOTHING | {"rent": remote.total, "platform": remote.commission or 0}


def gap(told: Mapping[str, Any]) -> int:
    """By how many cents the announced total differs from the sum of the price's parts; 0 when either is not said."""
    total, elements = told.get("total"), told.get("elements") or []
    if total is None or not elements or all(kind != "rent" for kind, _label, _cents in elements):
        return 0
    paid: int = sum(
        -abs(cents) if kind == "discount" else cents for kind, _label, cents in elements if kind != "commission"
    )
    missing: int = total - paid
    return missing


def value_of(name: str, said: Any) -> Any:
    """The value of a field of `Stay`, from what is kept of the partner's word."""
    if name in DAYS:
        return date.fromisoformat(said)
    return StayState(said) if name == "state" else said


def plain(value: Any) -> Any:
    """The other way round: a field's value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StayState) else value


def news(told: Mapping[str, Any], kept: list[str]) -> list[str]:
    """The corrected fields of which the partner says something else than when they were corrected."""
    seen = told.get("seen") or {}
    return [name for name in kept if name in told and told[name] != seen.get(name, told[name])]


def asks(told: Mapping[str, Any], kept: list[str]) -> bool:
    """True when a person should look at what the partner says."""
    unsure = (
        told.get("state") == "cancelled" and bool(told.get("total")) and not told.get("rent") and "rent" not in kept
    )
    return bool(news(told, kept)) or unsure or (gap(told) != 0 and "rent" not in kept)

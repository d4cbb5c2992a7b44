"""Sellers, buyers and places of delivery in the words of EN 16931 (BG-4, BG-7, BG-13)."""

import re
from collections.abc import Iterable
from typing import Any

from app.catalog.states import VatCategory

Data = dict[str, Any]
#: ISO 6523 and EAS codes: SIREN, SIRET, directory of the French reform, e-mail.
SIREN, SIRET, DIRECTORY, EMAIL = "0002", "0009", "0225", "EM"
_TOWN = re.compile(r"(\d{5})\s+(\S.*)")


def digits(text: Any) -> str:
    """The text without its spaces."""
    return "".join(str(text or "").split())


def siren_of(siret: Any) -> str:
    """The nine digits of the company; "" when they are not all there."""
    found = digits(siret)[:9]
    return found if len(found) == 9 and found.isdigit() else ""


def outside_vat(shares: Iterable[Data]) -> bool:
    """True for a document outside VAT, where no VAT number may stand (BR-O-02)."""
    return any(share["category"] == VatCategory.OUTSIDE.value for share in shares)


def seller_party(seller: Data, *, outside: bool) -> Data:
    """BG-4. Without a VAT number the SIREN stands as tax registration (BT-32): franchise, exempt associations.

    An association may have no SIRET: its entry in the register of associations says who it is (BR-CO-26 wants something).
    """
    party = _common(seller)
    siren = siren_of(seller.get("siret"))
    register = "" if siren else digits(seller.get("registration"))
    if register:
        party["identifiers"] = {None: register}
    legal = ", ".join(filter(None, (str(seller.get("legal_form") or ""), str(seller.get("registration") or ""))))
    if legal:
        party["legal_info"] = legal
    number = digits(seller.get("vat_number"))
    if number and not outside:
        party["vat_identifier"] = number
    elif siren or register:
        party["tax_identifier"] = siren or register
    if siren:
        party |= {"einvoicing_addr": siren, "einvoicing_addr_schemeid": DIRECTORY}
    contact = {key: seller[key] for key in ("phone", "email") if seller.get(key)}
    if contact:
        party["contacts"] = [{"name": seller.get("name", "")} | contact]
    return party


def party_of(buyer: Data, *, outside: bool) -> Data:
    """BG-7."""
    party = _common(buyer)
    number = digits(buyer.get("vat_number"))
    if number and not outside:
        party["vat_identifier"] = number
    address, scheme = electronic_address(buyer)
    if address:
        party |= {"einvoicing_addr": address, "einvoicing_addr_schemeid": scheme}
    return party


def electronic_address(buyer: Data) -> tuple[str, str]:
    """(address, scheme) of BT-49: the one given, else the SIREN, else the e-mail; ("", "") when there is none."""
    given = digits(buyer.get("einvoice_address"))
    if "@" in given:
        return given, EMAIL
    if given:
        return given.removeprefix(f"{DIRECTORY}:"), DIRECTORY
    siren = siren_of(buyer.get("siret"))
    if siren:
        return siren, DIRECTORY
    email = digits(buyer.get("email"))
    return (email, EMAIL) if email else ("", "")


def delivery_party(address: str, buyer: Data, shares: Iterable[Data]) -> Data:
    """BG-13: the address of delivery when it is another; the buyer's for a supply to another country of the Union."""
    text = address.strip()
    if not text:
        intra = any(share["category"] == VatCategory.INTRA.value for share in shares)
        return {"name": buyer.get("name", "")} | _address(buyer) if intra else {}
    lines = [line.strip() for line in re.split(r"[\n,]+", text) if line.strip()]
    town = _TOWN.fullmatch(lines[-1])
    found = {"name": str(buyer.get("name", "")), "country_code": "FR"} | (
        {"postcode": town.group(1), "city": town.group(2)} if town else {}
    )
    rest = lines[:-1] if town else lines
    return found | {f"addr_l{rank}": line for rank, line in enumerate(rest[:3], 1)}


def _common(party: Data) -> Data:
    found: Data = {"name": party.get("name", "")} | _address(party)
    siret, siren = digits(party.get("siret")), siren_of(party.get("siret"))
    if siren and (party.get("country") or "FR") == "FR":
        found |= {"legal_identifier": siren, "legal_identifier_schemeid": SIREN}
        if len(siret) == 14 and siret.isdigit():
            found["identifiers"] = {SIRET: siret}
    return found


def _address(party: Data) -> Data:
    lines = [line.strip() for line in str(party.get("address") or "").splitlines() if line.strip()]
    found = {
        "country_code": party.get("country") or "FR",
        "city": party.get("town"),
        "postcode": party.get("postcode"),
    } | {f"addr_l{rank}": line for rank, line in enumerate(lines[:3], 1)}
    return {key: value for key, value in found.items() if value}

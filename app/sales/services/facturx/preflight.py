"""What the rules of e-invoicing would refuse, seen before the number is given: a sealed document cannot be changed.

The frequent rules, read on the draft in a millisecond without the Schematron; the job then proves them all.
"""

import re
from collections.abc import Iterator
from typing import Any

from app.catalog.states import VatCategory
from app.core.i18n import _
from app.sales.models import SalesDocument
from app.sales.services.facturx.epc import valid_iban
from app.sales.services.facturx.parties import DIRECTORY, digits, electronic_address, siren_of
from app.sales.services.facturx.terms import in_words

Data = dict[str, Any]
_ADDRESS = re.compile(r"[A-Za-z0-9_.-]{1,125}")
_VAT = re.compile(r"[A-Z]{2}\w{2,14}")
C = VatCategory


def preflight(document: SalesDocument, content: Data) -> list[str]:
    """French sentences: what to complete before the issue; [] when the rules will be kept. `content` is what it will say."""
    shares = [in_words(share) for share in document.shares]
    found = (*_seller(content["seller"], shares), *_buyer(content, shares), *_vat(shares), *_rest(document, content))
    return list(dict.fromkeys(found))


def _seller(seller: Data, shares: list[Data]) -> Iterator[str]:
    if not siren_of(seller.get("siret")) and not seller.get("registration"):
        yield _("Complétez le SIRET de l'organisation, ou son immatriculation, dans les réglages.")
    number = digits(seller.get("vat_number"))
    if number and not _VAT.fullmatch(number):
        yield _("Le numéro de TVA de l'organisation ne se lit pas : corrigez-le dans les réglages.")
    needs = {C.STANDARD.value, C.ZERO.value, C.REVERSE.value, C.INTRA.value, C.EXPORT.value}
    if not number and any(share["category"] in needs for share in shares):
        yield _("Complétez le numéro de TVA de l'organisation dans les réglages.")
    if seller.get("iban") and not valid_iban(digits(seller["iban"])):
        yield _("L'IBAN de l'organisation est faux : corrigez-le dans les réglages.")


def _buyer(content: Data, shares: list[Data]) -> Iterator[str]:
    buyer = content["buyer"]
    name = buyer.get("name", "")
    siren, number = siren_of(buyer.get("siret")), digits(buyer.get("vat_number"))
    address, scheme = electronic_address(buyer)
    if content.get("business"):
        if not siren:
            yield _("Complétez le SIRET de %(name)s sur sa fiche.", name=name)
        elif scheme != DIRECTORY or not _ADDRESS.fullmatch(address) or not address.startswith(siren):
            yield _(
                "L'adresse de facturation électronique de %(name)s doit commencer par son SIREN : corrigez-la sur sa fiche.",
                name=name,
            )
    if number and not _VAT.fullmatch(number):
        yield _("Le numéro de TVA de %(name)s ne se lit pas : corrigez-le sur sa fiche.", name=name)
    if any(share["category"] == C.REVERSE.value for share in shares) and not (siren or number):
        yield _("L'autoliquidation demande le SIRET ou le numéro de TVA de %(name)s : complétez sa fiche.", name=name)
    if any(share["category"] == C.INTRA.value for share in shares) and not number:
        yield _(
            "Une livraison intracommunautaire demande le numéro de TVA de %(name)s : complétez sa fiche.", name=name
        )


def _vat(shares: list[Data]) -> Iterator[str]:
    categories = {share["category"] for share in shares}
    if C.OUTSIDE.value in categories and len(categories) > 1:
        yield _("Une opération hors du champ de la TVA ne se mêle pas à d'autres : faites deux documents.")


def _rest(document: SalesDocument, content: Data) -> Iterator[str]:
    wanted = {"PMT": _("frais de recouvrement"), "PMD": _("pénalités de retard"), "AAB": _("escompte")}
    if content.get("business"):
        for code, what in wanted.items():
            if not (content.get("notes") or {}).get(code):
                yield _(
                    "Une mention obligatoire entre professionnels est vide (%(what)s) : complétez les textes légaux.",
                    what=what,
                )
    if document.due_on and document.issued_on and document.due_on < document.issued_on:
        yield _("L'échéance est avant la date du document.")

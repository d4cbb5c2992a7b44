"""The intake slip's blocks: changed, and previewed with a device that everybody knows."""

import base64
from collections.abc import Sequence
from typing import Any

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.db import require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.settings import change_setting, setting
from app.documents.letterhead import engine, head
from app.documents.queries import OWN_TEXT, SLIP_SETTING, SlipPart
from app.documents.states import SlipBlock

MAX_PARTS = 60
MAX_TEXT = 3000
B = SlipBlock
#: Blocks whose words the organisation may write itself.
WITH_TEXT = frozenset((B.ORDERING, B.BONUS, B.TERMS))

_ROWS: dict[SlipBlock, tuple[str, Any]] = {
    B.REPAIRER: ("Atelier", None),
    B.CLIENT: ("Client", "Fatou Diagne, 06 58 21 04 93"),
    B.ADDRESS: ("Adresse", "4 impasse du Lavoir, 83470 Saint-Maximin"),
    B.DROPPED_BY: ("Déposé par", "Awa Diagne"),
    B.DEVICE: ("Appareil", "Téléviseur Lumen 43 pouces"),
    B.SERIAL: ("N° de série", "LM43-22-008164"),
    B.FIELDS: ("Diagonale", "43 pouces"),
    B.ACCESSORIES: ("Déposés", "télécommande, pied"),
    B.FAULT: ("Panne", "L'image saute au bout de 10 minutes puis écran noir, le son continue."),
    B.EXTRA_WORK: ("En plus", "Nettoyer les entrées HDMI."),
    B.WARRANTY: ("Garantie", "Hors garantie, acheté le 14/06/2022"),
    B.PRIORITY: ("Priorité", "Normale"),
    B.PROMISED: ("Promis", "mardi 1er décembre"),
    B.CEILING: ("Plafond", {"cents": 12000, "text": "TTC"}),
    B.DIAGNOSIS_FEE: ("Diagnostic", {"cents": 2500, "text": "TTC, déduits si réparé"}),
    B.PAID: ("Payé au dépôt", {"cents": 2500, "text": "par carte"}),
}
_CHECKS: dict[SlipBlock, tuple[str, tuple[tuple[str, str, str | None], ...]]] = {
    B.PRELIMINARY: ("Questions préalables", (("Tombé ou mouillé", "non", None), ("Déjà ouvert", "non", None))),
    B.CHECK_IN: (
        "Contrôles devant le client",
        (("S'allume", "oui", None), ("Image correcte", "non", "écran noir"), ("Dalle sans choc", "oui", None)),
    ),
}


def save_slip(parts: Sequence[SlipPart]) -> None:
    """Keep the blocks in that order. Raises DomainError."""
    require_transaction()
    if len(parts) > MAX_PARTS:
        raise DomainError(_("Le bon compte trop de blocs. Retirez des textes."))
    for part in parts:
        if len(part.text) > MAX_TEXT:
            raise DomainError(
                _(
                    "« %(label)s » : gardez 3 000 caractères au plus, pour que le bon reste lisible.",
                    label=part.title or part.label,
                )
            )
    change_setting(
        SLIP_SETTING,
        [
            {"key": part.key, "on": part.on, "title": part.title.strip()[:80], "text": part.text.strip()}
            for part in parts
        ],
    )
    change_setting("setup.slip_checked", True)


def new_text_key(parts: Sequence[SlipPart]) -> str:
    """The key of one more text of the organisation's own."""
    taken = {part.key for part in parts}
    return next(key for key in (f"{OWN_TEXT}{number}" for number in range(1, MAX_PARTS + 2)) if key not in taken)


def preview_slip(parts: Sequence[SlipPart]) -> list[str]:
    """The pages of the slip as PNG data URLs. Raises DomainError."""
    data, images = head(_("Bon d'entrée"), "R-2026-2432", clock.today())
    data |= {
        "size": "a5",
        "subtitle": _("Déposé le %(when)s", when=clock.full(clock.now())),
        "code": {"qr": "https://exemple.example/suivi", "title": _("Suivre la réparation"), "text": None},
        "blocks": sample_blocks(parts),
        "labels": [],
    }
    pages = engine().preview("intake_slip", data, images=images, ppi=96)
    return ["data:image/png;base64," + base64.b64encode(page).decode() for page in pages]


def sample_blocks(parts: Sequence[SlipPart]) -> list[dict[str, Any]]:
    """The blocks of the sample, neighbouring particulars gathered in one table as on the real slip."""
    blocks: list[dict[str, Any]] = []
    for part in parts:
        block = _block(part) if part.on else None
        if block is None:
            continue
        if blocks and blocks[-1]["type"] == block["type"] == "rows":
            blocks[-1]["rows"] += block["rows"]
        else:
            blocks.append(block)
    return blocks


def _block(part: SlipPart) -> dict[str, Any] | None:
    if part.is_own:
        return {"type": "text", "title": part.title or None, "text": part.text, "small": False} if part.text else None
    key = B(part.key)
    if key in _ROWS:
        label, value = _ROWS[key]
        return {"type": "rows", "title": None, "rows": [[part.title or _(label), value or _repairer()]]}
    if key in _CHECKS:
        title, points = _CHECKS[key]
        rows = [{"label": _(label), "result": result, "value": None, "note": note} for label, result, note in points]
        return {"type": "checks", "title": part.title or _(title), "rows": rows}
    return _words(key, part)


def _repairer() -> str:
    ours = our_organisation()
    return ", ".join(filter(None, (ours.name, ours.phone, ours.email)))


def _words(key: SlipBlock, part: SlipPart) -> dict[str, Any] | None:
    if key == B.BONUS:
        return (
            {"type": "notice", "title": part.title or _("Bonus réparation"), "text": part.text, "tone": "vert"}
            if part.text
            else None
        )
    if key == B.ORDERING:
        return (
            {"type": "text", "title": part.title or _("Pour commander les pièces"), "text": part.text, "small": False}
            if part.text
            else None
        )
    if key == B.TERMS:
        return {
            "type": "text",
            "title": part.title or None,
            "text": part.text or setting("tickets.deposit_terms"),
            "small": True,
        }
    if key == B.CONSENTS:
        items = [
            {"text": setting(f"tickets.consent_{name}"), "given": given}
            for name, given in (("repair", True), ("used_parts", False))
        ]
        return {"type": "consents", "title": part.title or _("Accords du client"), "items": items, "half": True}
    return {
        "type": "signature", "title": part.title or _("Signature du client"), "text": None, "image": None, "name": "Fatou Diagne",
        "date": clock.full(clock.now()), "half": True,
    }  # fmt: skip

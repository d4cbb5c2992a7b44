"""Our own documents: the engine of this process, and the head that every document of the organisation begins with."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.accounts.queries import our_organisation
from app.core.i18n import _
from app.core.phones import show_phone
from app.documents.pdf.engine import PdfEngine
from app.documents.queries import stored_file
from app.documents.services import open_file

FONTS = Path(__file__).resolve().parents[2] / "build" / "fonts"


@cache
def engine() -> PdfEngine:
    """The engine with the fonts of the front-end build."""
    return PdfEngine(FONTS)


def legal_footer() -> str:
    """The particulars of the seller that the law wants at the foot of a document."""
    ours = our_organisation()
    parts = [
        ", ".join(filter(None, (ours.name, ours.legal_form))),
        _("SIRET %(siret)s", siret=ours.siret) if ours.siret else "",
        ours.registration,
        _("TVA %(vat)s", vat=ours.vat_number) if ours.vat_number else "",
        _("Assurance professionnelle : %(text)s", text=ours.insurance) if ours.insurance else "",
        _("Médiateur de la consommation : %(text)s", text=ours.mediator) if ours.mediator else "",
    ]
    return ". ".join(part for part in parts if part)


def head(kind: str, number: str, day: date) -> tuple[dict[str, Any], dict[str, bytes]]:
    """(the beginning of a document's data, its pictures): who we are, of what kind and number, of which day."""
    ours = our_organisation()
    images = {}
    logo = stored_file(ours.logo_file_id)
    if logo is not None:
        images["logo.png"] = open_file(logo)
    lines = [
        ", ".join(filter(None, (ours.address, f"{ours.postcode} {ours.town}".strip()))),
        " · ".join(filter(None, (show_phone(ours.phone), ours.email))),
    ]
    data = {
        "kind": kind,
        "number": number,
        "date": day.isoformat(),
        "organisation": {
            "name": ours.name,
            "tagline": ours.tagline or None,
            "lines": [line for line in lines if line],
            "logo": "logo.png" if images else None,
            "accent": ours.accent or "#2a4b9b",
            "footer": legal_footer() or None,
        },
    }
    return data, images


def picture(images: dict[str, bytes], file_id: int | None, name: str) -> str | None:
    """Put a stored picture among a document's pictures; its name there, None when there is no such file."""
    found = stored_file(file_id)
    if found is None:
        return None
    name = f"{name}.{'png' if found.mime == 'image/png' else 'jpg'}"
    images[name] = open_file(found)
    return name

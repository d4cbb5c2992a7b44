"""The XML of an issued document: Cross Industry Invoice, profile EN 16931 of Factur-X."""

from typing import cast

from app.core.errors import DomainError
from app.core.i18n import _
from app.sales.models import SalesDocument
from app.sales.services.facturx.terms import business_terms
from app.sales.states.documents import TYPE_CODES

FLAVOR, LEVEL = "factur-x", "en16931"


def xml_of(document: SalesDocument) -> bytes:
    """The XML of a document whose `lines` are loaded; the same document gives the same bytes.

    Raises DomainError for a document without a number, or that is no invoice.
    """
    from facturx.generate_xml import generate_xml

    if document.number is None or document.kind not in TYPE_CODES:
        raise DomainError(
            _("Seule une facture ou un avoir émis a un fichier électronique. Émettez d'abord le document.")
        )
    try:
        made = generate_xml(
            business_terms(document, document.lines),
            flavor=FLAVOR,
            level=LEVEL,
            check_xsd=False,
            check_schematron=False,
        )
    except ValueError as error:
        raise DomainError(
            _("Le fichier électronique ne peut pas s'écrire : il manque une information (%(what)s).", what=error)
        ) from error
    return cast("bytes", made)

"""Kinds of articles and VAT categories."""

from app.core.labels import LabelEnum


class ArticleKind(LabelEnum):
    GOOD = "good", "Produit", "package", "bleu"
    SERVICE = "service", "Prestation", "tool", "violet"
    STANDARD = "standard", "Prestation type", "checklist", "sarc"
    BUNDLE = "bundle", "Ensemble", "packages", "terre"


class Nature(LabelEnum):
    """What an invoice must say of its operations (goods, services, or both: CGI ann. II art. 242 nonies A, 2°)."""

    GOODS = "goods", "Livraison de biens"
    SERVICES = "services", "Prestation de services"


class VatCategory(LabelEnum):
    """EN 16931, UNCL 5305."""

    STANDARD = "S", "Taxé"
    ZERO = "Z", "Taux zéro"
    EXEMPT = "E", "Exonéré"
    REVERSE = "AE", "Autoliquidation"
    EXPORT = "G", "Exportation"
    INTRA = "K", "Livraison intracommunautaire"
    OUTSIDE = "O", "Hors du champ de la TVA"


class Origin(LabelEnum):
    """Where a part comes from (reparability and PIEC: C. conso. L224-109)."""

    NEW_MAKER = "new_maker", "Neuve, du fabricant"
    NEW_COMPATIBLE = "new_compatible", "Neuve, compatible"
    USED = "used", "D'occasion"
    REFURBISHED = "refurbished", "Reconditionnée"

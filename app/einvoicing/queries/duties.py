"""What the reform asks of this organisation, and from when. Every date and rhythm is a setting: several have already moved.

Sources: CGI art. 289 bis, 290, 290 A; loi de finances 2026; dates as published at the end of 2026 (see « Réglages »).
"""

from datetime import date, datetime
from typing import NamedTuple

from app.accounts.models import Organisation
from app.accounts.queries import our_organisation
from app.accounts.states import BEARING, VatRegime
from app.core import clock
from app.core.i18n import _
from app.core.law import legal
from app.core.money import euros
from app.core.settings import setting

SIZE, RHYTHM, ASSOCIATION, DATES = "einvoicing.size", "einvoicing.rhythm", "einvoicing.association", "einvoicing.dates"
#: Fines, as the law of the day sets them.
FINE_INVOICE, FINE_REPORT, FINE_MOST = "einvoicing.fine_invoice", "einvoicing.fine_report", "einvoicing.fine_most"
FINE_PLATFORM, FINE_QUARTER = "einvoicing.fine_platform", "einvoicing.fine_quarter"
LARGE, SMALL = "large", "small"
OUTSIDE, ACCESSORY = "outside", "accessory"
TENDAYS, MONTH, SIMPLIFIED, FRANCHISE = "tendays", "month", "simplified", "franchise"


class Duty(NamedTuple):
    """One thing the law asks. `since` None: not of this organisation."""

    key: str
    label: str
    since: date | None
    detail: str

    @property
    def now(self) -> bool:
        """True once it holds."""
        return self.since is not None and self.since <= clock.today()


def read_day(text: str) -> date:
    """« 01/09/2027 ». Raises ValueError."""
    return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007  a day, not a moment


def dated(key: str) -> date:
    """A date of the law, as the settings have it."""
    return read_day(setting(DATES)[key])


def is_outside(ours: Organisation) -> bool:
    """True for an association without any operation in the field of VAT."""
    return ours.vat_regime == VatRegime.ASSOCIATION and setting(ASSOCIATION) == OUTSIDE


def reports(ours: Organisation) -> bool:
    """Whether issuing and reporting are asked of it: an association below its threshold only receives."""
    return ours.vat_regime != VatRegime.ASSOCIATION


def duties() -> list[Duty]:
    """To receive, to issue, to report sales, to report payments."""
    ours = our_organisation()
    if is_outside(ours):
        none = _("Votre association n'a pas d'activité soumise à la TVA : la réforme ne lui demande rien.")
        return [Duty("receive", _("Recevoir les factures de vos fournisseurs"), None, none)]
    issue = dated(f"issue_{setting(SIZE)}") if reports(ours) else None
    accessory = _("Tant que vos activités lucratives restent sous le seuil, votre association n'y est pas tenue.")
    payments = issue if issue and not ours.vat_on_debits and ours.vat_regime in BEARING else None
    return [
        Duty(
            "receive", _("Recevoir les factures de vos fournisseurs"), dated("receive"),
            _("Par une plateforme agréée, quelle que soit votre taille, franchise en base comprise."),
        ),
        Duty(
            "issue", _("Émettre vos factures aux professionnels français"), issue,
            _("Chaque facture passe par la plateforme ; un PDF par courriel ne suffit plus.") if issue else accessory,
        ),
        Duty(
            "report", _("Déclarer les ventes aux particuliers et à l'étranger"), issue,
            _("%(rhythm)s, par jour et par taux.", rhythm=rhythm_label(ours)) if issue else accessory,
        ),
        Duty(
            "payments", _("Déclarer les encaissements des prestations"), payments,
            _("Sur les factures déposées, le statut « Encaissée » ; pour les particuliers, un total par jour.") if payments
            else _("La TVA n'est pas due à l'encaissement chez vous.") if reports(ours) else accessory,
        ),
    ]  # fmt: skip


def sanctions(day: date) -> str:
    """What an omission risks, by the law of that day (finance act for 2026)."""
    keys = (FINE_INVOICE, FINE_REPORT, FINE_MOST, FINE_PLATFORM, FINE_QUARTER)
    invoice, report, most, platform, quarter = (euros(legal(key, day)) for key in keys)
    return _(
        "%(invoice)s par facture qui n'est pas passée par une plateforme, %(report)s par déclaration manquante (%(most)s par an au "
        "plus de chaque sorte). Sans plateforme pour recevoir : mise en demeure de trois mois, puis %(platform)s, puis %(quarter)s "
        "par trimestre. Une première infraction réparée sous 30 jours est excusée.",
        invoice=invoice, report=report, most=most, platform=platform, quarter=quarter,
    )  # fmt: skip


def rhythm(ours: Organisation) -> str:
    """How often it reports: the regime decides, the setting says which of those of the normal regime."""
    return FRANCHISE if ours.vat_regime == VatRegime.FRANCHISE else str(setting(RHYTHM))


def rhythm_label(ours: Organisation) -> str:
    """« Tous les dix jours »."""
    words = {
        TENDAYS: _("Tous les dix jours"), MONTH: _("Chaque mois"), SIMPLIFIED: _("Chaque mois"), FRANCHISE: _("Tous les deux mois"),
    }  # fmt: skip
    return words[rhythm(ours)]

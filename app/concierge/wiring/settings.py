"""Settings of the concierge: all of it is off where nothing is let; the terms that a new mandate begins with."""

from app.concierge.queries.terms import known_rates
from app.concierge.states import Invoicing
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.statements.models import WHOLE
from app.statements.states import Across, Mode, Service, TouristTax

GROUP = "Conciergerie"
NEW = "Reprise dans les conditions d'un nouveau mandat, où elle se change."


def _rates(value: list[str]) -> str | None:
    try:
        known_rates(value)
    except DomainError as error:
        return error.message
    return None


def _percent(value: int) -> str | None:
    return None if 0 <= value <= WHOLE else _("Un taux va de 0 à 100 %.")


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting(
            "concierge.active", "Gérer des logements pour leurs propriétaires", "bool", False, GROUP,
            "Logements, mandats, séjours des plateformes, et chaque mois les factures et les relevés des propriétaires.",
        ),
        Setting(
            "concierge.mode", "Qui encaisse les loyers", "choice", Mode.SERVICE.value, GROUP,
            "Encaisser pour le propriétaire demande la carte professionnelle « gestion » et un mandat signé (loi Hoguet). " + NEW,
            choices=tuple(Mode.choices()),
        ),
        Setting(
            "concierge.invoicing", "Où sont faites les factures d'honoraires", "choice", Invoicing.HERE.value, GROUP,
            "Ailleurs qu'ici, la facture est faite et numérotée par l'autre logiciel, relié dans « Connexions » ; le relevé part toujours d'ici.",
            choices=tuple(Invoicing.choices()),
        ),
        Setting("concierge.rate", "Commission", "percent", 2000, GROUP, NEW, check=_percent),
        Setting(
            "concierge.rates", "Commission par plateforme", "list", [], GROUP,
            "Une par ligne, par exemple « Airbnb : 18 % » : ces séjours ont ce taux au lieu de la commission. " + NEW, check=_rates,
        ),
        Setting(
            "concierge.platforms", "Ce que gardent les plateformes", "list", ["Airbnb : 15,5 %", "Booking.com : 15 %", "Vrbo : 8 %"], GROUP,
            "Une par ligne. Sert quand un séjour ne dit pas la commission de sa plateforme. " + NEW, check=_rates,
        ),
        Setting("concierge.after_platform", "Commission comptée après celle de la plateforme", "bool", False, GROUP, NEW),
        Setting("concierge.cleaning", "Ménage", "choice", Service.GUEST.value, GROUP, NEW, choices=tuple(Service.choices())),
        Setting("concierge.cleaning_cents", "Prix du ménage au contrat, HT", "cents", 0, GROUP, NEW),
        Setting("concierge.monthly_fee", "Frais fixes par mois, HT", "cents", 0, GROUP, "0 : aucun. " + NEW),
        Setting("concierge.tourist_tax", "Qui reverse la taxe de séjour", "choice", TouristTax.PLATFORM.value, GROUP, NEW, choices=tuple(TouristTax.choices())),
        Setting("concierge.across", "Mois d'un séjour à cheval sur deux", "choice", Across.DEPARTURE.value, GROUP, NEW, choices=tuple(Across.choices())),
        Setting("concierge.vat", "TVA de nos honoraires", "percent", 2000, GROUP, "0 : franchise en base (art. 293 B du CGI). " + NEW, check=_percent),
    )  # fmt: skip

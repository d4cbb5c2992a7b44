"""What the life of a loan gives the house: terms and reminders in « Réglages », states, words of the history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.catalog.queries import vat_choices
from app.core import clock
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.money import euros
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.lending.models import LendingTerms, LoanItem
from app.lending.queries.one import loan_item_for
from app.lending.views.blueprint import SETTINGS
from app.lending.wiring import templates
from app.questionnaires.states import Use

CONDITIONS = (
    "L'emprunteur prend soin du matériel, ne le prête pas et ne le fait pas réparer lui-même. Il signale tout incident sans "
    "attendre. Il le rend propre et complet à la date prévue ; un dégât, une perte ou un retard peuvent lui être facturés, "
    "caution d'abord."
)


def register() -> None:
    """Start-up."""
    follow("lending_terms", LendingTerms)
    declare_subject(
        SubjectKind(
            "loan_item", fetch_for=loan_item_for, url=_page_of, label=lambda item: str(item.id), icon="arrows-exchange"
        )
    )
    declare_settings_page(
        "lending", "Conditions de prêt", "Caution, assurance, loyer, retard, prolongation par famille ; rappels.",
        "arrows-exchange", "lending.terms", SETTINGS, 48, "Métier",
    )  # fmt: skip
    declare_verbs(*VERBS)
    templates.register()
    _declare_settings()


def _page_of(_item: LoanItem) -> str:
    return path("lending.index")


def _noted(facts: Mapping[str, Any]) -> str:
    return f"{facts['what']}, {Use(facts['use']).label}"


def _until(facts: Mapping[str, Any]) -> str:
    return _("jusqu'au %(day)s", day=clock.table_date(date.fromisoformat(facts["until"])))


def _declare_settings() -> None:
    declare_settings(
        Setting("lending.conditions", "Conditions du contrat de prêt", "longtext", CONDITIONS, "Prêts", "Imprimées au bas du contrat."),
        Setting(
            "lending.late_vat", "TVA des indemnités de retard", "choice", "normal", "Prêts",
            "Le code de vos loyers ; « exempt » pour une association exonérée.", choices=_rates,
        ),
        Setting(
            "lending.indemnity_vat", "TVA des dégâts et des pertes", "choice", "normal", "Prêts",
            "Une indemnité peut être hors du champ de la TVA : demandez à votre comptable.", choices=_rates,
        ),
    )  # fmt: skip


def _rates() -> tuple[tuple[str, str], ...]:
    return tuple(vat_choices())


VERBS = (
    Verb("loan.state_noted", "État noté", "checklist", "sarc", detail=_noted),
    Verb("loan.signed", "Contrat signé", "writing-sign", "vert", detail=lambda facts: str(facts["name"])),
    Verb("loan.insured", "Attestation d'assurance", "shield-check", "vert", detail=_until),
    Verb("loan.renewed", "Prolongé par l'emprunteur", "calendar-plus", "bleu", detail=_until),
    Verb(
        "loan.billed",
        "Facturé",
        "file-invoice",
        "bleu",
        detail=lambda facts: f"{facts['what']}, {euros(facts['amount'])}",
    ),
    Verb("loan.reminded", "Rappel envoyé", "bell", "bleu", detail=lambda facts: str(facts.get("to", ""))),
    Verb("lending_terms.changed", "Conditions de prêt modifiées", "settings"),
    Verb("reminder_rule.changed", "Rappels de prêt modifiés", "bell"),
)

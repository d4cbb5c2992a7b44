"""Dated VAT rates: the rates of the law are rows, a change of rate is one more row."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.catalog.models import Article, VatRate
from app.catalog.queries.rates import all_rates, uses_of
from app.catalog.services.prices import follow_rule
from app.catalog.states import VatCategory
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import percent

S = VatCategory
SINCE = date(2014, 1, 1)


class _Default(NamedTuple):
    code: str
    label: str
    rate: int
    category: VatCategory
    valid_from: date = SINCE
    valid_to: date | None = None
    reason: str = ""
    vatex: str = ""
    source: str = ""
    certificate: str = ""


#: What takes the place of the Cerfa form since 16 February 2025: BOI-LETTRE-000280 of 22 October 2025.
_WORKS = (
    "Je soussigné(e) … certifie, en qualité de preneur de la prestation, que les travaux réalisés concernent des locaux à usage "
    "d'habitation achevés depuis plus de deux ans"
)
_BUILDING = (
    "qu'ils n'ont pas eu pour effet, sur une période de deux ans au plus, de concourir à la production d'un immeuble neuf au sens "
    "du 2° du 2 du I de l'article 257 du CGI, ni d'entraîner une augmentation de la surface de plancher des locaux existants "
    "supérieure à 10 %"
)
_ENERGY = "qu'ils ont la nature de travaux de rénovation énergétique"

DEFAULTS = (
    _Default("normal", "Taux normal", 2000, S.STANDARD, source="CGI art. 278"),
    _Default(
        "intermediate", "Taux intermédiaire", 1000, S.STANDARD, source="CGI art. 278 bis, 279, 279-0 bis",
        certificate=f"{_WORKS} et {_BUILDING}.",
    ),
    _Default(
        "reduced", "Taux réduit", 550, S.STANDARD, source="CGI art. 278-0 bis et 278-0 bis A",
        certificate=f"{_WORKS}, {_BUILDING} et {_ENERGY}.",
    ),
    _Default("super", "Taux particulier", 210, S.STANDARD, source="CGI art. 281 quater et suivants"),
    _Default("zero", "Taux zéro", 0, S.ZERO, reason="Taux zéro"),
    _Default(
        "franchise", "Franchise en base", 0, S.EXEMPT, reason="TVA non applicable, art. 293 B du CGI",
        vatex="VATEX-FR-FRANCHISE", source="CGI art. 293 B et 293 E",
    ),
    _Default(
        "exempt", "Exonération : services aux membres d'une association", 0, S.EXEMPT,
        reason="Exonération de TVA, art. 261-7-1° du CGI", vatex="VATEX-FR-CGI261-7", source="CGI art. 261, 7-1°",
    ),
    _Default(
        "reverse", "Autoliquidation", 0, S.REVERSE, reason="Autoliquidation", vatex="VATEX-EU-AE",
        source="CGI art. 283",
    ),
    _Default(
        "disbursement", "Débours (hors du champ de la TVA)", 0, S.OUTSIDE,
        reason="Débours, art. 267-II-2° du CGI", vatex="VATEX-EU-79-C", source="CGI art. 267, II 2°",
    ),
)  # fmt: skip


def load_vat_rates() -> None:
    """Write the rates of the law for the codes that are not here yet; a second time changes nothing."""
    require_transaction()
    known = set(db.session.scalars(select(VatRate.code)))
    db.session.add_all(VatRate(**row._asdict()) for row in DEFAULTS if row.code not in known)
    db.session.flush()


@dataclass(frozen=True, slots=True)
class RateWords:
    """What a rate says: its name, why there is no tax (with its VATEX code), the source, what the client certifies."""

    label: str
    reason: str = ""
    vatex: str = ""
    source: str = ""
    certificate: str = ""


def add_rate(
    words: RateWords, *, code: str, rate: int, valid_from: date, category: VatCategory = VatCategory.STANDARD
) -> VatRate:
    """A rate (basis points) from a day on; the one before of the same code ends the day before. Raises DomainError."""
    require_transaction()
    code = code.strip().lower()
    _check(code, rate, category, words)
    others = [found for found in all_rates() if found.code == code]
    if any(found.valid_from == valid_from for found in others):
        raise DomainError(
            _("Cette TVA a déjà un taux au %(day)s. Choisissez un autre jour.", day=clock.table_date(valid_from)),
            field="valid_from",
        )
    before = [found for found in others if found.valid_from < valid_from]
    after = [found for found in others if found.valid_from > valid_from]
    if before:
        before[-1].valid_to = valid_from - timedelta(days=1)
    row = VatRate(
        code=code, rate=rate, category=category, **_tidy(words), valid_from=valid_from,
        valid_to=after[0].valid_from - timedelta(days=1) if after else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(row, "vat_rate.added", code=code, rate=rate, day=valid_from.isoformat())
    follow_rates()
    return row


def _tidy(words: RateWords) -> dict[str, str]:
    return {name: value.strip() for name, value in asdict(words).items()}


def _check(code: str, rate: int, category: VatCategory, words: RateWords) -> None:
    if not code.replace("-", "").replace("_", "").isalnum() or len(code) > 30:
        raise DomainError(_("Donnez un code court, en lettres et chiffres : « normal », « dom-reduit »…"), field="code")
    if not words.label.strip():
        raise DomainError(_("Donnez un nom à ce taux, par exemple « Taux normal »."), field="label")
    if not 0 <= rate <= 10_000:
        raise DomainError(_("Donnez un taux entre 0 et 100 %%."), field="rate")
    if category == VatCategory.STANDARD and rate == 0:
        raise DomainError(
            _("À 0 %%, dites pourquoi : choisissez taux zéro, exonéré, autoliquidation…"), field="category"
        )
    if category not in (VatCategory.STANDARD, VatCategory.ZERO) and rate:
        raise DomainError(_("Cette catégorie n'a pas de taxe : mettez le taux à 0."), field="rate")
    if category in (VatCategory.EXEMPT, VatCategory.REVERSE, VatCategory.OUTSIDE) and not words.reason.strip():
        raise DomainError(
            _("Écrivez la mention que la facture doit porter, par exemple « TVA non applicable, art. 293 B du CGI »."),
            field="reason",
        )


def change_rate_words(row: VatRate, words: RateWords) -> VatRate:
    """Correct the words of a rate; its figure and its days do not change: that is another rate. Raises DomainError."""
    require_transaction()
    _check(row.code, row.rate, row.category, words)
    for name, value in _tidy(words).items():
        setattr(row, name, value)
    record(row, "vat_rate.changed", code=row.code, rate=row.rate)
    return row


def remove_rate(row: VatRate) -> None:
    """Remove a rate that nothing uses, or that is not in force yet. Raises DomainError naming where it is used."""
    require_transaction()
    uses = uses_of(row.code) if row.valid_from <= clock.today() else []
    if uses:
        where = ", ".join(f"{use.records} {use.noun}" for use in uses)
        raise DomainError(
            _(
                "Le taux « %(label)s » (%(rate)s) sert encore : %(where)s. Donnez-leur une autre TVA, ou ajoutez un nouveau taux à partir d'un jour.",
                label=row.label,
                rate=percent(row.rate),
                where=where,
            )
        )
    others = [found for found in all_rates() if found.code == row.code and found.id != row.id]
    before = [found for found in others if found.valid_from < row.valid_from]
    if before:
        before[-1].valid_to = row.valid_to
    record(row, "vat_rate.removed", code=row.code, rate=row.rate)
    db.session.delete(row)
    db.session.flush()
    follow_rates()


def follow_rates() -> int:
    """Make again, with the rate of today, the price that follows the one that rules. Returns how many changed."""
    require_transaction()
    today = clock.today()
    rates: dict[str, Any] = {
        found.code: found.rate
        for found in all_rates()
        if found.valid_from <= today and (found.valid_to is None or found.valid_to >= today)
    }
    changed = 0
    for code, rate in rates.items():
        query = select(Article).where(Article.vat_code == code).execution_options(yield_per=500)
        for article in db.session.scalars(query):
            changed += follow_rule(article, rate, _("Changement de TVA"))
    return changed

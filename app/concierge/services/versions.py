"""Terms of a mandate by version: a change holds from a day, months that are approved keep what they were counted with."""

from datetime import date, timedelta

from app.concierge.models import MandateTerms, RentalMandate
from app.concierge.queries.mandates import approved_since, version_on
from app.concierge.queries.terms import data_of
from app.concierge.queries.told import of_name
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import percent
from app.statements.models import WHOLE, Month, Rate, Terms
from app.statements.services import ties


def check_terms(terms: Terms) -> None:
    """Refuse terms that cannot be counted. Raises DomainError, whose field is that of the form."""
    for one in terms.rates:
        if not one.conditions:
            raise DomainError(
                _("Un taux particulier demande une plateforme, une saison ou un nombre de nuits."), field="rates"
            )
        if one.season and one.season not in {season.name for season in terms.seasons}:
            raise DomainError(_("La saison « %(name)s » n'est pas décrite. Donnez ses dates, ou retirez-la du taux.", name=one.season), field="rates")  # fmt: skip
    for first, second in ties(terms):
        raise DomainError(
            _("Deux taux valent pour les mêmes séjours : %(a)s et %(b)s (%(when)s). Gardez-en un.", a=percent(first.basis_points), b=percent(second.basis_points), when=condition_of(first)),
            field="rates",
        )  # fmt: skip
    rates = [
        terms.rate,
        terms.vat,
        *(one.basis_points for one in terms.rates),
        *(rate for _name, rate in terms.platforms),
    ]
    if not all(0 <= rate <= WHOLE for rate in rates):
        raise DomainError(_("Un taux va de 0 à 100 %."), field="rate")
    for what, names, field in (
        (_("La saison"), [one.name for one in terms.seasons], "seasons"), (_("La plateforme"), [name for name, _rate in terms.platforms], "platforms"),
    ):  # fmt: skip
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DomainError(_("%(what)s « %(name)s » est donnée deux fois. Retirez l'une des deux lignes.", what=what, name=twice), field=field)  # fmt: skip


def condition_of(rate: Rate) -> str:
    """« Airbnb, Été, à partir de 7 nuits »."""
    nights = _("à partir de %(nights)s nuits", nights=rate.nights) if rate.nights else ""
    return ", ".join(one for one in (rate.channel, rate.season, nights) if one)


def add_version(mandate: RentalMandate, terms: Terms, reason: str = "") -> MandateTerms:
    """New terms from their day on; what was said from that very day, and never used, is replaced.

    Raises DomainError outside of the mandate's days or for terms that cannot be counted; Conflict when a month that is
    approved would be counted otherwise.
    """
    require_transaction()
    check_terms(terms)
    check_day(mandate, terms.since)
    same = next((one for one in mandate.versions if one.since == terms.since), None)
    if same is not None:
        same.terms, same.reason = data_of(terms), reason.strip()
    else:
        same = MandateTerms(mandate_id=mandate.id, since=terms.since, terms=data_of(terms), reason=reason.strip())
        mandate.versions.append(same)
        mandate.versions.sort(key=lambda one: one.since)
    db.session.flush()
    record(mandate, "mandate.terms", day=clock.table_date(terms.since), reason=reason.strip())
    return same


def check_day(mandate: RentalMandate, since: date) -> None:
    """Refuse a day from which the terms may not change. Raises DomainError, Conflict."""
    if since < mandate.starts_on or (mandate.ends_on is not None and since > mandate.ends_on):
        raise DomainError(
            _("Le mandat %(number)s court du %(a)s%(until)s : choisissez un jour de cette période.", number=mandate.number,
              a=clock.table_date(mandate.starts_on), until=_(" au %(b)s", b=clock.table_date(mandate.ends_on)) if mandate.ends_on else ""),
            field="since",
        )  # fmt: skip
    used = next((one for one in mandate.versions if one.used_at is not None and one.since >= since), None)
    month = Month.of(used.since) if used else None
    month = month or approved_since([one.contact_id for one in mandate.owners], since)
    if month is not None:
        raise Conflict(
            _("Le relevé %(month)s est approuvé : ses conditions ne changent plus. La première date possible est le %(day)s.",
              month=of_name(month), day=clock.table_date(first_free_day(mandate))),
            field="since",
        )  # fmt: skip


def first_free_day(mandate: RentalMandate) -> date:
    """The first day from which the terms may still change."""
    owners = [one.contact_id for one in mandate.owners]
    day = mandate.starts_on
    used = [one.since + timedelta(days=1) for one in mandate.versions if one.used_at is not None]
    day = max([day, *used])
    while (month := approved_since(owners, day)) is not None:
        day = month.next.first
    return day


def drop_version(mandate: RentalMandate, version: MandateTerms) -> None:
    """Terms that never counted a month are taken back; not the first ones. Raises DomainError, Conflict."""
    require_transaction()
    if version.since <= min(one.since for one in mandate.versions):
        raise DomainError(_("Les premières conditions d'un mandat ne se retirent pas : changez-les."))
    check_day(mandate, version.since)
    mandate.versions.remove(version)
    db.session.flush()
    record(mandate, "mandate.terms_dropped", day=clock.table_date(version.since))


def current(mandate: RentalMandate) -> MandateTerms:
    """The version in force today: the first one of a mandate to come, the last one of a mandate that ended."""
    day = clock.today() if mandate.ends_on is None else min(clock.today(), mandate.ends_on)
    return version_on(mandate, day) or mandate.versions[0]

"""Terms in French sentences, as the owner reads them: on the mandate, on the lodging, before and after a change."""

from collections.abc import Iterator

from app.core import clock
from app.core.i18n import _, _n
from app.core.money import euros, percent
from app.statements.models import Fixed, Rate, Season, TaxTariff, Terms
from app.statements.states import Across, Mode, Service, TouristTax


def words(terms: Terms) -> list[str]:
    """What the terms say, a sentence each, the money first."""
    return [sentence for sentence in _sentences(terms) if sentence]


def _sentences(terms: Terms) -> Iterator[str]:
    yield _("Le propriétaire encaisse, nous lui facturons nos services (prestation).") if terms.mode is Mode.SERVICE else _("Nous encaissons les loyers pour le propriétaire et les lui reversons (mandat).")  # fmt: skip
    yield commission(terms)
    yield from (_rate(one) for one in terms.rates)
    yield from (_season(one) for one in terms.seasons)
    if terms.minimum_stay:
        yield _("Jamais moins de %(cents)s HT de commission par séjour.", cents=euros(terms.minimum_stay))
    if terms.minimum_month:
        yield _("Jamais moins de %(cents)s HT d'honoraires par mois.", cents=euros(terms.minimum_month))
    yield from (_fixed(one) for one in terms.fixed)
    yield _service(_("Ménage"), terms.cleaning, terms.cleaning_cents)
    yield _service(_("Linge"), terms.linen, terms.linen_cents)
    yield _tourist_tax(terms)
    yield from _rest(terms)


def commission(terms: Terms) -> str:
    """« 20 % du loyer net de la commission de la plateforme, ménage compris. »."""
    base = terms.base
    more = [
        name for wanted, name in (
            (base.cleaning, _("le ménage")), (base.linen, _("le linge")), (base.tourist_tax, _("la taxe de séjour")),
            (base.deposit, _("la caution retenue")),
        ) if wanted
    ]  # fmt: skip
    what = _("du loyer, commission de la plateforme déduite") if base.after_platform else _("du loyer")
    if not more:
        return _("Commission : %(rate)s %(what)s.", rate=percent(terms.rate), what=what)
    return _("Commission : %(rate)s %(what)s ; sont comptés avec lui : %(more)s.", rate=percent(terms.rate), what=what, more=", ".join(more))  # fmt: skip


def _rate(rate: Rate) -> str:
    told = []
    if rate.channel:
        told.append(_("venus de %(channel)s", channel=rate.channel))
    if rate.season:
        told.append(_("en saison « %(season)s »", season=rate.season))
    if rate.nights:
        told.append(_n("d'au moins %(num)s nuit", "d'au moins %(num)s nuits", rate.nights))
    return _("Pour les séjours %(which)s : %(rate)s.", which=", ".join(told), rate=percent(rate.basis_points))


def _season(season: Season) -> str:
    return _("Saison « %(name)s » : du %(a)s au %(b)s, d'après le jour d'arrivée.", name=season.name, a=day_words(season.first), b=day_words(season.last))  # fmt: skip


def day_words(day: tuple[int, int]) -> str:
    """« 1er juillet »."""
    month, number = day
    return f"{'1er' if number == 1 else number} {clock.MONTHS[month - 1]}"


def _fixed(fee: Fixed) -> str:
    return _("%(label)s : %(cents)s HT %(per)s.", label=fee.label, cents=euros(fee.cents), per=fee.per.label)


def _service(name: str, how: Service, cents: int) -> str:
    if how is Service.CONTRACT:
        return _("%(name)s facturé au prix du contrat, %(cents)s HT par séjour.", name=name, cents=euros(cents))
    if how is Service.GUEST:
        return _("%(name)s facturé au prix que paie le voyageur.", name=name)
    if how is Service.ACTUAL:
        return _("%(name)s facturé à son coût réel.", name=name)
    return _("%(name)s : le propriétaire s'en charge et garde ce que paie le voyageur.", name=name)


def _tourist_tax(terms: Terms) -> str:
    if terms.tourist_tax is TouristTax.PLATFORM:
        return _("La taxe de séjour est reversée par la plateforme.")
    if terms.tourist_tax is TouristTax.OWNER:
        return _("Le propriétaire reverse lui-même la taxe de séjour.")
    return _("Nous reversons la taxe de séjour à la commune.")


def _rest(terms: Terms) -> Iterator[str]:
    known = ", ".join(f"{name} {percent(rate)}" for name, rate in terms.platforms)
    if known:
        yield _("Commission des plateformes, quand elles ne la disent pas : %(known)s.", known=known)
    if terms.owner_stay:
        yield _("Votre propre séjour : %(cents)s HT, ménage et linge en plus.", cents=euros(terms.owner_stay))
    if not terms.cancelled:
        yield _("Pas de commission sur un séjour annulé, même payé.")
    yield _ACROSS[terms.across]()
    yield _("Pas de TVA (franchise en base, art. 293 B du CGI).") if not terms.vat else _("TVA sur nos honoraires : %(rate)s.", rate=percent(terms.vat))  # fmt: skip


_ACROSS = {
    Across.ARRIVAL: lambda: _("Un séjour à cheval sur deux mois compte le mois de son arrivée."),
    Across.DEPARTURE: lambda: _("Un séjour à cheval sur deux mois compte le mois de son départ."),
    Across.NIGHTS: lambda: _("Un séjour à cheval sur deux mois compte dans chaque mois pour ses nuits."),
}


def tariff_words(tariff: TaxTariff | None) -> str:
    """The town's tourist tax, in a sentence."""
    if tariff is None:
        return _("Pas de tarif : aucune taxe n'est calculée, celle que dit la plateforme est reprise.")
    more = _(", plus %(rate)s de taxes additionnelles", rate=percent(tariff.addition)) if tariff.addition else ""
    if tariff.cents is not None:
        return _("Classé : %(cents)s par adulte et par nuit%(more)s.", cents=euros(tariff.cents), more=more)
    cap = _(", %(cap)s au plus", cap=euros(tariff.cap)) if tariff.cap is not None else ""
    return _("Non classé : %(rate)s du prix de la nuit HT par occupant%(cap)s, par adulte%(more)s.", rate=percent(tariff.basis_points), cap=cap, more=more)  # fmt: skip


def changes(before: Terms, after: Terms) -> tuple[list[str], list[str]]:
    """The sentences that only the old terms say, and those that only the new ones say."""
    old, new = words(before), words(after)
    return [one for one in old if one not in new], [one for one in new if one not in old]

"""What is said of a choice, in French."""

from app.core.i18n import THIN, _, _n
from app.dispatch.models import POINT, Candidate, Exclusion, Facts, Repair, Repairer
from app.dispatch.states import Criterion


def decimal(value: int, unit: int, places: int) -> str:
    """`value / unit` with a comma: `decimal(12345, 1000, 1)` is « 12,3 »."""
    scaled = (abs(value) * 10**places * 2 + unit) // (2 * unit)
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if value < 0 and scaled else ""
    return sign + f"{whole:,}".replace(",", THIN) + (f",{rest:0{places}}" if places else "")


def points(cost: int) -> str:
    """A cost, in points."""
    return decimal(cost, POINT, 1)


def lateness(facts: Facts, *, due: bool) -> str:
    """Its own delay, and whether it delays others."""
    if facts.late_days:
        own = _n("%(num)s jour de retard", "%(num)s jours de retard", facts.late_days)
    else:
        own = _("à temps") if due else _("sans échéance")
    return _("%(own)s, et retarde d'autres réparations", own=own) if facts.delays > 0 else own


def load(facts: Facts) -> str:
    """The share of his capacity, before and after."""
    before, after = decimal(facts.share_before, 10, 0), decimal(facts.share_after, 10, 0)
    return _("de %(before)s %% à %(after)s %% de sa capacité", before=before, after=after)


def euros(cents: int) -> str:
    """An amount."""
    return _("%(euros)s €", euros=decimal(cents, 100, 2))


def distance(facts: Facts, unknown: int) -> str:
    """Kilometres, or that they are not known."""
    if facts.metres is None:
        return _("distance inconnue, comptée %(km)s km", km=decimal(unknown, 1000, 0))
    return _("%(km)s km", km=decimal(facts.metres, 1000, 1))


def quality(facts: Facts) -> str:
    """Returns and delays of his past."""
    if not facts.returned and not facts.late:
        return _("ni retour ni retard connu")
    return _(
        "%(returned)s retours et %(late)s retards pour 100 réparations",
        returned=decimal(facts.returned, 10, 1),
        late=decimal(facts.late, 10, 1),
    )


# --- the whole sharing --------------------------------------------------------------------------------------------------


def whole_lateness(days: int, repairs: int) -> str:
    """Days late of all the repairs."""
    if not days:
        return _("aucun retard")
    told = _n("%(num)s jour de retard", "%(num)s jours de retard", days)
    return _n("%(told)s, sur %(num)s réparation", "%(told)s, sur %(num)s réparations", repairs, told=told)


def whole_load(least: int, most: int) -> str:
    """The least and the most loaded."""
    shares = {"least": decimal(least, 10, 0), "most": decimal(most, 10, 0)}
    return _("de %(least)s %% à %(most)s %% de sa capacité, selon le réparateur", **shares)


def whole_distance(metres: int, unknown: int) -> str:
    """Kilometres of all the repairs."""
    km = _("%(km)s km", km=decimal(metres, 1000, 1))
    return (
        _n("%(km)s, dont %(num)s distance inconnue", "%(km)s, dont %(num)s distances inconnues", unknown, km=km)
        if unknown
        else km
    )


def whole_quality(faults: int) -> str:
    """The past of those who were chosen, on average."""
    return _("%(faults)s retours et retards pour 100 réparations, en moyenne", faults=decimal(faults, 10, 1))


# --- why not the other --------------------------------------------------------------------------------------------------


def why_not(chosen: Candidate, second: Candidate, name: str, unknown: int) -> str:
    """Why the second best was not chosen: what speaks against him, heaviest first, then what speaks for him.

    `unknown` is what a distance that is not known counts, in metres.
    """
    gaps = [(theirs.cost - ours.cost, ours.criterion) for ours, theirs in zip(chosen.parts, second.parts, strict=True)]
    gaps.sort(key=lambda gap: -abs(gap[0]))
    facts = chosen.facts, second.facts
    against = [_gap(criterion, True, *facts, unknown) for gap, criterion in gaps if gap > 0]
    behalf = [_gap(criterion, False, *facts, unknown) for gap, criterion in gaps if gap < 0]
    more = second.cost - chosen.cost
    if more == 0:
        return _("%(name)s compte autant de points : rien d'autre ne les départage.", name=name)
    said = _(
        "%(name)s compterait %(points)s points de plus : %(why)s",
        name=name,
        points=points(more),
        why=", ".join(against),
    )
    return _("%(said)s ; malgré %(but)s.", said=said, but=", ".join(behalf)) if behalf else f"{said}."


def _gap(criterion: Criterion, more: bool, ours: Facts, theirs: Facts, unknown: int) -> str:
    if criterion == Criterion.LATENESS:
        return _late_gap(more, theirs.late_days - ours.late_days)
    if criterion == Criterion.LOAD:
        shares = {"theirs": decimal(theirs.share_after, 10, 0), "ours": decimal(ours.share_after, 10, 0)}
        return _("une charge de %(theirs)s %% de sa capacité au lieu de %(ours)s %%", **shares)
    if criterion == Criterion.COST:
        euros = decimal(abs(theirs.cents - ours.cents), 100, 2)
        return _("%(euros)s € de plus", euros=euros) if more else _("%(euros)s € de moins", euros=euros)
    if criterion == Criterion.DISTANCE:
        return _far_gap(more, ours, theirs, unknown)
    faults = decimal(abs(theirs.returned + theirs.late - ours.returned - ours.late), 10, 1)
    if more:
        return _("%(faults)s retours et retards de plus pour 100 réparations", faults=faults)
    return _("%(faults)s retours et retards de moins pour 100 réparations", faults=faults)


def _far_gap(more: bool, ours: Facts, theirs: Facts, unknown: int) -> str:
    far = [unknown if facts.metres is None else facts.metres for facts in (ours, theirs)]
    km = decimal(abs(far[1] - far[0]), 1000, 1)
    told = _("%(km)s km de plus", km=km) if more else _("%(km)s km de moins", km=km)
    if None not in (ours.metres, theirs.metres):
        return told
    return _("%(told)s (une distance inconnue comptée %(km)s km)", told=told, km=decimal(unknown, 1000, 0))


def _late_gap(more: bool, days: int) -> str:
    if days == 0 or (days > 0) != more:  # the difference is what others would wait
        return _("d'autres réparations plus retardées") if more else _("d'autres réparations moins retardées")
    if more:
        return _n("%(num)s jour de retard de plus", "%(num)s jours de retard de plus", abs(days))
    return _n("%(num)s jour de retard de moins", "%(num)s jours de retard de moins", abs(days))


# --- who cannot ---------------------------------------------------------------------------------------------------------


def exclusion(repair: Repair, repairer: Repairer) -> str:
    """Why he cannot have it."""
    skill = repairer.skills.get(repair.family)
    if repairer.id in repair.declined:
        return _("a refusé cette réparation")
    if skill is None:
        return _("ne répare pas « %(family)s »", family=repair.family)
    if skill.level < repair.level:
        return _(
            "niveau %(has)s pour « %(family)s », il faut %(asked)s",
            has=skill.level,
            family=repair.family,
            asked=repair.level,
        )
    return _("n'a aucune heure de travail dans la semaine")


def nobody(excluded: tuple[Exclusion, ...]) -> str:
    """Why nobody can, and how to go on."""
    if not excluded:
        return _("Il n'y a aucun réparateur : ajoutez-en un.")
    reasons: dict[str, int] = {}
    for one in excluded:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    told = " ; ".join(
        _("%(reason)s (%(count)s)", reason=reason, count=count) for reason, count in sorted(reasons.items())
    )
    return _(
        "Aucun réparateur ne peut la prendre : %(told)s. Ajoutez cette compétence à un réparateur, ou choisissez-en un à la main.",
        told=told,
    )

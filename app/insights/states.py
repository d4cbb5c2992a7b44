"""Ages of open tickets, versions of the dashboard, periods of the reports, what figures advise."""

from app.core.labels import LabelEnum


class AgeGroup(LabelEnum):
    """How long ago a ticket came in; `below` is the number of days it stays under, 0 for no limit."""

    NEW = "new", "< 3 j", "", "c1"
    RECENT = "recent", "3–7 j", "", "c2"
    OLD = "old", "7–14 j", "", "c3"
    OLDEST = "oldest", "> 14 j", "", "c4"

    @property
    def below(self) -> int:
        """Days."""
        return {"new": 3, "recent": 7, "old": 14}.get(self.value, 0)


class Segment(LabelEnum):
    """Parts of « À faire aujourd'hui »."""

    ALL = "tout", "Tout"
    HAND_OVER = "remises", "Remises"
    REPAIRS = "reparations", "Réparations"
    CALLS = "appels", "Appels"


class Span(LabelEnum):
    """Periods that the reports propose."""

    MONTH = "30j", "30 derniers jours"
    QUARTER = "90j", "90 derniers jours"
    YEAR = "12m", "12 derniers mois"
    THIS_YEAR = "annee", "Cette année"
    LAST_YEAR = "annee-1", "L'année dernière"
    CHOSEN = "dates", "Du… au…"


class Advice(LabelEnum):
    """What to do with a thing of ours, or about a family."""

    KEEP = "keep", "Garder", "circle-check", "vert"
    REPAIR = "repair", "Réparer", "tool", "bleu"
    REPLACE = "replace", "Remplacer", "refresh", "rouge"
    GIVE_UP = "give_up", "Céder", "logout", "ambre"
    BUY = "buy", "En acheter un", "shopping-cart", "vert"
    SPREAD = "spread", "Étaler les dates", "calendar", "bleu"
    WAIT = "wait", "Attendre", "clock", "gris"


class AgeBand(LabelEnum):
    """How old our things are; `below` is the number of years it stays under, 0 for no limit."""

    NEW = "new", "Moins de 2 ans", "", "c1"
    YOUNG = "young", "2 à 5 ans", "", "c2"
    OLD = "old", "5 à 10 ans", "", "c3"
    OLDEST = "oldest", "Plus de 10 ans", "", "c4"
    UNKNOWN = "unknown", "Achat non daté", "", "gris"

    @property
    def below(self) -> int:
        """Years."""
        return {"new": 2, "young": 5, "old": 10}.get(self.value, 0)

    @classmethod
    def of(cls, years: int | None) -> "AgeBand":
        """The band of an age in whole years; UNKNOWN without one."""
        if years is None:
            return cls.UNKNOWN
        return next((band for band in cls if band.below and years < band.below), cls.OLDEST)

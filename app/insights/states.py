"""Ages of open tickets, versions of the dashboard, periods of the reports."""

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

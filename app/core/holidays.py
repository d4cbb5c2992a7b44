"""French days that are not like others: public holidays, and school holidays by zone."""

from datetime import date
from functools import cache

ZONES = ("A", "B", "C")


@cache
def public_holidays(year: int) -> dict[date, str]:
    """{day: its name in French} of a year in France, Alsace-Moselle and overseas apart."""
    import holidays

    return dict(holidays.country_holidays("FR", years=year, language="fr"))


def is_public_holiday(day: date) -> bool:
    """True on a French public holiday."""
    return day in public_holidays(day.year)


@cache
def school_holidays(year: int, zone: str) -> dict[date, str]:
    """{day: « Vacances de Noël »} of a calendar year for a zone (A, B, C); empty for a year not yet published."""
    from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

    try:
        found = SchoolHolidayDates().holidays_for_year_and_zone(year, zone)
    except UnsupportedYearException:
        return {}
    return {day: str(row["nom_vacances"]) for day, row in found.items()}

"""Days on which banks settle: Monday to Friday, but for the holidays of the TARGET system (ECB, decision of 14 December 2000)."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_target_day(day: date) -> bool:
    """True when banks settle that day."""
    sunday = easter(day.year)
    closed = {
        date(day.year, 1, 1), sunday - timedelta(days=2), sunday + timedelta(days=1), date(day.year, 5, 1),
        date(day.year, 12, 25), date(day.year, 12, 26),
    }  # fmt: skip
    return day.weekday() < 5 and day not in closed


def next_target_day(day: date) -> date:
    """That day, or the first one after it on which banks settle."""
    while not is_target_day(day):
        day += timedelta(days=1)
    return day

"""What a loan costs its borrower: how many days, weeks or months of rent, and the late fee. Pure: plain values in and out."""

from datetime import date

from app.lending.states import LatePer, RentPer

WEEK = 7


def rent_units(per: RentPer, first: date, last: date) -> int:
    """How many loans, days, weeks or months a loan between two days is charged; what has begun counts whole."""
    days = max(1, (last - first).days)
    if per == RentPer.LOAN:
        return 1
    if per == RentPer.MONTH:
        months = (last.year - first.year) * 12 + last.month - first.month
        return max(1, months + (1 if last.day > first.day else 0))
    return days if per == RentPer.DAY else -(-days // WEEK)


def late_fee(fee: int, per: LatePer, grace: int, cap: int | None, due: date, back: date) -> int:
    """Cents owed for what came back `back` instead of `due`: so much a day or a week begun past the grace, at most `cap`."""
    days = (back - due).days - grace
    if days <= 0 or fee <= 0:
        return 0
    owed = fee * (days if per == LatePer.DAY else -(-days // WEEK))
    return owed if cap is None else min(owed, cap)

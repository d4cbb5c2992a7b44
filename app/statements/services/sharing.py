"""What belongs to each owner of a property: parts that add up to the cent."""

from app.statements.models import Share
from app.statements.services.parts import Part


def shared(cents: int, owners: tuple[Share, ...], part: Part) -> list[int]:
    """The month's part of an amount in cents by owner, in their order.

    Each bears what is due up to him less what was due before him: the owners' parts add up to the month's, and those of the
    months to what each owner bears of the whole.
    """
    parts, told, before = [], 0, 0
    for owner in owners:
        told += owner.basis_points
        due = part.of(cents, told)
        parts.append(due - before)
        before = due
    return parts

"""The two ways to share: one repair on arrival, or all those that nobody has accepted yet."""

from app.core.errors import DomainError
from app.core.i18n import _
from app.dispatch.models import Move, Plan, Problem, Rebalancing
from app.dispatch.services.explaining import plan_of
from app.dispatch.services.lists import Lists
from app.dispatch.services.search import best_sharing
from app.dispatch.services.starts import cheapest
from app.dispatch.services.table import NOBODY, Table, table_of


def place(problem: Problem, repair: str) -> Plan:
    """Give one repair to the repairer for whom it costs least; nothing else changes hands.

    The plan has that repair and those somebody already has, accepted or proposed; the others that wait are left out.
    Raises DomainError when the problem does not hold together, or the repair is unknown or already accepted.
    """
    table = _table(problem)
    number = next((rank for rank, one in enumerate(table.repairs) if one.id == repair), None)
    if number is None:
        raise DomainError(
            _(
                "La réparation « %(repair)s » est inconnue ou déjà acceptée : choisissez-en une qui attend.",
                repair=repair,
            )
        )
    owners = list(table.current)
    owners[number] = NOBODY
    lists = Lists(table, owners)
    if table.eligible[number]:
        lists.give(number, cheapest(lists, number))
    return plan_of(lists, {number})


def rebalance(problem: Problem) -> Rebalancing:
    """Share again all that nobody has accepted; the repairs accepted do not move, not even by a day.

    Never costs more than what was proposed, nor than sending each repair to the least loaded; what was proposed stays
    when nothing cheaper is found. Raises DomainError when the problem does not hold together.
    """
    table = _table(problem)
    before = plan_of(Lists(table, table.current), set())
    found = best_sharing(table)
    moves = tuple(
        Move(repair.id, repair.repairer, table.repairers[owner].id)
        for repair, owner, former in zip(table.repairs, found.owners, table.current, strict=True)
        if owner not in (former, NOBODY)
    )
    after = plan_of(found, set(range(len(table.repairs))))
    return Rebalancing(before, after, tuple(sorted(moves, key=lambda move: move.repair)))


def present(problem: Problem) -> Plan:
    """Who has what now, accepted or proposed; nothing is shared. Raises DomainError when the problem does not hold together."""
    table = _table(problem)
    return plan_of(Lists(table, table.current), set())


def _table(problem: Problem) -> Table:
    """The numbers of a problem that holds together."""
    people = [one.id for one in problem.repairers]
    repairs = [one.id for one in problem.repairs]
    for ids in (people, repairs):
        twice = next((one for one in ids if ids.count(one) > 1), None) if len(set(ids)) < len(ids) else None
        if twice is not None:
            raise DomainError(_("L'identifiant « %(id)s » est donné deux fois : changez l'un des deux.", id=twice))
    for repair in problem.repairs:
        if repair.repairer is not None and repair.repairer not in set(people):
            raise DomainError(
                _(
                    "Réparation « %(repair)s » : le réparateur « %(who)s » n'est pas dans la liste. Ajoutez-le, ou videz ce champ.",
                    repair=repair.id,
                    who=repair.repairer,
                )
            )
        if repair.accepted and repair.repairer is None:
            raise DomainError(
                _(
                    "Réparation « %(repair)s » : acceptée, mais par personne. Dites par qui, ou qu'elle n'est pas acceptée.",
                    repair=repair.id,
                )
            )
    return table_of(problem)

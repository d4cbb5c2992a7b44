"""Commands of the concierge for operators."""

import click
from flask.cli import AppGroup

from app.concierge.services.counting import Counted, count, the_month
from app.concierge.services.running import month_named
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.money import euros

statements = AppGroup("statements", help="Relevés de gérance des propriétaires.")
#: The month is wrong: nothing was counted.
WRONG = 2


class _Undone(Exception):
    """A trial leaves nothing behind."""


@statements.command("run")
@click.argument("month")
@click.option("--dry-run", is_flag=True, help="Montrer ce que dirait le mois, sans rien écrire.")
def run(month: str, dry_run: bool) -> None:
    """Compter le mois MONTH (2026-10) de tous les propriétaires. Rien n'est approuvé ni envoyé."""
    named = month_named(month)
    try:
        if named is None:
            raise DomainError(_("« %(month)s » n'est pas un mois : écrivez par exemple 2026-10.", month=month))
        with transaction():
            told = count(the_month(named))
            _say(told)
            if dry_run:
                raise _Undone
    except _Undone:
        click.echo(_("Essai : rien n'a été écrit."))
    except DomainError as error:
        click.echo(error.message, err=True)
        raise SystemExit(WRONG) from None


def _say(told: Counted) -> None:
    ids = [int(one.owner) for one in told.statements]
    rows = db.session.execute(db.select(Contact.id, Contact.name).where(Contact.id.in_(ids)))
    names = {row[0]: row[1] for row in rows}
    for one in told.statements:
        if one.lines or one.opening:
            name = names.get(int(one.owner), one.owner)
            click.echo(
                _(
                    "%(name)s : honoraires %(fees)s, solde %(closing)s",
                    name=name,
                    fees=euros(one.fees),
                    closing=euros(one.closing),
                )
            )
    click.echo(
        _(
            "%(statements)s, %(stays)s, %(odd)s",
            statements=_n(
                "%(num)s relevé", "%(num)s relevés", sum(1 for one in told.statements if one.lines or one.opening)
            ),
            stays=_n("%(num)s séjour lu", "%(num)s séjours lus", told.stays),
            odd=_n("%(num)s point à regarder", "%(num)s points à regarder", len(told.oddities)),
        )
    )

"""Loading the demonstration, once, into an empty installation."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.services import hash_password
from app.accounts.states import Role
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.journals import seal_all
from app.demo import (
    bank,
    counter,
    families,
    lending,
    lodgings,
    luthiers,
    papers,
    pricing,
    rents,
    sales,
    smoobu,
    stays,
    stockroom,
    wares,
    writing,
)
from app.demo.catalogue import profile
from app.demo.ground import has_organisation, make_ground
from app.demo.plan import make_plan
from app.demo.team import ACCOUNTS, CLIENTS, DOMAIN
from app.ledger.services import catch_up

PASSWORD = "etabli-demo"  # noqa: S105  the sign-in page prints it, in demonstration only


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: how many, and the digest that another loading from the same seed and moment shares."""

    tickets: int
    contacts: int
    assets: int
    quotes: int
    digest: str


def load(scale: float = 1, seed: int = 1, trade: str = "all", now: datetime | None = None) -> Loaded:
    """Make the organisation, its people and two years of work. Opens its own transaction. Raises DomainError when not empty."""
    if has_organisation():
        raise DomainError(
            _(
                "Cette installation a déjà son organisation : la démonstration se charge dans une base vide. Choisissez un autre ETABLI_DATA_DIR."
            )
        )
    now = now or clock.now()
    chosen, password_hash = profile(trade), hash_password(PASSWORD)
    with transaction():  # one unit on purpose: a loading that is cut leaves nothing, and begins again at the next start
        ground = make_ground(chosen, password_hash)
        plan = make_plan(ground, scale, seed, now)
        writing.write(plan)
        wares.write(chosen, scale, seed)
        papers.write(plan, seed)
        stockroom.write()
        let = lodgings.write(chosen, scale, now)
        stays.write(let, now)
        sales.write(seed, now, rents.story(let, now))
        counter.write(seed, now)
        bank.write()
        pricing.write(now)
        families.write(plan)
        luthiers.write()
        lending.write(plan)
    rents.send(now)
    smoobu.write(now)
    catch_up()
    with transaction():
        seal_all()
    tables = plan.tables
    return Loaded(
        len(tables["ticket"]), len(tables["contact"]), len(tables["asset"]), len(tables["quote"]), plan.digest()
    )


def account_lines() -> list[str]:
    """The accounts, as the command prints them."""
    team = [
        (f"{login}@{DOMAIN}", role.label) for login, _name, role, _hours in ACCOUNTS if not login.endswith(("2", "3"))
    ]
    return [
        f"{email} ({role})"
        for email, role in [*team, *((f"{login}@{DOMAIN}", Role.CLIENT.label) for login, _name in CLIENTS)]
    ]

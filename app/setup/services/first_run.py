"""The first run: the organisation, its manager, and the preset of its trade."""

from app.accounts.models import User
from app.accounts.services import add_user, create_organisation, password_fault
from app.accounts.states import Role, Trade
from app.catalog.services import load_vat_rates
from app.core.db import require_transaction
from app.core.errors import DomainError
from app.core.settings import change_setting, setting
from app.setup.queries import DISMISSED, TRADES, preset
from app.setup.services.configuration import Change, apply_configuration


def check_password_choice(password: str, *, email: str, name: str) -> None:
    """The rules of accounts, before hashing. Raises DomainError(field="password")."""
    fault = password_fault(password, email=email, name=name)
    if fault:
        raise DomainError(fault, field="password")


def found_organisation(*, name: str, trade: Trade, manager: str, email: str, password_hash: str) -> User:
    """Create the organisation and its manager, with the trade's preset. Raises DomainError when it exists already."""
    require_transaction()
    create_organisation(name=name, trade=trade, icon=TRADES[trade][0])
    user = add_user(email, manager, Role.MANAGER, password_hash=password_hash)
    load_vat_rates()
    apply_preset(trade)
    return user


def apply_preset(trade: Trade | str, *, catalogue: bool = True) -> list[Change]:
    """Add what the trade's preset brings and is not here yet; a second time changes nothing. Without its small catalogue for
    who brings a real one."""
    require_transaction()
    data = preset(str(Trade(trade)) if trade in frozenset(Trade) else str(trade))
    changes = [change for name in data.get("includes", ()) for change in apply_preset(name, catalogue=catalogue)]
    if not catalogue:
        data.pop("articles", None)
    return changes + apply_configuration(data, overwrite=False)


def dismiss_step(key: str) -> None:
    """Take a step off the checklist, for good."""
    require_transaction()
    change_setting(DISMISSED, sorted({*setting(DISMISSED), key}))


def recall_steps() -> None:
    """Show the dismissed steps again."""
    require_transaction()
    change_setting(DISMISSED, [])

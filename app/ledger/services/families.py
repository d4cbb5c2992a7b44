"""The accounts of families of articles: a family's own, else that of the nearest one above it, else the general one.

Such an account is a row of the chart whose role is « sale:<family id> » or « purchase:<family id> ».
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.catalog.models import ArticleFamily
from app.catalog.queries.families import tree
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.ledger.models import Account
from app.ledger.services.chart import LABEL_LENGTH, Code, checked_code, uses

SALE, PURCHASE = "sale:", "purchase:"
SIDES = (SALE, PURCHASE)
#: First digits of what a family is sold and bought on: income, charges, and what is neither (stock, equipment, third parties).
CLASSES: Mapping[str, str] = {SALE: "74", PURCHASE: "6234"}


class Families:
    """The tree and its accounts, read once for a batch of entries."""

    def __init__(self) -> None:
        rows = db.session.execute(select(ArticleFamily.id, ArticleFamily.parent_id))
        self._above: dict[int, int | None] = {row[0]: row[1] for row in rows}
        self._own = set(own_accounts())
        self.sectors = our_organisation().vat_regime == VatRegime.SECTORS

    def role(self, side: str, family_id: int | None, general: str) -> str:
        """The role of the account of a family (`side`: SALE or PURCHASE), or `general` when none above it has its own."""
        for _step in range(len(self._above)):
            if family_id is None or f"{side}{family_id}" in self._own:
                break
            family_id = self._above.get(family_id)
        role = f"{side}{family_id}"
        return role if role in self._own else general


class FamilyAccounts(NamedTuple):
    """A family in the order of the tree: by side, its own account (None: inherited) and the code that it inherits (\"\": the
    general ones)."""

    id: int
    name: str
    depth: int
    archived: bool
    own: dict[str, Code | None]
    inherited: dict[str, str]


def own_accounts() -> dict[str, Code]:
    """The accounts that families have of their own, by role."""
    of_families = Account.role.startswith(SALE) | Account.role.startswith(PURCHASE)
    rows = db.session.execute(select(Account.role, Account.code, Account.label).where(of_families))
    return {role: Code(code, label) for role, code, label in rows}


def family_accounts() -> list[FamilyAccounts]:
    """Every family in use, and those put away that still have an account."""
    known, codes = own_accounts(), dict[tuple[str, int | None], str]()
    found = []
    for branch in tree(True):
        own = {side: known.get(f"{side}{branch.id}") for side in SIDES}
        inherited = {side: codes.get((side, branch.parent_id), "") for side in SIDES}
        for side, account in own.items():
            codes[side, branch.id] = account.code if account else inherited[side]
        if not branch.archived or any(own.values()):
            found.append(FamilyAccounts(branch.id, branch.name, branch.depth, branch.archived, own, inherited))
    return found


def change_family_accounts(typed: Mapping[str, tuple[str, str]]) -> int:
    """Give families their accounts: `{"sale:12": ("707100", "Ventes de pompes")}`; no code: the family inherits again; how many
    changed.

    Entries already written keep the account that they bear. Raises DomainError (`field`: the role).
    """
    require_transaction()
    names = {branch.id: branch.name for branch in tree(True)}
    rows = {row.role: row for row in db.session.scalars(select(Account))}
    labels = {use.code: use.label for use in uses()} | {row.code: row.label for row in rows.values()}
    changed = 0
    for role, (typed_code, typed_label) in typed.items():
        side, family_id = role_parts(role)
        if family_id not in names:
            continue
        row = rows.get(role)
        code = _checked(typed_code, role, side) if typed_code.strip() else ""
        label = typed_label.strip()[:LABEL_LENGTH] or labels.get(code) or _label(side, names[family_id])
        before = (row.code, row.label) if row else ("", "")
        if before == (code, label if code else ""):
            continue
        changed += 1
        _write(row, role, code, label)
        record(Subject("ledger_account", 0), "account.changed", role=role, before=before[0], after=code)
    db.session.flush()
    return changed


def role_parts(role: str) -> tuple[str, int]:
    """« sale:12 » is the side « sale: » of family 12. Raises ValueError."""
    side, _colon, number = role.partition(":")
    if f"{side}:" not in SIDES:
        raise ValueError(role)
    return f"{side}:", int(number)


def _write(row: Account | None, role: str, code: str, label: str) -> None:
    if row is None:
        db.session.add(Account(role=role, code=code, label=label))
    elif code:
        row.code, row.label = code, label
    else:
        db.session.delete(row)


def _label(side: str, name: str) -> str:
    words = _("Ventes : %(family)s", family=name) if side == SALE else _("Achats : %(family)s", family=name)
    return words[:LABEL_LENGTH]


def _checked(typed: str, role: str, side: str) -> str:
    code = checked_code(typed, role)
    if code[0] in CLASSES[side]:
        return code
    raise DomainError(
        _("« %(code)s » ne peut pas être un compte de vente : il commence par 7, par exemple 707100.", code=code)
        if side == SALE
        else _("« %(code)s » ne peut pas être un compte d'achat : il commence par 6, par exemple 607100.", code=code),
        field=role,
    )


def sales_codes() -> frozenset[str]:
    """The codes of income that families have of their own."""
    return frozenset(
        code.code for role, code in own_accounts().items() if role.startswith(SALE) and code.code.startswith("7")
    )

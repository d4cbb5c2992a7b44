"""The chart of accounts: what each account is used for here, and the code that the organisation gives it.

The first codes are those of the plan comptable général (règlement ANC 2014-03, art. 932-1 and 933-1).
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import percent
from app.core.subject import Subject
from app.ledger.models import Account
from app.ledger.services.drafts import Movement
from app.payments.states import Method
from app.purchasing.states import ExpenseKind

_CODE = re.compile(r"\d{3}[0-9A-Z]{0,12}")
LABEL_LENGTH = 80


class Use(NamedTuple):
    """A role, its first code and label, what it serves for, and the heading that it stands under."""

    role: str
    code: str
    label: str
    hint: str
    group: str


THIRD, MONEY, SALES, PURCHASES, CHARGES, OTHERS = (
    "Tiers",
    "Trésorerie",
    "Ventes",
    "Achats",
    "Frais et charges",
    "Autres",
)
EXPENSE = "expense:"
#: What a supplier's invoice without articles is for: its first account.
CHARGED: tuple[tuple[ExpenseKind, str, str], ...] = (
    (ExpenseKind.RENT, "613000", "Locations"),
    (ExpenseKind.ENERGY, "606100", "Fournitures non stockables : eau, énergie"),
    (ExpenseKind.EQUIPMENT, "606300", "Fournitures d'entretien et petit équipement"),
    (ExpenseKind.OFFICE, "606400", "Fournitures administratives"),
    (ExpenseKind.SUBCONTRACTING, "611000", "Sous-traitance générale"),
    (ExpenseKind.UPKEEP, "615000", "Entretien et réparations"),
    (ExpenseKind.INSURANCE, "616000", "Primes d'assurances"),
    (ExpenseKind.FEES, "622600", "Honoraires"),
    (ExpenseKind.ADVERTISING, "623000", "Publicité, publications, relations publiques"),
    (ExpenseKind.CARRIAGE, "624000", "Transports de biens et transports collectifs du personnel"),
    (ExpenseKind.TRAVEL, "625000", "Déplacements, missions et réceptions"),
    (ExpenseKind.TELECOM, "626000", "Frais postaux et de télécommunications"),
    (ExpenseKind.BANK, "627000", "Services bancaires"),
    (ExpenseKind.TAXES, "635000", "Autres impôts, taxes et versements assimilés"),
    (ExpenseKind.OTHER, "628000", "Divers services extérieurs"),
)
USES: tuple[Use, ...] = (
    Use("client", "411000", "Clients", "Ce que les clients doivent, un compte auxiliaire par client.", THIRD),
    Use("deposits", "419100", "Clients, acomptes reçus", "Acomptes facturés et versements au dépôt, jusqu'à la facture ou la vente.", THIRD),
    Use("vouchers", "419700", "Clients, bons d'achat", "Bons vendus et pas encore utilisés.", THIRD),
    Use("third_party", "467000", "Tiers payeurs", "Parts payées par un tiers : bonus, commune, assurance.", THIRD),
    Use("disbursements", "467100", "Débours", "Avances faites pour le compte d'un client, hors de nos ventes.", THIRD),
    Use("owners", "467200", "Propriétaires, loyers encaissés pour eux", "Mandats de gérance : loyers détenus, honoraires retenus.", THIRD),
    Use("supplier", "401000", "Fournisseurs", "Ce que nous devons, un compte auxiliaire par fournisseur.", THIRD),
    Use("caution", "165000", "Dépôts et cautionnements reçus", "Dépôts de garantie détenus.", THIRD),
    Use("bank", "512000", "Banque", "Virements et prélèvements.", MONEY),
    Use("cash", "530000", "Caisse", "Espèces.", MONEY),
    Use("cheque", "511200", "Chèques à encaisser", "Chèques, jusqu'à leur remise en banque.", MONEY),
    Use("card", "511500", "Cartes bancaires à encaisser", "Cartes, jusqu'à leur arrivée en banque.", MONEY),
    Use("stripe", "517100", "Stripe", "Paiements en ligne, jusqu'au virement.", MONEY),
    Use("helloasso", "517200", "HelloAsso", "Paiements en ligne, jusqu'au virement.", MONEY),
    Use("transfer", "580000", "Virements internes", "Apports et retraits d'espèces de la caisse.", MONEY),
    Use("goods", "707000", "Ventes de marchandises", "Lignes dont l'article est un bien, sauf compte de sa famille.", SALES),
    Use("services", "706000", "Prestations de services", "Toutes les autres lignes, sauf compte de leur famille.", SALES),
    Use("exempt", "706700", "Prestations exonérées de l'association", "Association à secteurs : lignes exonérées, sauf compte de leur famille.", SALES),
    Use("rebates", "709000", "Rabais, remises et ristournes accordés", "Avoirs par montant : gestes commerciaux.", SALES),
    Use("purchases", "607000", "Achats de marchandises", "Factures des fournisseurs, sauf compte de la famille de l'article ou nature de la dépense.", PURCHASES),
    Use("vat_deductible", "445660", "TVA déductible sur biens et services", "TVA des factures des fournisseurs.", PURCHASES),
    *(Use(f"{EXPENSE}{kind}", code, label, kind.label, CHARGES) for kind, code, label in CHARGED),
    Use("gain", "758000", "Produits divers de gestion courante", "Dépôts conservés, excédents de caisse.", OTHERS),
    Use("loss", "658000", "Charges diverses de gestion courante", "Manques de caisse.", OTHERS),
    Use("bank_fees", "627000", "Services bancaires", "Commissions retenues sur les remises.", OTHERS),
    Use("profit", "120000", "Résultat de l'exercice (bénéfice)", "À l'ouverture de l'exercice suivant.", OTHERS),
    Use("deficit", "129000", "Résultat de l'exercice (perte)", "À l'ouverture de l'exercice suivant.", OTHERS),
)  # fmt: skip
VAT = "vat:"
#: Rates whose account is proposed before any sale.
RATES = (2000, 1000, 550, 210)
#: Where the money of each means goes; a means that is not here moves no money (compte, avoir).
MEANS: dict[Method, str] = {
    Method.CASH: "cash", Method.CARD: "card", Method.CHEQUE: "cheque", Method.TRANSFER: "bank", Method.DEBIT: "bank",
    Method.VOUCHER: "vouchers", Method.STRIPE: "stripe", Method.HELLOASSO: "helloasso", Method.RETAINED: "owners",
}  # fmt: skip


class Code(NamedTuple):
    """An account as a line writes it."""

    code: str
    label: str


def use_of(role: str) -> Use:
    """What a role is; that of a VAT rate (« vat:2000 », basis points) is made for the rate. Raises KeyError."""
    if role.startswith(VAT):
        rate = int(role.removeprefix(VAT))
        return Use(role, f"4457{rate:04d}", f"TVA collectée {percent(rate)}", "TVA des ventes à ce taux.", SALES)
    return next(use for use in USES if use.role == role) if role in ROLES else _unknown(role)


ROLES = frozenset(use.role for use in USES)


def _unknown(role: str) -> Use:
    raise KeyError(role)


class Chart:
    """The accounts, read once for a batch of entries: `chart["client"]`."""

    def __init__(self) -> None:
        rows = db.session.execute(select(Account.role, Account.code, Account.label))
        self._codes = {role: Code(code, label) for role, code, label in rows}

    def __getitem__(self, role: str) -> Code:
        """Its account; the first one when the organisation never chose. Raises KeyError for an unknown role."""
        if role not in self._codes:
            use = use_of(role)
            self._codes[role] = Code(use.code, use.label)
        return self._codes[role]

    def of(self, movement: Movement) -> Code:
        """The account of a line to be: that of its role, else the one that it names by itself."""
        return self[movement.role] if movement.role else Code(movement.code, movement.label)


def uses() -> list[Use]:
    """Every role that the settings page shows: those of the house, and the rates that are or were used."""
    kept = db.session.scalars(select(Account.role).where(Account.role.startswith(VAT))).all()
    rates = sorted({*RATES, *(int(role.removeprefix(VAT)) for role in kept)}, reverse=True)
    rows = list(USES)
    place = next(rank for rank, use in enumerate(rows) if use.group == PURCHASES)
    return rows[:place] + [use_of(f"{VAT}{rate}") for rate in rates] + rows[place:]


def load_chart() -> int:
    """Write the accounts that are missing, with their first codes; how many."""
    require_transaction()
    known = set(db.session.scalars(select(Account.role)))
    missing = [use for use in uses() if use.role not in known]
    db.session.add_all([Account(role=use.role, code=use.code, label=use.label) for use in missing])
    db.session.flush()
    return len(missing)


def change_chart(typed: Mapping[str, tuple[str, str]]) -> int:
    """Give roles another code and label: `{"client": ("411100", "Clients")}`; how many changed.

    Entries already written keep the account that they bear. Raises DomainError (`field`: the role).
    """
    require_transaction()
    rows = {row.role: row for row in db.session.scalars(select(Account))}
    changed = 0
    for role, (typed_code, typed_label) in typed.items():
        use = use_of(role)
        code, label = checked_code(typed_code, role), typed_label.strip()[:LABEL_LENGTH] or use.label
        row = rows.get(role)
        before = (row.code, row.label) if row else (use.code, use.label)
        if row is None:
            db.session.add(Account(role=role, code=code, label=label))
        elif before != (code, label):
            row.code, row.label = code, label
        if before != (code, label):
            changed += 1
            record(Subject("ledger_account", 0), "account.changed", role=role, before=before[0], after=code)
    db.session.flush()
    return changed


def checked_code(code: str, role: str) -> str:
    """The code without blanks. The tax office wants three digits first (LPF A47 A-1). Raises DomainError."""
    code = code.replace(" ", "").upper()
    if not _CODE.fullmatch(code):
        raise DomainError(
            _(
                "« %(code)s » n'est pas un n° de compte. Écrivez 3 chiffres au moins, par exemple 411000.",
                code=code[:20],
            ),
            field=role,
        )
    return code


def missing_uses(roles: Sequence[str]) -> list[str]:
    """Those of these roles that no account bears yet."""
    known = set(db.session.scalars(select(Account.role).where(Account.role.in_(roles))))
    return [role for role in roles if role not in known]

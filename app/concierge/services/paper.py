"""The « relevé de gérance »: a PDF (A-3b and UA-1) of what was frozen at the approval. The same statement gives the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.queries import our_organisation
from app.concierge.models import OwnerStatement, RentalMandate, StatementLine, Stay
from app.concierge.queries.told import month_of, name_of, of_name
from app.concierge.services.fees import places
from app.core import clock
from app.core.db import db
from app.core.i18n import _, _n, typo
from app.core.money import euros
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.letterhead import engine, head
from app.documents.services import Ready
from app.statements.models import Month
from app.statements.states import ACCOUNT, Account, LineKind

Data = dict[str, Any]
Lines = Sequence[StatementLine]
#: Columns of the stays, each the sum of some kinds of lines; those in which no stay has anything are left out.
COLUMNS: tuple[tuple[str, tuple[LineKind, ...]], ...] = (
    ("Loyer", (LineKind.RENT,)),
    ("Ménage et linge", (LineKind.CLEANING_PAID, LineKind.LINEN_PAID)),
    ("Caution", (LineKind.DEPOSIT_KEPT,)),
    ("Taxe de séjour", (LineKind.TAX_PAID, LineKind.TAX_DUE)),
    ("Plateforme", (LineKind.PLATFORM,)),
    ("Honoraires HT", tuple(kind for kind in LineKind if ACCOUNT[kind] is Account.FEE)),
)


def render(statement: OwnerStatement) -> bytes:
    """The PDF of an approved statement, loaded with lines, owner, month and invoice. Raises DocumentError."""
    data, images = paper_data(statement)
    return engine().render("owner_statement", data, images=images)


def paper_data(statement: OwnerStatement) -> tuple[Data, dict[str, bytes]]:
    """(data of `templates/documents/owner_statement.typ`, its pictures)."""
    month = Month(statement.month.year, statement.month.month)
    day = clock.local(statement.approved_at).date() if statement.approved_at else clock.today()
    data, images = head(_("Relevé de gérance"), statement.number or _("(aperçu)"), day)
    mandates = places(statement.lines)
    stays = _stays(statement.lines)
    blocks = [
        _block(mandates[key], lines, stays)
        for key, lines in _by_mandate(statement.lines).items()
        if key in mandates
    ]  # fmt: skip
    return data | {
        "period": typo(name_of(month)),
        "particulars": _particulars(statement, month),
        "owner": _owner(statement),
        "account": _account(statement),
        "closing": _closing(statement),
        "lodgings": blocks,
        "others": _others(statement),
        "fees": _fees(statement),
        "note": _note(),
    }, images


def _note() -> str:
    return _(
        "Ce relevé vaut reddition de compte pour la période. Sauf remarque de votre part, il est tenu pour approuvé ; les pièces justificatives sont à votre disposition."
    )


def _particulars(statement: OwnerStatement, month: Month) -> list[list[str]]:
    first, last = clock.table_date(month.first), clock.table_date(month.last)
    approved = clock.local(statement.approved_at).date() if statement.approved_at else None
    rows = (
        (_("Numéro"), statement.number or _("(aperçu)")),
        (_("Période"), _("du %(first)s au %(last)s", first=first, last=last)),
        (_("Établi le"), clock.written_date(approved) if approved else ""),
        (_("Honoraires"), _bill(statement)),
    )
    return [[name, value] for name, value in rows if value]


def _bill(statement: OwnerStatement) -> str:
    number = statement.invoice.number if statement.invoice else statement.outside.get("number", "")
    if not number:
        return ""
    return _("avoir %(number)s", number=number) if statement.fees < 0 else _("facture %(number)s", number=number)


def _owner(statement: OwnerStatement) -> Data:
    who = statement.contact
    lines = [*who.address.splitlines(), who.postal_line]
    return {"title": _("Propriétaire"), "name": who.name, "lines": [line for line in lines if line.strip()]}


# --- account --------------------------------------------------------------------------------------------------------


def _account(statement: OwnerStatement) -> list[Data]:
    """The moves of the account; those of nothing are left out but the balance before."""
    rows = (
        (_("Solde précédent"), statement.opening, True),
        (_("Encaissements"), statement.receipts, False),
        (_("Dépenses"), -statement.expenses, False),
        (_("Honoraires TTC"), -statement.fees, False),
        (_("Virements"), -statement.payouts, False),
    )
    return [{"label": label, "cents": cents} for label, cents, kept in rows if cents or kept]


def _closing(statement: OwnerStatement) -> Data:
    if statement.closing < 0:
        return {
            "label": _("Vous nous devez"),
            "cents": -statement.closing,
            "tone": "ambre",
            "text": _how_to_pay(statement),
        }
    label = _("Solde en votre faveur") if statement.closing else _("Solde")
    return {"label": label, "cents": statement.closing, "tone": "vert", "text": None}


def _how_to_pay(statement: OwnerStatement) -> str | None:
    iban = our_organisation().iban.replace(" ", "")
    if not iban:
        return None
    told = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    return _("Par virement : IBAN %(iban)s, référence %(number)s.", iban=told, number=statement.number or "")


# --- lodgings -------------------------------------------------------------------------------------------------------


def _by_mandate(lines: Iterable[StatementLine]) -> dict[int, list[StatementLine]]:
    found: dict[int, list[StatementLine]] = defaultdict(list)
    for line in lines:
        if line.mandate_id:
            found[line.mandate_id].append(line)
    return found


def _stays(lines: Iterable[StatementLine]) -> dict[int, Stay]:
    ids = {line.stay_id for line in lines if line.stay_id}
    return {row.id: row for row in db.session.scalars(select(Stay).where(Stay.id.in_(ids)))} if ids else {}


def _block(mandate: RentalMandate, lines: Lines, stays: dict[int, Stay]) -> Data:
    lodging = mandate.lodging
    by_stay: dict[tuple[int, int], list[StatementLine]] = defaultdict(list)
    for line in lines:
        if line.stay_id in stays:
            by_stay[line.of_month or 0, line.stay_id or 0].append(line)
    rows = sorted(by_stay.items(), key=lambda each: (each[0][0] != 0, stays[each[0][1]].arrival, each[0]))
    used = [
        kinds for _label, kinds in COLUMNS if any(line.kind in kinds for group in by_stay.values() for line in group)
    ]
    heads = [_(label) for label, kinds in COLUMNS if kinds in used]
    where = ", ".join(filter(None, (lodging.address, f"{lodging.postcode} {lodging.town}".strip())))
    facts = [
        _("Mandat %(number)s", number=mandate.number),
        _("N° d'enregistrement %(number)s", number=lodging.registration) if lodging.registration else "",
    ]
    stay_lines = {line.id for group in by_stay.values() for line in group}
    return {
        "name": typo(lodging.asset.label),
        "address": where,
        "facts": [fact for fact in facts if fact],
        "heads": heads,
        "stays": [_stay(stays[key[1]], key[0], group, used) for key, group in rows],
        "sums": [sum(_signed(line) for group in by_stay.values() for line in group if line.kind in kinds) for kinds in used],
        "total": sum(_signed(line) for line in lines),
        "more": [_line(line) for line in lines if line.id not in stay_lines],
    }  # fmt: skip


def _stay(stay: Stay, of_month: int, lines: Lines, columns: Sequence[tuple[LineKind, ...]]) -> Data:
    last = clock.table_date(stay.departure)
    facts = [_n("%(num)s nuit", "%(num)s nuits", stay.nights), typo(stay.channel), stay.reference]
    corrected = _("Correction %(month)s", month=of_name(month_of(of_month))) if of_month else ""
    return {
        "dates": _("%(first)s au %(last)s", first=stay.arrival.strftime("%d/%m"), last=last),
        "facts": ", ".join(fact for fact in facts if fact),
        "corrected": corrected,
        "amounts": [_sum(lines, kinds) for kinds in columns],
        "net": sum(_signed(line) for line in lines),
        "formulas": [*_tax(lines), *_formulas(lines)],
    }  # fmt: skip


def _formulas(lines: Lines) -> list[str]:
    told = [line for line in lines if line.formula]
    return [_("%(what)s : %(sum)s", what=typo(line.label), sum=typo(line.formula)) for line in told]


def _tax(lines: Lines) -> list[str]:
    """Both ways of a tax that we collect and hand over: its column is then of nothing."""
    paid, due = (_sum(lines, (kind,)) for kind in (LineKind.TAX_PAID, LineKind.TAX_DUE))
    if not paid or not due:
        return []
    return [
        _("Taxe de séjour : %(paid)s encaissés, %(due)s à reverser à la commune", paid=euros(paid), due=euros(-due))
    ]


def _sum(lines: Lines, kinds: tuple[LineKind, ...]) -> int | None:
    found = [_signed(line) for line in lines if line.kind in kinds]
    return sum(found) if found else None


def _signed(line: StatementLine) -> int:
    return line.cents if ACCOUNT[line.kind] is Account.RECEIPT else -line.cents


def _line(line: StatementLine) -> Data:
    detail = [typo(line.formula)]
    if line.of_month:
        detail.append(_("Correction %(month)s", month=of_name(month_of(line.of_month))))
    return {"label": typo(line.label), "detail": ". ".join(filter(None, detail)) or None, "cents": _signed(line)}


# --- the rest -------------------------------------------------------------------------------------------------------


def _others(statement: OwnerStatement) -> list[Data]:
    """What is of no lodging: disbursements, payments received, transfers, services."""
    return [_line(line) for line in statement.lines if not line.mandate_id and line.kind is not LineKind.VAT]


def _fees(statement: OwnerStatement) -> Data | None:
    """Our fees: net, tax by rate with its sum, with tax."""
    taxes = [line for line in statement.lines if line.kind is LineKind.VAT]
    if not any(ACCOUNT[line.kind] is Account.FEE for line in statement.lines):
        return None
    vat = sum(line.cents for line in taxes)
    number = _bill(statement)
    return {
        "title": _("Nos honoraires : %(bill)s", bill=number) if number else _("Nos honoraires"),
        "rows": [
            {"label": _("Total HT"), "cents": statement.fees - vat},
            *({"label": _("TVA : %(sum)s", sum=typo(line.formula)), "cents": line.cents} for line in taxes),
            {"label": _("Total TTC"), "cents": statement.fees},
        ],
    }


def keep(statement: OwnerStatement, ready: Ready) -> None:
    """Keep the PDF of a locked statement: what left is what is read afterwards."""
    stored = files.keep(ready, by=our_organisation().name)
    label = _("Relevé de gérance %(number)s", number=statement.number)
    files.attach(stored, subject_of(statement), label, for_client=True)
    statement.file_id = stored.id
    db.session.flush()

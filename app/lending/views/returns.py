"""Returns: scan, scan, scan, then one key. Each scan adds a line; what is unknown or not out is said at once."""

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.lending import services
from app.lending.forms import ReturnForm
from app.lending.models import Loan, LoanItem
from app.lending.queries import item_out
from app.lending.queries.conditions import back_without_state
from app.lending.queries.find import scanned, still_out, waiting_for
from app.lending.views.blueprint import EDIT, bp

TODAY = timedelta(hours=12)


@bp.route("/prets/retours", methods=["GET", "POST"])
@requires(EDIT)
def returns() -> Response:
    """The list being scanned; « Rendre » writes it whole."""
    form, items = ReturnForm(), _items()
    if not form.is_submitted():
        return _list_page(form, items)
    if form.code.data:
        return _scan(form, items)
    if request.form.get("retirer") or not form.validate():
        return _list_page(form, items, 422 if form.errors else 200)
    try:
        with transaction():
            _take_back(form, items)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _list_page(form, _items(), error.status)
    say(_n("%(num)s matériel rendu", "%(num)s matériels rendus", len(items)))
    return go(url_for("lending.returns"))


def _items() -> list[LoanItem]:
    asked = [chosen_id(value) for value in (*request.form.getlist("item"), *request.args.getlist("ligne"))]
    wanted = [key for key in dict.fromkeys(asked) if key is not None and str(key) != request.form.get("retirer")]
    query = select(LoanItem, Loan).join(Loan, Loan.id == LoanItem.loan_id).where(LoanItem.id.in_(wanted))
    rows = db.session.execute(query.options(joinedload(LoanItem.asset), joinedload(Loan.contact)))
    found = {item.id: item for item, _loan in rows}
    return [found[key] for key in wanted if key in found]


def _scan(form: ReturnForm, items: list[LoanItem]) -> Response:
    code = form.code.data or ""
    unit = scanned(code)
    item = item_out(unit) if unit is not None else None
    sentence = ""
    if unit is None:
        sentence = _("Aucun matériel à nous ne porte « %(code)s ». Vérifiez l'étiquette.", code=code)
    elif item is None:
        sentence = _("%(unit)s n'est prêté à personne : rien à rendre.", unit=unit.label)
    elif any(other.id == item.id for other in items):
        sentence = _("%(unit)s est déjà dans la liste.", unit=unit.label)
    form.code.raw_data, form.code.data = [""], ""
    if sentence or item is None:
        put_error(form, DomainError(sentence, field="code"))
        return _list_page(form, items, 422)
    return _list_page(form, [*items, item])


def _take_back(form: ReturnForm, items: list[LoanItem]) -> None:
    if not items:
        raise DomainError(_("Scannez d'abord ce qui revient."), field="code")
    by_loan: dict[int, set[int]] = {}
    for item in items:
        by_loan.setdefault(item.loan_id, set()).add(item.id)
    for loan_id in sorted(by_loan):
        loan = services.locked(db.session.get_one(Loan, loan_id))
        back = [item for item in loan.items if item.id in by_loan[loan_id]]
        services.take_back(loan, back, form.moment(), form.note.data or "")


def _list_page(form: ReturnForm, items: list[LoanItem], status: int = 200) -> Response:
    loans: dict[int, Any] = {
        loan.id: loan
        for loan in db.session.scalars(
            select(Loan).where(Loan.id.in_({item.loan_id for item in items})).options(joinedload(Loan.contact))
        )
    }
    missing = still_out(loans, [item.id for item in items])
    kept = waiting_for([item.asset_id for item in items], clock.now())
    return page(
        "lending/returns.html",
        block="retours",
        status=status,
        form=form,
        items=items,
        loans=loans,
        kept=kept,
        missing=missing,
        now=clock.now(),
        to_note=back_without_state(clock.now() - TODAY) if not items else [],
    )

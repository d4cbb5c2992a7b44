"""The general ledger: the balance of accounts, then the lines of one."""

from flask import Response, request

from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import not_found, page
from app.ledger import queries
from app.ledger.views.blueprint import VIEW, asked, bp, shared


@bp.get("/grand-livre")
@requires(VIEW)
def accounts() -> Response:
    """Debit, credit and balance of every account of the period."""
    filters = asked()
    by_person = request.args.get("auxiliaires") == "1"
    rows = queries.balance(filters, by_person=by_person)
    return page(
        "ledger/accounts.html", block="comptes", rows=rows, by_person=by_person, years=queries.years(),
        debit=sum(row.debit for row in rows), credit=sum(row.credit for row in rows), **shared(filters, "ledger.accounts"),
    )  # fmt: skip


@bp.get("/grand-livre/<account>")
@requires(VIEW)
def account(account: str) -> Response:
    """The lines of an account, or of one person in it, with the running balance."""
    filters, third = asked(), request.args.get("auxiliaire", "")[:20]
    rows = [
        row
        for row in queries.balance(filters, by_person=True)
        if row.account == account and third in ("", row.third_party)
    ]
    if not rows and len(account) > 15:
        not_found()
    number, size = asked_page()
    found = paged(queries.lines_of(filters, account, third), number, size)
    return page(
        "ledger/account.html", block="comptes", page=found, address=page_address, code=account, third=third, rows=rows,
        debit=sum(row.debit for row in rows), credit=sum(row.credit for row in rows), years=queries.years(),
        **shared(filters, "ledger.accounts"),
    )  # fmt: skip

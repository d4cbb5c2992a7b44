"""Opening, the drawer, the count and the closing; closings of months and years."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import euros
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.till import queries, services
from app.till.forms import COINS, CloseForm, DrawerForm, OpenForm
from app.till.models import TillClosing
from app.till.states import COUNTED, Means, Period
from app.till.views.blueprint import bp, in_order, the_till


def _coins() -> dict[str, int]:
    """{cents of the coin: how many} that were counted."""
    found = {}
    for cents in COINS:
        text = request.form.get(f"coin_{cents}", "").strip()
        if text.isascii() and text.isdigit() and int(text[:6]) > 0:
            found[str(cents)] = int(text[:6])
    return found


def _worth(coins: dict[str, int]) -> int:
    return sum(int(cents) * count for cents, count in coins.items())


@bp.route("/caisse/<code>/ouverture", methods=["GET", "POST"])
@requires("till.sell")
def open_till(code: str) -> Response:
    """Count the float and begin."""
    till = the_till(code)
    form = OpenForm()
    kept: dict[str, Any] = {name: request.args[name] for name in ("dossier", "facture") if request.args.get(name)}
    if form.validate_on_submit():
        coins = _coins()
        amount = form.float_amount.data if form.float_amount.data is not None else _worth(coins)
        try:
            in_order(till.id, lambda: services.open_till(till.id, amount, coins))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Caisse ouverte avec %(amount)s", amount=euros(amount)))
            return go(url_for("till.screen", code=code, **kept))
    return page(
        "till/open.html",
        till=the_till(code),
        form=form,
        coins=COINS,
        typed=request.form,
        status=422 if form.errors else 200,
    )


@bp.route("/caisse/<code>/tiroir", methods=["GET", "POST"])
@requires("till.sell")
def drawer(code: str) -> Response:
    """Cash in, cash out, the drawer opened without a sale."""
    desk = or_404(queries.desk(code))
    form = DrawerForm()
    if form.validate_on_submit():
        till_id, amount, reason = desk.till.id, form.amount.data or 0, form.reason.data or ""
        hands = {
            "in": lambda: services.bring_cash(till_id, amount, reason),
            "out": lambda: services.take_cash(till_id, amount, reason),
            "drawer": lambda: services.open_drawer(till_id, reason),
        }
        try:
            in_order(till_id, hands[form.what.data])
        except DomainError as error:
            put_error(form, error)
            desk = or_404(queries.desk(code))
        else:
            say(_("Noté au journal de la caisse"))
            return go(url_for("till.screen", code=code))
    there = queries.cash_in_drawer(desk.session) if desk.session else None
    return page(
        "till/drawer.html", desk=desk, till=desk.till, form=form, there=there, status=422 if form.errors else 200
    )


@bp.route("/caisse/<code>/cloture", methods=["GET", "POST"])
@requires("till.close")
def close(code: str) -> Response:
    """Count by means, see the difference, close."""
    desk = or_404(queries.desk(code))
    form = CloseForm()
    if desk.session is None:
        return go(url_for("till.closings", code=code))
    if form.validate_on_submit():
        try:
            made = _closed(desk.till.id, form)
        except DomainError as error:
            put_error(form, error)
            desk = or_404(queries.desk(code))
        else:
            say(_("Clôture %(number)s faite", number=made.number))
            return go(url_for("till.closing", number=made.number))
    figures = queries.full_figures(or_404(desk.session))
    return page(
        "till/close.html", desk=desk, till=desk.till, form=form, figures=figures, coins=COINS, typed=request.form,
        expected=queries.expected_of(or_404(desk.session), figures), counted=COUNTED, Means=Means,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _closed(till_id: int, form: CloseForm) -> TillClosing:
    """The closing made of what was counted: the coins, when no amount of cash was written."""
    coins, counted = _coins(), form.counted
    if Means.CASH.value not in counted:
        counted[Means.CASH.value] = _worth(coins)
    return in_order(till_id, lambda: services.close_till(till_id, counted, coins=coins, note=form.note.data or ""))


@bp.get("/caisse/<code>/clotures")
@requires("till.view")
def closings(code: str) -> Response:
    """Every closing of a till, and the months and years that wait for theirs."""
    till = the_till(code)
    number, size = asked_page()
    asked = request.args.get("periode", "")
    return page(
        "till/closings.html", till=till, found=paged(queries.closings(till.id, asked), number, size), address=page_address,
        periods=Period, asked=asked, waiting=services.periods_to_close(till.id), may_close=allowed(current_user, "till.close"),
    )  # fmt: skip


@bp.post("/caisse/<code>/clotures")
@requires("till.close")
def close_periods(code: str) -> Response:
    """Close by hand every month and year that is over."""
    till = the_till(code)
    waiting = services.periods_to_close(till.id)
    for period, begins in waiting:
        in_order(till.id, lambda period=period, begins=begins: services.close_period(till.id, period, begins))  # type: ignore[misc]
    say(_("Périodes clôturées : %(count)s", count=len(waiting)))
    return go(url_for("till.closings", code=code))


@bp.get("/caisse/clotures/<number>")
@requires("till.view")
def closing(number: str) -> Response:
    """One closing with its figures."""
    found = or_404(queries.closing_by_number(number))
    return page("till/closing.html", closing=found, till=or_404(queries.till_by_id(found.till_id)), Means=Means)

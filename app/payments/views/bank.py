"""Statements of the bank: files read, lines matched, or written as payments."""

from itertools import islice
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.queries import contact_for
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.reading import Layout
from app.core.web import go, or_404, page, say
from app.documents.models import StoredFile
from app.payments import queries as all_queries
from app.payments.forms.bank import ColumnsForm, IgnoreForm, StatementForm
from app.payments.models import BankLine, BankStatement
from app.payments.queries import bank as queries
from app.payments.services.bank import accepting, matching, receiving, table
from app.payments.states import BankLineState, StatementState
from app.payments.views.blueprint import bp, tabs
from app.payments.views.debits import RIGHT
from app.payments.views.receive import parts_of, ref
from app.purchasing import queries as purchases

SAMPLE = 6
#: Supplier invoices that the page of a line proposes to tick.
BILLS = 40


@bp.route("/reglements/banque", methods=["GET", "POST"])
@requires(RIGHT)
def bank_page() -> Response:
    """A statement dropped; below, the lines of a state, each with its likeliest match."""
    form = StatementForm()
    if form.validate_on_submit():
        try:
            return _receive(form)
        except DomainError as error:
            put_error(form, DomainError(error.message, field="file"))
    return _page(form, 422 if form.errors else 200)


def _receive(form: StatementForm) -> Response:
    sent = form.file.data
    data = sent.stream.read(receiving.MAX_BYTES + 1)
    with transaction():
        statement = receiving.receive(data, sent.filename or "", account=form.account.data or "", by=current_user.name)
    return _after(statement)


def _after(statement: BankStatement) -> Response:
    if statement.state == StatementState.MAPPING:
        return go(url_for("payments.statement_columns", statement_id=statement.id))
    words = [_n("%(num)s ligne lue", "%(num)s lignes lues", statement.added)]
    if statement.known:
        words.append(_n("%(num)s déjà connue", "%(num)s déjà connues", statement.known))
    if statement.doubtful:
        words.append(
            _n("%(num)s peut-être déjà là, à vérifier", "%(num)s peut-être déjà là, à vérifier", statement.doubtful)
        )
    if statement.faults:
        numbers = ", ".join(map(str, statement.faults[:8]))
        words.append(
            _n("%(num)s illisible, n° %(numbers)s du fichier", "%(num)s illisibles, n° %(numbers)s du fichier", len(statement.faults), numbers=numbers)
        )  # fmt: skip
    say(" · ".join(words), "info" if statement.faults or statement.doubtful else "success")
    return go(url_for("payments.bank_page", etat=BankLineState.DOUBTFUL.value if statement.doubtful else None))


def _page(form: StatementForm, status: int) -> Response:
    state = request.args.get("etat", BankLineState.TO_MATCH.value)
    text = request.args.get("q", "").strip()[:80]
    found = paged(queries.lines(state, text), *asked_page())
    waiting = state == BankLineState.TO_MATCH.value
    pool = matching.Pool.of([row.amount for row in found.rows]) if waiting and found.rows else None
    return page(
        "payments/bank.html", block="lignes", form=form, page=found, address=page_address, state=state, states=BankLineState,
        counts=queries.counts(), text=text, first={row.id: matching.proposals(row, pool)[:1] for row in found.rows} if pool else {},
        statements=queries.statements(), reading=StatementState.MAPPING, tabs=tabs("bank_page"), status=status,
    )  # fmt: skip


@bp.route("/reglements/banque/releves/<int:statement_id>", methods=["GET", "POST"])
@requires(RIGHT)
def statement_columns(statement_id: int) -> Response:
    """Say what each column is, with the first lines as they will be read."""
    statement = or_404(queries.statement_by_id(statement_id))
    form = ColumnsForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            with transaction():
                receiving.change(
                    statement, request.form.getlist("field"), encoding=form.encoding.data, separator=form.separator.data
                )
            if request.form.get("do") == "lire":
                with transaction():
                    statement = receiving.read(statement_id)
                return _after(statement)
        except DomainError as error:
            statement = or_404(queries.statement_by_id(statement_id))
            put_error(form, error)
    return _columns(statement, form)


def _columns(statement: BankStatement, form: ColumnsForm) -> Response:
    layout: dict[str, Any] = statement.layout
    rows: list[list[str]] = []
    if layout:
        form.encoding.data, form.separator.data = layout["encoding"], layout["separator"]
        under = table.rows_under(receiving.bytes_of(statement), Layout.of(layout), statement.headers)
        rows = [cells for _number, cells in islice(under, SAMPLE)]
    return page(
        "payments/bank_columns.html", block="colonnes", form=form, statement=statement, fields=table.FIELDS, rows=rows,
        name=db.session.get_one(StoredFile, statement.file_id).name, read=[table.movement_of(cells, statement.mapping) for cells in rows],
        open=statement.state == StatementState.MAPPING, status=422 if form.errors else 200,
    )  # fmt: skip


@bp.get("/reglements/banque/lignes/<int:line_id>")
@requires(RIGHT)
def bank_line(line_id: int) -> Response:
    """A line: what is proposed, another payer, or no payment at all."""
    return _line(or_404(queries.line_by_id(line_id)), IgnoreForm(formdata=None))


def _line(line: BankLine, form: IgnoreForm, status: int = 200) -> Response:
    waiting = line.state == BankLineState.TO_MATCH
    payer = contact_for(current_user, chosen_id(request.values.get("contact")) or 0)
    owed = all_queries.open_documents(payer.id) if payer else []
    bills = purchases.to_pay() if waiting and line.amount < 0 else []
    return page(
        "payments/bank_line.html", line=line, form=form, waiting=waiting, payer=payer, rows=[(ref(row), row) for row in owed],
        found=matching.proposals(line, matching.Pool.of([line.amount])) if waiting else [], bills=bills[:BILLS], more=len(bills) - BILLS,
        ticked=set(request.form.getlist("bills")), paid=purchases.paid_by_line(line.id),
        twin=queries.line_by_id(line.twin_id) if line.twin_id else None, doubtful=line.state == BankLineState.DOUBTFUL, status=status,
    )  # fmt: skip


@bp.post("/reglements/banque/lignes/<int:line_id>/rapprochement")
@requires(RIGHT)
def accept_match(line_id: int) -> Response:
    """Do what a proposal says."""
    or_404(queries.line_by_id(line_id))
    with transaction():
        accepting.accept(line_id, request.form.get("choix", ""))
    say(_("Ligne rapprochée"))
    return go(url_for("payments.bank_page"))


@bp.post("/reglements/banque/rapprochements")
@requires(RIGHT)
def accept_all() -> Response:
    """Accept every match that is sure."""
    done, left = accepting.accept_sure()
    if done:
        say(_n("%(num)s ligne rapprochée", "%(num)s lignes rapprochées", done))
    else:
        say(_("Aucun rapprochement n'est sûr : choisissez ligne par ligne."), "info")
    if left:
        say(_("Il en reste %(left)s de sûrs : cliquez de nouveau.", left=left), "info")
    return go(url_for("payments.bank_page"))


@bp.post("/reglements/banque/lignes/<int:line_id>/reglement")
@requires(RIGHT)
def pay_from_line(line_id: int) -> Response:
    """« Créer un règlement »: from a payer chosen by hand, and what he owes that was ticked."""
    line = or_404(queries.line_by_id(line_id))
    payer = contact_for(current_user, chosen_id(request.form.get("contact")) or 0)
    form = IgnoreForm(formdata=None)
    if payer is None:
        put_error(form, DomainError(_("Choisissez le payeur dans la liste.")))
        return _line(line, form, 422)
    try:
        with transaction():
            accepting.pay_by_hand(line_id, payer.id, parts_of(line.amount))
        say(_("Règlement créé et rapproché"))
        return go(url_for("payments.bank_page"))
    except DomainError as error:
        put_error(form, DomainError(error.message))
        return _line(or_404(queries.line_by_id(line_id)), form, error.status)


@bp.post("/reglements/banque/lignes/<int:line_id>/fournisseur")
@requires(RIGHT)
def pay_bills_from_line(line_id: int) -> Response:
    """The supplier invoices that were ticked are what this line paid."""
    line = or_404(queries.line_by_id(line_id))
    chosen = [number for text in request.form.getlist("bills") if (number := chosen_id(text))]
    try:
        with transaction():
            accepting.pay_suppliers(line_id, chosen)
        say(_n("Facture fournisseur notée payée", "Factures fournisseurs notées payées", len(chosen)))
        return go(url_for("payments.bank_page"))
    except DomainError as error:
        form = IgnoreForm(formdata=None)
        put_error(form, DomainError(error.message))
        return _line(or_404(queries.line_by_id(line.id)), form, error.status)


@bp.post("/reglements/banque/lignes/<int:line_id>/sans-suite")
@requires(RIGHT)
def ignore_line(line_id: int) -> Response:
    """It is no client's payment."""
    line = or_404(queries.line_by_id(line_id))
    form = IgnoreForm()
    if not form.validate_on_submit():
        return _line(line, form, 422)
    with transaction():
        accepting.ignore(line_id, form.note.data or "")
    say(_("Ligne notée sans suite"))
    return go(url_for("payments.bank_page"))


@bp.post("/reglements/banque/lignes/<int:line_id>/doute")
@requires(RIGHT)
def settle_doubt(line_id: int) -> Response:
    """It is the line that it may be, or another operation."""
    or_404(queries.line_by_id(line_id))
    same = request.form.get("verdict") != "autre"
    with transaction():
        accepting.settle_doubt(line_id, same=same)
    say(_("Ligne laissée de côté : elle y était déjà") if same else _("La ligne est à rapprocher comme les autres"))
    return _next_doubt()


@bp.post("/reglements/banque/doutes")
@requires(RIGHT)
def settle_doubts() -> Response:
    """All of them were there already."""
    with transaction():
        done = accepting.settle_doubts()
    say(_n("%(num)s ligne laissée de côté", "%(num)s lignes laissées de côté", done))
    return _next_doubt()


def _next_doubt() -> Response:
    left = queries.counts().get(BankLineState.DOUBTFUL.value)
    return go(url_for("payments.bank_page", etat=BankLineState.DOUBTFUL.value if left else None))


@bp.post("/reglements/banque/lignes/<int:line_id>/reprise")
@requires(RIGHT)
def reopen_line(line_id: int) -> Response:
    """Undo what was done with a line."""
    or_404(queries.line_by_id(line_id))
    with transaction():
        accepting.reopen(line_id)
    say(_("La ligne est de nouveau à rapprocher"))
    return go(url_for("payments.bank_line", line_id=line_id))

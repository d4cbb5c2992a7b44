"""« Réglages › Montants légaux »: what the law sets, since when, by which text; what is to be checked again."""

from flask import Response, url_for

from app.core import clock, law
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.law import LAW, LegalAmount
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.setup.forms import LegalValueForm, TokenForm
from app.setup.views.blueprint import RIGHT, bp


@bp.get("/reglages/montants-legaux")
@requires(RIGHT)
def law_page() -> Response:
    """Every amount with the value in force, its text, and the day somebody last looked."""
    today = clock.today()
    groups: dict[str, list[tuple[LegalAmount, law.Dated, list[law.Dated]]]] = {}
    for key, amount in LAW.items():
        coming = [row for row in law.values_of(key) if row.since > today]
        groups.setdefault(amount.group, []).append((amount, law.dated_on(key, today), coming))
    old = {amount.key for amount in law.old_amounts()}
    return page("settings/law.html", groups=groups, old=old, form=TokenForm())


@bp.route("/reglages/montants-legaux/<legal_key>", methods=["GET", "POST"])
@requires(RIGHT)
def law_amount(legal_key: str) -> Response:
    """One amount: its values through time, and a new one from a day on."""
    amount = or_404(LAW.get(legal_key))
    form = LegalValueForm()
    if form.validate_on_submit():
        try:
            with transaction():
                law.put_value(
                    legal_key, form.since.data or clock.today(), form.parsed(amount.kind), form.source.data or ""
                )
        except DomainError as error:
            put_error(form, error)
        else:
            say(
                _(
                    "Enregistré. Les documents à partir du %(day)s le suivent.",
                    day=clock.table_date(form.since.data or clock.today()),
                )
            )
            return go(url_for("setup.law_amount", legal_key=legal_key))
    return page(
        "settings/law_amount.html", amount=amount, rows=law.values_of(legal_key)[::-1], form=form, today=clock.today(),
        now=law.dated_on(legal_key, clock.today()), old=law.is_old(legal_key),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.post("/reglages/montants-legaux/<legal_key>/verification")
@requires(RIGHT)
def law_confirm(legal_key: str) -> Response:
    """Somebody looked at the text: the value in force still is right."""
    amount = or_404(LAW.get(legal_key))
    with transaction():
        law.confirm_value(legal_key)
    say(_("« %(label)s » : vérifié aujourd'hui.", label=_(amount.label)))
    return go(url_for("setup.law_page"))


@bp.post("/reglages/montants-legaux/valeur/<int:value_id>/retrait")
@requires(RIGHT)
def law_remove(value_id: int) -> Response:
    """Take back a value written here by mistake."""
    row = or_404(law.value_for(value_id))
    key = row.key
    with transaction():
        law.remove_value(row)
    say(_("Valeur retirée."))
    return go(url_for("setup.law_amount", legal_key=key))


def law_panel(_user: object) -> dict[str, object] | None:
    """On the dashboard: amounts of the law that nobody checked for long; absent without any."""
    old = law.old_amounts()
    return {"old": old} if old else None

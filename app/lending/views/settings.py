"""« Réglages » of loans: what is agreed by family, and when reminders leave."""

from typing import Any

from flask import Response, url_for
from sqlalchemy import select

from app.assets.models import Family
from app.assets.queries import families, questionnaires_of
from app.assets.services import choose_questionnaires
from app.catalog.queries import row_of
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.lending.forms import RuleForm, TermsForm
from app.lending.models import ReminderRule
from app.lending.queries.terms import TERMS, terms_of
from app.lending.services import terms as services
from app.lending.views.blueprint import SETTINGS, bp
from app.questionnaires.states import Use

STATES = (("state_out", Use.LOAN_OUT), ("state_back", Use.LOAN_BACK))


@bp.get("/reglages/prets")
@requires(SETTINGS)
def terms() -> Response:
    """What is agreed, family by family, and the reminders."""
    return _settings_page(RuleForm())


def _settings_page(form: RuleForm) -> Response:
    own = TERMS.written()
    rows: list[tuple[Any, ...]] = [(0, _("Toutes les familles"), terms_of(None), None in own)]
    rows += [(key, label, terms_of(key), key in own) for key, label in families()]
    rules = db.session.execute(
        select(ReminderRule.id, ReminderRule.days, ReminderRule.channel, Family.name.label("family"))
        .outerjoin(Family, Family.id == ReminderRule.family_id)
        .order_by(Family.name.is_not(None), Family.name, ReminderRule.days)
    ).all()
    return page("lending/terms.html", status=422 if form.errors else 200, rows=rows, rules=rules, form=form)


@bp.route("/reglages/prets/<int:family_id>", methods=["GET", "POST"])
@requires(SETTINGS)
def family_terms(family_id: int) -> Response:
    """The terms of a family; 0 stands for those without one of their own."""
    label = or_404({0: _("Toutes les familles"), **dict(families())}.get(family_id))
    found, states = terms_of(family_id or None), questionnaires_of(family_id) if family_id else {}
    form = TermsForm(obj=found, **{name: states.get(use) for name, use in STATES})
    if not form.validate_on_submit():
        article = row_of(form.rent_article_id.data)
        return page("lending/family_terms.html", block="dialogue", status=422 if form.errors else 200, form=form, label=label,
                    family_id=family_id, article=article.label if article else "")  # fmt: skip
    with transaction():
        services.set_terms(family_id or None, form.terms())
        if family_id:
            row = db.session.get_one(Family, family_id)
            choose_questionnaires(row, {use: form[name].data for name, use in STATES})
    say(_("Conditions enregistrées : %(label)s", label=label))
    return go(url_for("lending.terms"))


@bp.post("/reglages/prets/<int:family_id>/abandon")
@requires(SETTINGS)
def drop_terms(family_id: int) -> Response:
    """A family follows the common terms again."""
    or_404(dict(families()).get(family_id))
    with transaction():
        services.set_terms(family_id, None)
    say(_("La famille suit de nouveau les conditions communes"))
    return go(url_for("lending.terms"))


@bp.post("/reglages/prets/rappels")
@requires(SETTINGS)
def add_rule() -> Response:
    """One more reminder."""
    form = RuleForm()
    if form.validate():
        try:
            with transaction():
                family = db.session.get(Family, form.family_id.data) if form.family_id.data else None
                services.add_rule(form.signed_days, form.channel.data or "", family)
        except DomainError as error:
            put_error(form, error)
    if form.errors:
        return _settings_page(form)
    say(_("Rappel ajouté"))
    return go(url_for("lending.terms"))


@bp.post("/reglages/prets/rappels/<int:rule_id>/suppression")
@requires(SETTINGS)
def drop_rule(rule_id: int) -> Response:
    """No more reminder that day."""
    with transaction():
        services.drop_rule(or_404(db.session.get(ReminderRule, rule_id)))
    say(_("Rappel retiré"))
    return go(url_for("lending.terms"))

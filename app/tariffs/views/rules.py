"""Rules of prices: the list, a rule. /tarifs."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.tariffs import queries, services
from app.tariffs.forms import RuleForm, TrialForm
from app.tariffs.models import TariffRule
from app.tariffs.services.words import conditions, outcome
from app.tariffs.views.blueprint import EDIT, bp


@bp.get("")
@requires(EDIT)
def index() -> Response:
    """Every rule with its conditions and its effect, and a situation to try."""
    archived = "archives" in request.args
    rows = [(row.TariffRule, conditions(row), outcome(row.TariffRule)) for row in queries.rule_rows(archived=archived)]
    return page("tariffs/index.html", rows=rows, archived=archived, trial=TrialForm(formdata=None), result=None)


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """A new rule."""
    return _form(None, lambda values: services.add_rule(**values))


@bp.route("/<int:rule_id>", methods=["GET", "POST"])
@requires(EDIT)
def edit(rule_id: int) -> Response:
    """One rule."""
    row = or_404(queries.rule(rule_id))
    return _form(row, lambda values: services.change_rule(row, **values))


def _form(row: TariffRule | None, keep: Callable[[dict[str, Any]], object]) -> Response:
    form = RuleForm().ready(row)
    if form.validate_on_submit():
        try:
            with transaction():
                keep(form.values())
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Règle « %(name)s » enregistrée.", name=form.label.data))
            return go(url_for("tariffs.index"))
    status = 422 if form.errors else 200
    return page("tariffs/rule.html", form=form, row=row, trial=TrialForm(formdata=None), result=None, status=status)


@bp.post("/<int:rule_id>/<any(archiver, restaurer):verb>")
@requires(EDIT)
def archive(rule_id: int, verb: str) -> Response:
    """No longer applied, or again."""
    row = or_404(queries.rule(rule_id))
    with transaction():
        (services.archive_rule if verb == "archiver" else services.restore_rule)(row)
    say(
        _("Règle « %(name)s » archivée.", name=row.label)
        if verb == "archiver"
        else _("Règle « %(name)s » restaurée.", name=row.label)
    )
    return go(url_for("tariffs.index"))

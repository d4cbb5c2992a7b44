"""« Pourquoi ce prix ? »: a situation tried on the rules, with the one being typed when it comes along. Writes nothing."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from sqlalchemy import select

from app.core.db import db
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import page
from app.tariffs import queries
from app.tariffs.forms import RuleForm, TrialForm, refusal
from app.tariffs.models import ZoneTown
from app.tariffs.services import Rule, check_rule, plain, price_of
from app.tariffs.views.blueprint import EDIT, bp


@bp.post("/essai")
@requires(EDIT)
def trial() -> Response:
    """The price of a situation, and why."""
    form = TrialForm()
    if not form.validate():
        return page("tariffs/trial.html", block="essai", trial=form, result=None, fault=refusal(), status=422)
    base, situation = form.situation(_zone(form.t_town.data or ""))
    rules = [plain(row) for row in queries.rules_in_force()]
    fault = ""
    try:
        rules = _with_draft(rules)
    except DomainError as error:
        fault = error.message
    return page(
        "tariffs/trial.html", block="essai", trial=form, result=price_of(base, rules, situation), base=base, fault=fault,
        town=request.form.get("t_town_text", "")[:80],
    )  # fmt: skip


def _zone(insee: str) -> int | None:
    return db.session.scalar(select(ZoneTown.zone_id).where(ZoneTown.insee == insee)) if insee else None


def _with_draft(rules: list[Rule]) -> list[Rule]:
    """The rules with the one of the form, when it is one; its number tells which it replaces."""
    if "label" not in request.form:
        return rules
    form = RuleForm().ready()
    own = chosen_id(request.form.get("rule_id")) or 0
    values: dict[str, Any] = form.values()
    values["label"] = values["label"] or _("La règle en cours")
    draft = replace(check_rule(values, own), id=own or 10**9)
    return [rule for rule in rules if rule.id != own] + [draft]

"""What is done with an account: at once, or again from its beginning."""

from flask import Response, url_for

from app.core.db import transaction
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, say
from app.partners.queries.registry import task_of
from app.partners.services import runs
from app.partners.views.blueprint import MANAGE, account_or_404, bp


@bp.post("/reglages/connexions/<int:account_id>/travaux/<task>/relancer")
@requires(MANAGE)
def run_now(account_id: int, task: str) -> Response:
    """At once, from where it ended."""
    with transaction():
        account = account_or_404(account_id)
        runs.run_now(account, or_404(task_of(account.kind, task)))
    say(_("Relancé : le résultat s'affiche ici dans un instant."))
    return go(url_for("partners.show", account_id=account_id, _anchor="travaux"))


@bp.post("/reglages/connexions/<int:account_id>/travaux/<task>/reprendre")
@requires(MANAGE)
def replay(account_id: int, task: str) -> Response:
    """Again from the beginning; what is known already stays."""
    with transaction():
        account = account_or_404(account_id)
        runs.replay(account, or_404(task_of(account.kind, task)))
    say(_("Tout est repris depuis le début."))
    return go(url_for("partners.show", account_id=account_id, _anchor="travaux"))

"""The front page: every screen the person may open, with how many records it holds."""

from itertools import groupby
from typing import Any

from flask_admin import AdminIndexView, expose
from flask_login import current_user

from app.accounts.queries import allowed
from app.admin.queries.entities import Entity, entities
from app.admin.queries.listing import Ask, counts_of
from app.core.i18n import THIN, _
from app.core.pages import COUNT_STOP
from app.core.web import page

VIEW = "admin.view"


class HomeView(AdminIndexView):  # type: ignore[misc]
    """`/admin/`: cards by category."""

    def __init__(self) -> None:
        super().__init__(name=_("Administration"), template="admin/index.html")
        self.static_folder = None  # none of the shipped files is served

    def is_accessible(self) -> bool:
        """The right to open the administration."""
        return allowed(current_user, VIEW)

    @expose("/")
    def index(self) -> Any:
        """The cards."""
        seen = [entity for entity in entities() if allowed(current_user, entity.rule)]
        counts = counts_of([(entity, Ask(columns=())) for entity in seen])
        cards = [_card(entity, count) for entity, count in zip(seen, counts, strict=True)]
        groups = [(name, list(group)) for name, group in groupby(cards, key=lambda card: card["entity"].category)]
        return page(self._template, groups=groups)


def _card(entity: Entity, count: int) -> dict[str, Any]:
    return {"entity": entity, "count": f"1{THIN}000+" if count > COUNT_STOP else str(count)}

"""What is done to several records at once, and to one from its page: asked in a dialog whose verb names the count."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_admin import expose
from flask_admin.actions import action

from app.admin import services
from app.admin.queries.listing import Ask, ask_of_query, ids_of
from app.admin.views.lists import Lists
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.web import go, local_url, not_found, page, say


@dataclass(frozen=True, slots=True)
class Question:
    """How a bulk action is asked and told. `%(count)s` is « 3 fiches »."""

    title: str
    consequence: str
    verb: str
    done: str
    icon: str
    style: str


QUESTIONS = {
    "archive": Question(
        "Archiver %(count)s ?", "L'archive sort des listes et des recherches. Le passé reste lisible, et vous pourrez restaurer.",
        "Archiver %(count)s", "Archivé : %(count)s.", "archive", "dg",
    ),
    "restore": Question("Restaurer %(count)s ?", "De retour dans les listes et les recherches.", "Restaurer %(count)s", "Restauré : %(count)s.", "restore", "p"),
    "delete": Question(
        "Supprimer %(count)s ?", "La suppression est définitive. Elle est refusée si quelque chose s'en sert encore.",
        "Supprimer %(count)s", "Supprimé : %(count)s.", "trash", "dg",
    ),
}  # fmt: skip


def counted(number: int) -> str:
    """« 3 fiches »."""
    return _n("%(num)s fiche", "%(num)s fiches", number)


class Choices(Lists):
    """Routes of the actions."""

    def is_action_allowed(self, name: str) -> bool:
        """What this entity's records can undergo here."""
        if name in ("archive", "restore"):
            return bool(self.entity.archives)
        return bool(self.entity.deletes) if name == "delete" else name in ("csv", "xlsx")

    @action("archive", "Archiver")
    def action_archive(self, ids: list[int]) -> int:
        """Take them out of the lists."""
        return services.archive(self.entity, ids)

    @action("restore", "Restaurer")
    def action_restore(self, ids: list[int]) -> int:
        """Put them back."""
        return services.restore(self.entity, ids)

    @action("delete", "Supprimer")
    def action_delete(self, ids: list[int]) -> int:
        """Really delete them."""
        return services.remove(self.entity, ids)

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Ask (dialog or page), then do. Export needs no question."""
        self.demand()
        name = request.form.get("action", "")
        if name not in ("csv", "xlsx", *QUESTIONS):
            not_found()
        self.demand(self.is_action_allowed(name))
        back = local_url(request.form.get("url"), self.entity.path)
        ask = ask_of_query(self.entity, self.known(), urlsplit(back).query)
        ids = self._chosen(ask)
        if not ids:
            say(_("Cochez d'abord une fiche."), "error")
            return go(back)
        if name in ("csv", "xlsx"):
            return self.exported(name, ask, ids)
        if request.form.get("confirmed") != "1":
            return self._question(name, ids, back)
        return self._do(name, ids, back)

    def _chosen(self, ask: Ask) -> list[int]:
        """The rows ticked, or every record of the filter."""
        if request.form.get("tout") != "1":
            return [
                int(key) for key in request.form.getlist("rowid") if key.isascii() and key.isdigit() and len(key) < 12
            ][: services.BULK]
        ids = ids_of(self.entity, ask, services.BULK + 1)
        if len(ids) > services.BULK:
            raise DomainError(
                _(
                    "Une action porte sur %(most)s fiches au plus. Ajoutez un filtre, puis recommencez.",
                    most=services.BULK,
                )
            )
        return ids

    def _question(self, name: str, ids: list[int], back: str) -> Any:
        asked, count = QUESTIONS[name], counted(len(ids))
        return page(
            "admin/model/confirm.html", block="question", view=self, entity=self.entity, action=name, ids=ids, back=back,
            title=_(asked.title, count=count), consequence=_(asked.consequence), verb=_(asked.verb, count=count),
            icon=asked.icon, style=asked.style,
        )  # fmt: skip

    def _do(self, name: str, ids: list[int], back: str) -> Any:
        handler = self._actions_data[name][0]
        try:
            with transaction():
                count = handler(ids)
        except DomainError as refusal:
            say(refusal.message, "error")
            return go(back)
        say(_(QUESTIONS[name].done, count=counted(count)))
        return go(self.list_url() if name == "delete" and "/edit/" in back else back)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        """Delete one record, where records may go."""
        self.demand(self.can_delete)
        row = self.row_or_404(request.form.get("id"))
        if request.form.get("confirmed") != "1":
            return self._question("delete", [row.id], self.list_url())
        return self._do("delete", [row.id], self.list_url())

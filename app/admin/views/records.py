"""One record: its form, its details, its duplicate; beside them what is linked to it and its history."""

from typing import Any

from flask import request
from flask_admin import expose
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.routing import BuildError

from app.accounts.queries import allowed
from app.admin import services
from app.admin.forms import RecordForm, form_class
from app.admin.forms.builder import stamp
from app.admin.queries.columns import title_keys
from app.admin.queries.listing import Row
from app.admin.queries.related import related
from app.admin.states import Kind
from app.admin.views.cells import Cells
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.history import events_of
from app.core.i18n import _
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, subject_for
from app.core.web import go, page, say

HISTORY = 8


class RecordView(Cells):
    """Routes of a record."""

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A new record; `from` gives the values of another one, but for what may not come twice."""
        self.demand(self.can_create)
        form = form_class(self.entity, new=True)()
        if request.method == "GET":
            source = request.args.get("from")
            if source:
                form.show(self._copied(self.row_or_404(source)))
            return self._form_page(form)
        if not form.validate():
            return self._form_page(form, status=422)
        values = form.values()
        try:
            with transaction():
                key = services.add(self.entity, values)
        except (IntegrityError, DomainError) as refusal:
            return self._refused(form, refusal, values)
        say(_("%(what)s : ajout enregistré.", what=self._named(self.row_or_404(key))))
        return go(self.to("create_view") if "_add_another" in request.form else self.to("edit_view", id=key))

    def _copied(self, row: Row) -> dict[str, Any]:
        unique = {name for group in services.unique_groups(self.entity) if len(group) == 1 for name in group}
        return {key: value for key, value in row.values.items() if key not in unique}

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Change a record."""
        self.demand(self.can_edit)
        row = self.row_or_404(request.args.get("id"))
        form = form_class(self.entity)()
        if request.method == "GET":
            form.show(row.values)
            form.seen.data = stamp(row.values.get("updated_at"))
            return self._form_page(form, row)
        if not form.validate():
            return self._form_page(form, row, 422)
        values = form.values()
        try:
            with transaction():
                services.change(self.entity, row.id, values, form.seen.data or "")
        except (IntegrityError, DomainError) as refusal:
            return self._refused(form, refusal, values, row)
        say(_("%(what)s : modifications enregistrées.", what=self._named(self.row_or_404(row.id))))
        if "_add_another" in request.form and self.can_create:
            return go(self.to("create_view"))
        return go(self.to("edit_view", id=row.id))

    def _refused(self, form: RecordForm, refusal: Exception, values: dict[str, Any], row: Row | None = None) -> Any:
        """The form again, with the refusal where it belongs; a conflict shows what the other person wrote."""
        if isinstance(refusal, IntegrityError):
            refusal = services.explain(self.entity, refusal, values)
        assert isinstance(refusal, DomainError)  # noqa: S101  (the two caught by the callers)
        if refusal.status == 409 and row is not None:
            fresh = self.row_or_404(row.id)
            form.seen.data = stamp(fresh.values.get("updated_at"))
            return self._form_page(
                form, fresh, 409, conflict=refusal.message, differences=self._differences(form, fresh)
            )
        form.refuse(refusal.field, refusal.message)
        return self._form_page(form, row, refusal.status if refusal.status != 409 else 422)

    def _differences(self, form: RecordForm, fresh: Row) -> list[tuple[str, str]]:
        """(label, what is now stored) of each field where the form says otherwise."""
        typed = form.values()
        found = []
        for key, value in typed.items():
            column, stored = self.entity.all_columns[key], fresh.values[key]
            if (stored[0] if column.kind is Kind.REFERENCE else stored) != value:
                found.append((column.label, column.text(stored) or _("vide")))
        return found

    def _form_page(self, form: RecordForm, row: Row | None = None, status: int = 200, **more: Any) -> Any:
        template = "admin/model/edit.html" if row else "admin/model/create.html"
        return page(
            template, status=status, view=self, entity=self.entity, form=form, row=row, **self._aside(row), **more
        )

    @expose("/details/")
    def details_view(self) -> Any:
        """Everything known of a record, to read."""
        self.demand()
        row = self.row_or_404(request.args.get("id"))
        return page("admin/model/details.html", view=self, entity=self.entity, row=row, **self._aside(row))

    def _aside(self, row: Row | None) -> dict[str, Any]:
        if row is None:
            return {"name": "", "links": [], "events": [], "page_url": "", "page_label": ""}
        links = [link for link in related(self.entity, row.id) if allowed(current_user, link.entity.rule)]
        url, label = self._own_page(row)
        return {
            "name": self._named(row),
            "links": links,
            "events": events_of(Subject(self.entity.kind, row.id), HISTORY),
            "page_url": url,
            "page_label": label,
        }

    def _named(self, row: Row) -> str:
        words = [
            self.entity.all_columns[key].text(row.values[key])
            for key in title_keys(self.entity.model)
            if key in row.values
        ]
        return " ".join(word for word in words if word) or _(
            "%(noun)s n° %(id)s", noun=self.entity.singular.capitalize(), id=row.id
        )

    def _own_page(self, row: Row) -> tuple[str, str]:
        """The page where the record is worked on, when there is one and the person may see it."""
        if self.entity.page:
            return self.entity.page.format(id=row.id), _(self.entity.page_label)
        known = SUBJECTS.get(self.entity.kind)
        found = subject_for(current_user, Subject(self.entity.kind, row.id)) if known else None
        if known is None or found is None:
            return "", ""
        try:
            return known.url(found), _("Ouvrir sa page")
        except BuildError:  # a draft without a number has no page of its own yet
            return "", ""

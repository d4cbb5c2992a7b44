"""One cell of the list, edited where it stands; and the typeahead of relations."""

from typing import Any

from flask import abort, request
from flask_admin import expose
from sqlalchemy import String, cast, or_, select
from sqlalchemy.exc import IntegrityError

from app.admin import services
from app.admin.forms import cell_form
from app.admin.forms.builder import stamp
from app.admin.queries.columns import Column, title_expression, title_keys
from app.admin.queries.filters import like
from app.admin.queries.listing import Row
from app.admin.states import Kind
from app.admin.views.choices import Choices
from app.core.db import Archivable, db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.web import go, or_404, page, say, wants_fragment

PROPOSED = 10


class Cells(Choices):
    """Routes of inline edit and typeahead."""

    def inline(self) -> tuple[str, ...]:
        """The columns edited in the list."""
        return tuple(key for key in self.entity.inline if key in self.entity.editable)

    @expose("/ajax/update/", methods=("GET", "POST"))
    def ajax_update(self) -> Any:
        """GET: the small form of a cell, or the cell itself (`voir`). POST: write it, and the cell anew."""
        self.demand(self.can_edit)
        key = request.values.get("col", "")
        if key not in self.inline():
            abort(403)
        row = self.row_or_404(request.values.get("list_form_pk"))
        if request.method == "GET" and not wants_fragment():
            return go(self.to("edit_view", id=row.id))
        column = self.entity.all_columns[key]
        if request.method == "GET" and request.args.get("voir"):
            return self._cell(row, column)
        form = cell_form(self.entity, key)()
        if request.method == "GET":
            form.show(row.values)
            form.seen.data = stamp(row.values.get("updated_at"))
            return self._cell_form(form, row, column)
        return self._write_cell(form, row, column)

    def _write_cell(self, form: Any, row: Row, column: Column) -> Any:
        if not form.validate():
            return self._cell_form(form, row, column, 422)
        values = form.values()
        try:
            with transaction():
                services.change(self.entity, row.id, values, form.seen.data or "")
        except IntegrityError as fault:
            form.refuse(column.key, services.explain(self.entity, fault, values).message)
        except DomainError as refusal:
            if refusal.status == 409:
                say(refusal.message, "error")
                return self._cell(self.row_or_404(row.id), column, 409)
            form.refuse(column.key, refusal.message)
        else:
            if not wants_fragment():
                return go(self.entity.path)
            return self._cell(self.row_or_404(row.id), column)
        return self._cell_form(form, row, column, 422)

    def _cell(self, row: Row, column: Column, status: int = 200) -> Any:
        return page(
            "admin/model/cell.html",
            block="cellule",
            status=status,
            view=self,
            entity=self.entity,
            row=row,
            column=column,
            inline=True,
        )

    def _cell_form(self, form: Any, row: Row, column: Column, status: int = 200) -> Any:
        return page(
            "admin/model/cell.html",
            block="saisie",
            status=status,
            view=self,
            entity=self.entity,
            form=form,
            row=row,
            column=column,
        )

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> Any:
        """Records of a relation that match what is typed: ten, archived ones aside."""
        self.demand()
        column = or_404(self.entity.all_columns.get(request.args.get("name", "")))
        if column.kind is not Kind.REFERENCE:
            abort(404)
        words = (request.args.get("q") or request.args.get("query") or "").split()[:5]
        return page("admin/model/lookup.html", block="choix", found=proposals(column, words), entity=self.entity)


def proposals(column: Column, words: list[str]) -> list[tuple[int, str]]:
    """(id, name) of the records of a relation whose name, e-mail, phone or number holds every word."""
    target: Any = column.target
    title = title_expression(target, target)
    keys = [
        *title_keys(target),
        *(key for key in ("email", "phone", "serial", "number", "brand") if key in target.__mapper__.columns),
    ]
    query = select(target.id, title).order_by(title, target.id).limit(PROPOSED)
    if issubclass(target, Archivable):
        query = query.where(target.archived_at.is_(None))
    for word in words:
        query = query.where(
            or_(*(cast(getattr(target, key), String).ilike(like(word), escape="\\") for key in dict.fromkeys(keys)))
        )
    return [(int(found[0]), found[1] or _("n° %(id)s", id=found[0])) for found in db.session.execute(query)]

"""One cell of the list, edited where it stands; and the typeahead of relations."""

from typing import Any

from flask import abort, request
from flask_admin import expose
from sqlalchemy.exc import IntegrityError

from app.admin import services
from app.admin.forms import cell_form
from app.admin.forms.builder import stamp
from app.admin.queries.columns import Column
from app.admin.queries.listing import Row
from app.admin.queries.lookup import proposals
from app.admin.states import Kind
from app.admin.views.choices import Choices
from app.admin.views.frames import frame
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.web import go, or_404, page, say, wants_fragment


class Cells(Choices):
    """Routes of inline edit and typeahead."""

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
            frame=frame(column, True),
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

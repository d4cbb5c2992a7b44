"""What every part of a screen shares: its right, its rows, its addresses, and what Flask-Admin asks of a model's view.

The parts follow each other in one line (lists, choices, cells, records): Flask-Admin gives each class a copy of every
route it inherits, so that side by side the last one would hide the others.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from flask import abort, request, url_for
from flask_admin.model import BaseModelView
from flask_login import current_user

from app.accounts.queries import allowed
from app.admin.forms import form_class
from app.admin.queries.entities import Entity
from app.admin.queries.filters import ColumnFilter, filters_of
from app.admin.queries.listing import Ask, Row, ask_of, one
from app.core.web import or_404


class Screen(BaseModelView):  # type: ignore[misc]
    """Flask-Admin's model view over our tuples, forms and services. Every route checks the right again."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.can_create = entity.writable and entity.creatable
        self.can_edit = entity.writable
        self.can_delete = entity.deletes
        self.can_export = self.can_view_details = True
        self.export_types = ("csv", "xlsx")
        self.form_base_class = form_class(entity).__base__
        self.column_labels = {key: column.label for key, column in entity.all_columns.items()}
        super().__init__(
            entity.model,
            name=entity.model.__fr__.plural,
            category=entity.category,
            endpoint=entity.endpoint,
            url=entity.path.rstrip("/"),
        )

    # --- rights ---

    def is_accessible(self) -> bool:
        """The right of the entity's feature."""
        return allowed(current_user, self.entity.rule)

    def demand(self, possible: bool = True) -> None:
        """403 unless the person has the right and the screen allows that. Called first by every route."""
        if not possible or not self.is_accessible():
            abort(403)

    def inaccessible_callback(self, name: str, **_kwargs: Any) -> NoReturn:
        """403, never a redirection."""
        abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Once: the shipped one does the work again, without its record, when a TypeError comes out of it."""
        return fn(self, *args, **kwargs)

    # --- what every part needs ---

    def known(self) -> dict[str, ColumnFilter]:
        """The filters by their name in the query string."""
        found: dict[str, ColumnFilter] = self.__dict__.setdefault(
            "_known", {item.arg: item for item in self._filters or ()}
        )
        return found

    def asked(self) -> Ask:
        """What the query string of this request asks."""
        return ask_of(self.entity, self.known(), request.args)

    def row_or_404(self, key: Any) -> Row:
        """One record, whatever it is called in the request."""
        found = (
            one(self.entity, int(key))
            if str(key or "").isascii() and str(key or "").isdigit() and len(str(key)) < 12
            else None
        )
        return or_404(found)

    def inline(self) -> tuple[str, ...]:
        """The columns edited in the list."""
        return tuple(key for key in self.entity.inline if key in self.entity.editable)

    def to(self, route: str, /, **values: Any) -> str:
        """The address of one of this screen's routes."""
        return url_for(f"{self.endpoint}.{route}", **values)

    def list_url(self, query: str = "") -> str:
        """The list, with a query string."""
        return f"{self.entity.path}?{query}" if query else self.entity.path

    # --- what Flask-Admin asks of a model's view ---

    def get_pk_value(self, model: Any) -> Any:
        """The id."""
        return model.id

    def scaffold_list_columns(self) -> list[str]:
        """The columns of the list."""
        return list(self.entity.default_columns)

    def scaffold_sortable_columns(self) -> dict[str, str]:
        """Headers that sort."""
        return {key: key for key in self.entity.all_columns}

    def scaffold_form(self) -> Any:
        """The form made from the columns."""
        return form_class(self.entity)

    def get_filters(self) -> list[ColumnFilter]:
        """Every filter."""
        return filters_of(self.entity.all_columns)

    def get_filter_arg(self, index: int, flt: ColumnFilter) -> str:
        """Named by column and operation: a saved view outlives a new column."""
        return flt.arg

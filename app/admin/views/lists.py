"""The list of an entity: rows, tabs, filters, columns, exports."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request, stream_with_context
from flask_admin import expose
from flask_login import current_user

from app.admin.queries import exporting
from app.admin.queries.columns import Column
from app.admin.queries.filters import OPERATIONS, ColumnFilter
from app.admin.queries.formats import label_of
from app.admin.queries.listing import Ask, ask_of_query, counts_of, page_of
from app.admin.states import Kind
from app.admin.views.frames import frame
from app.admin.views.screen import Screen
from app.core import clock
from app.core.db import transaction
from app.core.i18n import THIN, _
from app.core.pages import COUNT_STOP, SIZES
from app.core.saved_views import drop_view, save_view, views_of
from app.core.search import fold
from app.core.web import go, not_found, page, say

TABS = 8
MIMES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _short(number: int) -> str:
    return f"1{THIN}000+" if number > COUNT_STOP else str(number)


class Lists(Screen):
    """Routes of the list."""

    @expose("/")
    def index_view(self) -> Any:
        """The list, or its region alone for htmx."""
        self.demand()
        ask = self.asked()
        for name in ask.wrong:
            say(_("Le filtre « %(name)s » ne se lit pas : il a été retiré.", name=name), "error")
        rows = page_of(self.entity, ask)
        return page(
            "admin/model/list.html",
            block="liste",
            oob=("exporter",),
            view=self,
            entity=self.entity,
            ask=ask,
            rows=rows,
            cells=self._cells(ask),
            tabs=self._tabs(ask),
            chips=self._chips(ask),
            sizes=SIZES,
            offered=self._offered(),
            state=ask.query(page=ask.page),
        )

    def pager(self, ask: Ask) -> Callable[[int], str]:
        """The address of a page."""
        return lambda number: self.list_url(ask.query(page=number))

    def _cells(self, ask: Ask) -> list[tuple[Any, ...]]:
        """Each column shown, with how its cells are framed."""
        columns = [self.entity.all_columns[key] for key in ask.columns]
        return [(column, *frame(column, column.key in self.inline())) for column in columns]

    def _chips(self, ask: Ask) -> list[dict[str, str]]:
        """The filters in force, each with the address of the list without it."""
        return [
            {"label": active.filter.words(active.value), "url": self.list_url(ask.without(rank))}
            for rank, active in enumerate(ask.filters)
        ]

    def _tabs(self, ask: Ask) -> list[dict[str, Any]]:
        """« Tout » and the saved views, each with its count; one query for all the counts."""
        views = views_of(f"admin.{self.entity.table}", current_user.id)[:TABS]
        plain = Ask(columns=())
        asks = [plain, *(ask_of_query(self.entity, self.known(), view.query) for view in views)]
        counts = [_short(number) for number in counts_of([(self.entity, one) for one in asks])]
        chosen = next((view for view in views if str(view.id) == ask.view), None)
        tabs: list[dict[str, Any]] = [
            {"label": _("Tout"), "url": self.list_url(), "active": chosen is None, "count": counts[0], "view": None}
        ]
        for view, count in zip(views, counts[1:], strict=True):
            query = urlencode(
                [*((key, value) for key, value in parse_qsl(view.query) if key != "vue"), ("vue", str(view.id))]
            )
            tabs.append(
                {
                    "label": view.name,
                    "url": self.list_url(query),
                    "active": view is chosen,
                    "count": count,
                    "view": view,
                }
            )
        return tabs

    # --- saved views ---

    @expose("/vue/", methods=("POST",))
    def view_save(self) -> Response:
        """Keep the present filters, order and columns under a name."""
        self.demand()
        state = self._state(request.form)
        name = request.form.get("name", "").strip()[:60]
        if not name:
            say(_("Donnez un nom à la vue, par exemple « À réviser »."), "error")
            return go(self.list_url(state.query()))
        with transaction():
            kept = save_view(
                f"admin.{self.entity.table}",
                name,
                state.query(view=""),
                current_user.id,
                shared=request.form.get("shared") == "1",
            )
            key = kept.id
        say(_("Vue « %(name)s » enregistrée.", name=name))
        return go(self.list_url(state.query(view=str(key))))

    @expose("/vue/oublier/", methods=("POST",))
    def view_drop(self) -> Response:
        """Forget one of one's own views."""
        self.demand()
        key = request.form.get("id", 0, type=int) or 0
        with transaction():
            dropped = drop_view(key, current_user.id)
        say(
            _("Vue supprimée.") if dropped else _("Cette vue est à quelqu'un d'autre : demandez-lui de la supprimer."),
            "success" if dropped else "error",
        )
        return go(self.list_url())

    def _state(self, source: Any) -> Ask:
        return ask_of_query(self.entity, self.known(), source.get("etat", "")[:4000])

    # --- filters and columns ---

    @expose("/filter/")
    def filter_view(self) -> Any:
        """The controls of a filter on one column; with `op`, the list with that filter added."""
        self.demand()
        ask = self._state(request.args)
        offered = self._offered()
        column = next((one for one in offered if one.key == request.args.get("col")), offered[0])
        if "op" in request.args:
            return self._filtered(ask, column.key)
        choices = [item for item in self.known().values() if item.column.key == column.key]
        return page(
            "admin/model/filter.html",
            block="suite",
            view=self,
            entity=self.entity,
            column=column,
            offered=offered,
            choices=choices,
            state=ask.query(),
        )

    def _offered(self) -> list[Column]:
        return [
            column
            for column in self.entity.all_columns.values()
            if OPERATIONS.get(column.kind) and column.kind is not Kind.SUBJECT
        ]

    @staticmethod
    def options(column: Column) -> list[tuple[str, str]]:
        """(code, word) of what a filter on this column proposes."""
        if column.choices:
            return [(member.value, label_of(member)) for member in column.choices]
        return column.words.choices() if column.words else []

    def _filtered(self, ask: Ask, key: str) -> Response:
        item: ColumnFilter | None = self.known().get(f"{key}.{request.args.get('op')}")
        if item is None:
            not_found()
        several = item.column.kind in (Kind.CHOICE, Kind.WORD)
        value = ",".join(request.args.getlist("value")) if several else request.args.get("value", "")
        if item.how.code == "empty":
            value = request.args.get("value", "1") if request.args.get("value") in ("0", "1") else "1"
        if not item.validate(value):
            say(
                _("La valeur du filtre « %(name)s » ne se lit pas. Vérifiez-la, puis recommencez.", name=item.name),
                "error",
            )
            return go(self.list_url(ask.query()))
        extra = f"flt{len(ask.filters)}_{item.arg}"
        return go(self.list_url(f"{ask.query(view=ask.view)}&{urlencode({extra: value})}".lstrip("&")))

    @expose("/columns/")
    def columns_view(self) -> Response:
        """The list with the columns chosen."""
        self.demand()
        ask = self._state(request.args)
        chosen = tuple(key for key in self.entity.all_columns if key in request.args.getlist("cols"))
        return go(self.list_url(ask.query(columns=chosen or self.entity.default_columns, chosen=bool(chosen))))

    # --- export ---

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The list as it is filtered, with its columns, as CSV or XLSX."""
        self.demand()
        if export_type not in MIMES:
            not_found()
        return self.exported(export_type, self.asked())

    def exported(self, export_type: str, ask: Ask, only: list[int] | None = None) -> Response:
        """The file of a list, or of the records chosen in it."""
        found = exporting.lines(self.entity, ask, only)
        body: Any
        if export_type == "csv":
            body = stream_with_context(exporting.as_csv(self.entity, ask, found))
        else:
            body = exporting.as_xlsx(self.entity, ask, found)
        name = f"{fold(self.entity.plural).replace(' ', '-')}-{clock.today().isoformat()}.{export_type}"
        return Response(
            body,
            mimetype=None,
            headers={"Content-Type": MIMES[export_type], "Content-Disposition": f'attachment; filename="{name}"'},
        )

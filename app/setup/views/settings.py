"""« Réglages › … »: one page per group of declared settings, with typed fields, help, and the way back to the default."""

from collections.abc import Callable

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.settings import Setting, change_setting, setting
from app.core.web import go, page, say
from app.setup import services
from app.setup.forms import TokenForm
from app.setup.views.blueprint import RIGHT

PARTS = {"singular": "Au singulier", "plural": "Au pluriel", "feminine": "Le nom est féminin"}


def group_view(group: str, endpoint: str, declared: list[Setting]) -> Callable[[], Response]:
    """The view of one group: GET shows it, POST keeps it or puts one setting back."""

    @requires(RIGHT)
    def view() -> Response:
        if request.method == "GET":
            return _group_page(group, declared, {item.key: setting(item.key) for item in declared}, {})
        back = next((item for item in declared if item.key == request.form.get("reset")), None)
        if back is not None:
            with transaction():
                change_setting(back.key, back.default)
            say(_("« %(label)s » est revenu à l'origine.", label=_(back.label)))
            return go(url_for(endpoint))
        return _save(group, endpoint, declared)

    view.__doc__ = f"Settings of « {group} »."
    return view


def _save(group: str, endpoint: str, declared: list[Setting]) -> Response:
    values, faults = {}, {}
    lists = {item.key: request.form.getlist(item.key) for item in declared}
    for item in declared:
        try:
            values[item.key] = services.read_value(item, request.form, lists)
        except DomainError as error:
            faults[item.key] = error.message
    if faults:
        return _group_page(group, declared, values, faults, status=422)
    with transaction():
        for key, value in values.items():
            change_setting(key, value)
    say(_("Réglages « %(group)s » enregistrés.", group=_(group)))
    return go(url_for(endpoint))


def _group_page(
    group: str, declared: list[Setting], values: dict[str, object], faults: dict[str, str], status: int = 200
) -> Response:
    shown = {
        item.key: request.form.get(item.key, "") if item.key in faults else services.typed_value(item, values[item.key])
        for item in declared
    }
    for item in declared:
        if item.key in faults and item.kind == "json":
            shown[item.key] = {part: request.form.get(f"{item.key}.{part}", "") for part in item.default}
    return page(
        "settings/group.html", group=group, settings=declared, shown=shown, faults=faults, part_labels=PARTS,
        changed={item.key: values.get(item.key) != item.default for item in declared}, form=TokenForm(), status=status,
    )  # fmt: skip

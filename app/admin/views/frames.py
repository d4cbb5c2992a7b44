"""The tags around a cell of a list, made once per column: a list has hundreds of cells."""

from functools import cache

from markupsafe import Markup

from app.admin.queries.columns import Column
from app.admin.states import NUMBERS
from app.core.i18n import _


@cache
def frame(column: Column, inline: bool) -> tuple[Markup, Markup]:
    """What opens and closes the cells of a column; `inline`: they hold a pencil, for they are edited where they stand."""
    classes = " ".join([*(["num"] if column.kind in NUMBERS else []), *(["adm-ed"] if inline else [])])
    opening = Markup("<td{} data-l='{}'{}>").format(
        Markup(" class='{}'").format(classes) if classes else "",
        column.label,
        Markup(" data-col='{}'").format(column.key) if inline else "",
    )
    pencil = Markup("<button class='adm-pen' type='button' data-modifier aria-label='{}'></button>")
    return opening, (pencil.format(_("Modifier %(nom)s", nom=column.label)) if inline else Markup()) + Markup("</td>")

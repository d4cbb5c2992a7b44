"""Texts with placeholders: « {{ dossier }} » and « {% if lien %}…{% endif %} », nothing else.

They are written by people in the browser, so the grammar is a short list of what is allowed, and what is not is refused
when it is saved, with the way to mend it.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.core.errors import DomainError
from app.core.i18n import _

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Const, nodes.Compare, nodes.Operand,
    nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip

# A line that is a condition and nothing else leaves no empty line; at the end of words, the line still ends.
_ALONE = re.compile(r"(?m)^[ \t]*(\{%[^%]*%\})[ \t]*\n")

_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
_environment.globals.clear()
_environment.filters.clear()
_environment.tests.clear()


def check_text(text: str, names: Iterable[str], *, field: str | None = None) -> None:
    """Raises DomainError, in words for the person who typed the text, when it could not be rendered with these names."""
    try:
        tree = _environment.parse(text)
    except TemplateSyntaxError as error:
        raise DomainError(
            _("Une accolade est mal placée à la ligne %(line)s. Un repère s'écrit {{ client }}.", line=error.lineno),
            field=field,
        ) from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise DomainError(
                _(
                    "Seuls les repères de la liste sont acceptés, comme {{ client }}, ou une condition {% if client %}…{% endif %}."
                ),
                field=field,
            )
    known = list(names)
    for node in tree.find_all(nodes.Name):
        if node.name not in known:
            raise DomainError(_unknown(node.name, known), field=field)


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return _(
            "Le repère {{ %(name)s }} n'existe pas. Vouliez-vous écrire {{ %(close)s }} ?", name=name, close=close[0]
        )
    return _(
        "Le repère {{ %(name)s }} n'existe pas pour ce message. Choisissez parmi : %(known)s.",
        name=name, known=", ".join(known),
    )  # fmt: skip


@lru_cache(maxsize=512)
def _compiled(text: str) -> Compiled:
    return _environment.from_string(_ALONE.sub(r"\1", text))


def render_text(text: str, values: Mapping[str, str]) -> str:
    """The text with its values. Every placeholder it uses must be given: raises UndefinedError."""
    return _compiled(text).render(values).strip()

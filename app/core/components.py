"""The macros of `templates/components/` for every template and block, as `ui.<macro>(…)`, without an import.

A block rendered alone (a fragment) does not run the imports of its file: a name of the environment is always there.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import Environment
from jinja2.runtime import Macro

FOLDER = "components/"
# Macros whose markup depends on their arguments alone (values that never change): a list asks for the same ones row after
# row, and so does everybody who looks at the same list.
PURE = frozenset({
    "avatar", "badge", "carte_ticket", "champs_attente", "echeance", "ligne_planning", "ligne_ticket", "menu_cote",
    "menu_telephone", "priorite",
})  # fmt: skip
TINTS = ("violet", "sarc", "vert", "terre", "bleu", "ambre")


def register(app: Flask) -> None:
    """Give templates `ui`, `initiales(name)` and `teinte(name)`."""
    app.jinja_env.globals.update(ui=Components(app.jinja_env), initiales=initials, teinte=tint)


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """« PT » for « Paul-Émile Tissot »: the first letters of the first and last words."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@lru_cache(maxsize=4096)
def tint(name: str) -> str:
    """The colour class of a person's avatar: always the same for the same name."""
    return TINTS[sum(name.encode()) % len(TINTS)]


class Components:
    """Finds a macro by its name; each file is compiled once, and again in development when it changes."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._files: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        macro: Callable[..., Any] = self._macro(name)
        if not self._environment.auto_reload:
            macro = lru_cache(maxsize=4096)(macro) if name in PURE else macro
            self.__dict__[name] = macro
        return macro

    def _macro(self, name: str) -> Macro:
        if name not in self._files:
            self._files = dict(self._index())
        if name not in self._files:
            raise AttributeError(f"no macro named {name!r} in templates/{FOLDER}")
        macro: Macro = getattr(self._environment.get_template(self._files[name]).module, name)
        return macro

    def _source(self, file: str) -> str:
        loader = self._environment.loader
        return loader.get_source(self._environment, file)[0] if loader else ""

    def _index(self) -> Iterator[tuple[str, str]]:
        """(macro, file) of every macro in the folder."""
        for file in self._environment.list_templates(extensions=["html"]):
            if file.startswith(FOLDER) and "{% macro " in self._source(file):
                module = self._environment.get_template(file).module
                yield from ((name, file) for name, value in vars(module).items() if isinstance(value, Macro))

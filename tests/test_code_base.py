"""The rules of docs/architecture.md, held by the source itself: floors, rooms, budgets, names that must lead somewhere."""

import ast
import re
import subprocess
import sys
import warnings
from collections import defaultdict
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check
from jinja2 import Environment

from app.core.config import EXAMPLES
from app.core.db import Base
from app.core.history import VERBS
from app.core.jobs import resolve
from app.core.permissions import PERMISSIONS, PUBLIC, SIGNED_IN, rule_of
from app.factory import FEATURES
from app.insights.views import lines
from app.messaging.services.registry import TEMPLATES
from app.portal.queries import journey
from app.schedule import PERIODIC
from app.tickets.queries import steps
from app.tickets.states import COLUMN_STATES, FINAL, GROUPS, MACHINES, NEXT_MOVES, BoardColumn, Group, TicketState
from tests.code_base.source import ROOT, arguments, cycles, imports, length, literals, read, sources

# Rooms by which a feature is entered from another one, and the modules that are entered besides: invoices received,
# electronic or printed, the head of our papers, the engine that prints them, and the plain shape of a question.
ROOMS = ("services", "queries", "models", "states")
OPEN = (
    "app.documents.einvoices",
    "app.documents.letterhead",
    "app.documents.pdf",
    "app.documents.printed",
    "app.questionnaires.items",
)
# These read or fill every feature: they are the house (docs/architecture.md).
HOUSE = ("demo", "operations")

FILE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 25
ROUTES = ("get", "post", "route")


# --- floors and rooms ---------------------------------------------------------------------------------------------------


def test_imports_go_down_the_floors_and_the_rooms() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_feature_is_entered_by_its_open_rooms_only() -> None:
    back_doors = [
        f"{module} → {target}"
        for module, targets in imports().items()
        for target in targets
        if _feature(module) and _feature(target) and _feature(module) != _feature(target) and not _is_open(target)
    ]
    assert back_doors == []


def _feature(module: str) -> str:
    name = f"{module}.".split(".")[1]
    return name if name in FEATURES and name not in HOUSE else ""


def _is_open(module: str) -> bool:
    return module.split(".")[2:3] in [[room] for room in ROOMS] or module.startswith(OPEN)


def test_no_module_imports_itself_through_others() -> None:
    assert cycles(imports()) == []


def test_no_feature_imports_itself_through_others() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for module, targets in imports().items():
        graph[_package(module)] |= {_package(target) for target in targets} - {_package(module)}
    assert cycles(graph) == []


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


# --- budgets ------------------------------------------------------------------------------------------------------------


def test_no_file_is_longer_than_one_reads_at_once() -> None:
    files = [
        *sources("app", "bench", "tools", "tests"),
        *(ROOT / "static").glob("[cj]s*/*"),
        *(ROOT / "templates").rglob("*.*"),
    ]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := path.read_text(encoding="utf-8").count("\n")) > FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": length(function)
        for path in sources("app", "bench", "tools")
        for function in read(path).functions
        if length(function) > FUNCTION_LINES
    }
    assert long == {}


def test_a_view_is_thin() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": length(function)
        for path in sources("app")
        if "views" in path.parts or path.stem == "views"
        for function in read(path).functions
        if any(getattr(getattr(decorator, "func", None), "attr", "") in ROUTES for decorator in function.decorator_list)
        and length(function) > VIEW_LINES
    }
    assert long == {}


# --- names that must lead somewhere -------------------------------------------------------------------------------------

DOTTED = re.compile(r"app(\.\w+)+\.jobs\.\w+")


def test_every_job_named_exists(whole_app: Flask) -> None:
    named = dict(literals("later", 0, "app")) | {f"schedule: {line.function}": line.function for line in PERIODIC}
    assert named
    for place, name in named.items():
        assert callable(resolve(name)), place


def test_a_text_that_looks_like_a_job_is_one(whole_app: Flask) -> None:
    for name in {text for path in sources("app") for text in read(path).strings if DOTTED.fullmatch(text)}:
        assert callable(resolve(name)), name


def test_every_route_says_who_may_use_it(whole_app: Flask) -> None:
    rules = {
        rule.endpoint: rule_of(whole_app, rule.endpoint)
        for rule in whole_app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    assert {endpoint: rule for endpoint, rule in rules.items() if rule not in {PUBLIC, SIGNED_IN, *PERMISSIONS}} == {}


def test_every_right_named_is_declared(whole_app: Flask) -> None:
    in_code = {
        text
        for name in ("requires", "can", "allowed")
        for position in (0, 1)
        for _place, text in literals(name, position, "app")
    }
    in_templates = {
        text
        for path in (ROOT / "templates").rglob("*.html")
        for text in re.findall(r"\bcan\([\"']([\w.]+)[\"']\)", path.read_text(encoding="utf-8"))
    }
    assert {text for text in in_code | in_templates if "." in text} - PERMISSIONS.keys() == set()


def test_every_event_written_has_its_words(whole_app: Flask) -> None:
    written = dict(literals("record", 1, "app"))
    assert written
    assert {place: verb for place, verb in written.items() if verb not in VERBS} == {}


def test_every_message_told_has_its_text(whole_app: Flask) -> None:
    told = dict(literals("tell", 1, "app")) | dict(literals("_tell", 1, "app"))
    assert told
    assert {place: code for place, code in told.items() if code not in TEMPLATES} == {}


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in EXAMPLES if f"| `{name}` |" not in page] == []


# --- states of a ticket -------------------------------------------------------------------------------------------------


def test_a_state_of_a_ticket_has_its_line_in_every_table() -> None:
    """A page would fail on the first ticket that comes to a state it does not know: here is where to add it."""
    states = set(TicketState)
    running = states - set(FINAL)
    at_work = {state for state in running if GROUPS.get(state) != Group.SHIPPING}
    boarded = {state for column in COLUMN_STATES.values() for state in column}
    moved = {state for machine in MACHINES.values() for state in machine.moves}
    tables = {
        "app/tickets/states.py: GROUPS": (states, GROUPS),
        "app/tickets/states.py: REPAIR_MOVES, SOFTWARE_MOVES": (running, moved),
        "app/tickets/states.py: NEXT_MOVES": (running - {TicketState.QUOTED}, NEXT_MOVES),
        "app/tickets/states.py: COLUMN_STATES": (at_work, boarded),
        "app/tickets/queries/steps.py: REPAIR, SOFTWARE": (at_work, {*steps.REPAIR, *steps.SOFTWARE}),
        "app/portal/queries/journey.py: POSITION": (states, journey.POSITION),
        "app/portal/queries/journey.py: NOW": (running, journey.NOW),
        "app/insights/views/lines.py: NEXT": (running, lines.NEXT),
    }
    lacking = {place: sorted(asked - set(known)) for place, (asked, known) in tables.items() if asked - set(known)}
    assert lacking == {}
    assert set(BoardColumn) == set(COLUMN_STATES)


# --- tables -------------------------------------------------------------------------------------------------------------


def test_migrations_have_one_head_and_make_the_tables_of_the_models(whole_app: Flask) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    with whole_app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what SQLAlchemy cannot read back: expression indexes
        check()  # ends the program when a model and its table differ


def test_a_record_that_people_see_has_a_french_name_and_labels(whole_app: Flask) -> None:
    models = [mapper.class_ for mapper in Base.registry.mappers]
    shown = [model for model in models if any("label" in column.info for column in model.__table__.columns)]
    assert [model.__name__ for model in shown if "__fr__" not in vars(model)] == []
    assert [model.__name__ for model in models if model.__kind__ and model not in shown] == []
    labels = {
        f"{model.__name__}.{column.name}": column.info["label"]
        for model in models
        for column in model.__table__.columns
        if "label" in column.info
    }
    assert {name: label for name, label in labels.items() if not label or label[0].islower()} == {}


# --- templates ----------------------------------------------------------------------------------------------------------


def test_every_template_compiles(whole_app: Flask) -> None:
    names = [
        name
        for name in whole_app.jinja_env.list_templates(extensions=("html", "txt"))
        if (ROOT / "templates" / name).exists()
    ]
    assert names
    for name in names:
        whole_app.jinja_env.get_template(name)


TEXT = re.compile(r">([^<>]*)<|\s(?:aria-label|title|placeholder|alt|data-confirm)=\"([^\"]*)\"")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, written the same in every language.
SAME = {"Ctrl", "Établi", "SMS", "PDF", "QR", "CSV", "SHA"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_text_of_a_template_may_be_translated(path: Path) -> None:
    literal = "".join(
        text if kind == "data" else "" for _line, kind, text in Environment().lex(path.read_text(encoding="utf-8"))
    )
    html = re.sub(
        r"&\w+;|<(script|svg)\b.*?</\1>|^[^<>]*=\"[^<>]*$", "", literal, flags=re.DOTALL | re.MULTILINE
    )  # a set of attributes too
    bare = [
        word for texts in TEXT.findall(f">{html}<") for text in texts for word in WORD.findall(text) if word not in SAME
    ]
    assert bare == []


def test_sentences_of_the_source_use_straight_marks() -> None:
    """Typography is applied by `_()`: a curly apostrophe in the source would make two entries of one sentence."""
    curly = [
        place
        for name in ("_", "_l")
        for place, text in literals(name, 0, "app")
        if "’" in text or "\u202f" in text or "\u00a0" in text
    ]
    assert curly == []


def test_translation_is_given_whole_sentences() -> None:
    """`_(f"…")` cannot be found in a catalogue."""
    built = [
        place
        for name in ("_", "_l", "_n")
        for place, argument in arguments(name, 0, "app")
        if isinstance(argument, ast.JoinedStr)
    ]
    assert built == []

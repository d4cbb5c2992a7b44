"""`flask dispatch solve FILE.json` (A5): what it answers, and what it says of a file that is wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.dispatch.services import read, rebalance

pytestmark = pytest.mark.row("A5")

GOOD: dict[str, Any] = {
    "today": "2026-11-23",
    "place": {"town": "Lyon", "latitude": 45.76, "longitude": 4.84},
    "weights": {"lateness": 10, "load": 0.2, "cost": 0.1, "distance": 0.1, "quality": 0.2},
    "repairs": [
        {"id": "R-1", "family": "Violon", "hours": 3, "due": "2026-11-25", "priority": 2},
        {"id": "R-2", "family": "violon", "hours": 6.5, "earliest": "2026-11-25", "due": "2026-12-01"},
        {"id": "R-3", "family": "harpe", "hours": 2, "declined_by": ["martin"]},
        {"id": "R-4", "family": "violon", "hours": 4, "repairer": "martin", "accepted": True},
    ],
    "repairers": [
        {
            "id": "martin", "name": "Atelier Martin", "skills": {"violon": {"level": 2, "lead_days": 2}, "harpe": {}},
            "hours_per_week": 20, "load_hours": 6, "cost_per_hour": 45, "latitude": 45.8, "longitude": 4.9,
            "closures": [{"from": "2026-11-30", "to": "2026-12-04"}], "returns_percent": 2, "late_percent": 10,
        },
        {
            "id": "roux", "name": "Lutherie Roux", "skills": {"Violon": {"price": 120}}, "hours_per_week": 35,
            "weekdays": [2, 3, 4, 5, 6], "cost_per_hour": 38.5, "town": "Vienne",
        },
    ],
}  # fmt: skip


def solve(app: Flask, folder: Path, content: object) -> tuple[int, str, str]:
    """Exit status, what is printed, what is complained of, with plain spaces and apostrophes."""
    file = folder / "repairs.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    done = app.test_cli_runner().invoke(args=["dispatch", "solve", str(file)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    plain = done.stderr.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return done.exit_code, done.stdout, plain


def test_assignments_load_and_reasons(app: Flask, tmp_path: Path) -> None:
    status, printed, _complaint = solve(app, tmp_path, GOOD)
    answer = json.loads(printed)
    assert status == 0
    by_id = {one["repair"]: one for one in answer["assignments"]}
    assert {name: one["repairer"] for name, one in by_id.items()} == {
        "R-1": "roux", "R-2": "roux", "R-3": None, "R-4": "martin",
    }  # fmt: skip
    first = by_id["R-1"]
    assert first["finish"] == "2026-11-24"
    assert sum(part["points"] for part in first["parts"]) == pytest.approx(first["cost"])
    assert first["second"]["repairer"] == "martin"
    assert "jour de retard de plus" in first["second"]["why_not"]
    assert "a refusé cette réparation" in by_id["R-3"]["reason"]
    assert by_id["R-4"]["kept"] is True
    assert [(load["repairer"], load["hours"]) for load in answer["load"]] == [("martin", 10.0), ("roux", 9.5)]
    assert answer["moves"] == [
        {"repair": "R-1", "from": None, "to": "roux"},
        {"repair": "R-2", "from": None, "to": "roux"},
    ]


def test_one_repair_is_placed_on_arrival(app: Flask, tmp_path: Path) -> None:
    status, printed, _complaint = solve(app, tmp_path, GOOD | {"mode": "place", "repair": "R-2"})
    assert status == 0
    placed = {one["repair"]: one["repairer"] for one in json.loads(printed)["assignments"]}
    assert placed == {"R-2": "roux", "R-4": "martin"}


def test_the_same_file_gives_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    turned = GOOD | {"repairs": GOOD["repairs"][::-1], "repairers": GOOD["repairers"][::-1]}
    assert solve(app, tmp_path, GOOD) == solve(app, tmp_path, turned)


def test_nothing_to_share_is_an_answer(app: Flask, tmp_path: Path) -> None:
    status, printed, _complaint = solve(app, tmp_path, {"today": "2026-11-23", "repairs": [], "repairers": []})
    assert status == 0
    assert json.loads(printed)["assignments"] == []


def changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """The good file with one value changed; a value of `...` takes the key away."""
    whole = copy.deepcopy(GOOD)
    inside: Any = whole
    for key in path[:-1]:
        inside = inside[key]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "n'est pas du JSON : ligne 1, colonne 1"),
        (b'{"today": NaN}', "n'est pas du JSON lisible"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "n'est pas du JSON lisible"),
        ([], "Le fichier : un objet JSON"),
        (changed(("today",), ...), "« today » manque"),
        (changed(("repairs",), ...), "il faut deux listes"),
        (changed(("mode",), "magic"), "« mode » est « rebalance »"),
        (GOOD | {"mode": "place"}, "« repair » manque"),
        (GOOD | {"mode": "place", "repair": "R-4"}, "« R-4 » est inconnue ou déjà acceptée"),
        (changed(("repairs", 1), "R-2"), "Réparation n° 2 : un objet JSON"),
        (changed(("repairs", 1, "hours"), "deux"), "Réparation n° 2 (« R-2 ») : « hours » doit être un nombre de 0 à 1000"),
        (changed(("repairs", 1, "hours"), -1), "pas « -1 ». Corrigez-le."),
        (changed(("repairs", 1, "hours"), 0), "plus de 0"),
        (changed(("repairs", 1, "hours"), 10**400), "« hours » doit être un nombre"),
        (changed(("repairs", 1, "id"), "R-1"), "« R-1 » est donné deux fois"),
        (changed(("repairs", 1, "id"), "\ud800"), "« id » doit être un texte"),
        (changed(("repairs", 1, "due"), "2026-02-30"), "« due » doit être une date comme 2026-12-24"),
        (changed(("repairs", 1, "priority"), 1.5), "« priority » doit être un nombre entier"),
        (changed(("repairs", 1, "accepted"), "oui"), "« accepted » doit être true ou false"),
        (changed(("repairs", 1, "accepted"), True), "acceptée, mais par personne"),
        (changed(("repairs", 3, "repairer"), "dupont"), "le réparateur « dupont » n'est pas dans la liste"),
        (changed(("repairs", 2, "declined_by"), "martin"), "« declined_by » doit être une liste"),
        (changed(("repairs", 2, "hour"), 2), "« hour » n'est pas connu"),
        (changed(("repairers", 0, "skills"), ["violon"]), "Réparateur n° 1 (« martin ») : « skills » est un objet par famille"),
        (changed(("repairers", 0, "skills", "harpe"), {"level": 0}), "famille « harpe » : « level »"),
        (changed(("repairers", 0, "closures", 0, "to"), "2026-11-01"), "une fermeture va de « from » à « to »"),
        (changed(("repairers", 1, "weekdays"), [0]), "« weekdays » est une liste de jours de 1 (lundi)"),
        (changed(("repairers", 1, "name"), 3), "« name » doit être un texte"),
        (changed(("repairers", 1, "hours_per_week"), ...), "« hours_per_week » manque"),
        (changed(("weights", "price"), 3), "« weights » : « price » n'est pas connu"),
        (changed(("place", "latitude"), 91), "« latitude » doit être un nombre de -90 à 90"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_which_entry_and_how_to_go_on(
    app: Flask, tmp_path: Path, content: object, says: str
) -> None:
    status, printed, complaint = solve(app, tmp_path, content)
    assert (status, printed) == (2, "")
    assert says in complaint


def test_a_file_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["dispatch", "solve", str(tmp_path / "none.json")])
    assert done.exit_code == 2
    assert "ne peut pas être lu" in done.stderr


def _paths(value: object, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [so_far, *(path for key, one in inside for path in _paths(one, (*so_far, key)))]


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.just([]), st.just({}),
    st.just("9999-12-31"), st.just("0001-01-01"), st.just(10**30), st.just([1, "a", None]), st.just(...),
)  # fmt: skip


@given(st.sampled_from([path for path in _paths(GOOD) if path]), JUNK)
@settings(max_examples=150)
def test_any_other_value_is_understood_or_refused_in_words(path: tuple[Any, ...], value: object) -> None:
    content = json.dumps(changed(path, value)).encode()
    said, shared = "", None
    try:
        problem = read(content).problem
        shared = rebalance(problem).after
    except DomainError as refused:
        said = refused.message.strip()
    if shared is None:
        assert said
    else:
        assert {one.repair for one in shared.assignments} == {repair.id for repair in problem.repairs}

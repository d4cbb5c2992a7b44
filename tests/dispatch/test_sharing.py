"""How a repair finds its repairer (A5): what each criterion does, what is said, what never moves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.errors import DomainError
from app.dispatch.models import Assignment, Closure, Place, Plan, Problem, Repair, Repairer, Skill, Weights
from app.dispatch.services import place, rebalance
from app.dispatch.states import Criterion

pytestmark = pytest.mark.row("A5")

MONDAY = date(2026, 11, 23)
NOTHING = Weights(lateness=0, load=0, cost=0, distance=0, quality=0)


def in_days(days: int) -> date:
    return MONDAY + timedelta(days=days)


def someone(name: str, **changes: object) -> Repairer:
    """Eight hours a day from Monday to Friday, at 40 € an hour."""
    plain = Repairer(
        id=name,
        name=name.title(),
        skills={"violon": Skill()},
        weekly_minutes=40 * 60,
        hourly_cents=4000,
        place=Place("Lyon"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_repair(name: str = "R-1", hours: float = 4, **changes: object) -> Repair:
    return replace(Repair(id=name, family="violon", minutes=int(60 * hours)), **changes)  # type: ignore[arg-type]


def problem(repairs: list[Repair], people: list[Repairer], **changes: object) -> Problem:
    plain = Problem(today=MONDAY, repairs=tuple(repairs), repairers=tuple(people), place=Place("Lyon"))
    return replace(plain, **changes)  # type: ignore[arg-type]


def of(plan: Plan, name: str = "R-1") -> Assignment:
    return next(one for one in plan.assignments if one.repair == name)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def placed(repair: Repair, *people: Repairer, **changes: object) -> Assignment:
    return of(place(problem([repair], list(people), **changes), repair.id), repair.id)


# --- one criterion at a time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "worse", "says"),
    [
        (replace(NOTHING, lateness=1000), {"load_minutes": 24 * 60}, "3 jours de retard de plus"),
        (replace(NOTHING, load=1000), {"load_minutes": 80 * 60}, "une charge de 53 % de sa capacité au lieu de 3 %"),
        (replace(NOTHING, cost=1000), {"hourly_cents": 4550}, "22,00 € de plus"),
        (replace(NOTHING, cost=1000), {"skills": {"violon": Skill(cents=17050)}}, "10,50 € de plus"),
        (replace(NOTHING, distance=1000), {"place": Place("Paris")}, "30,0 km de plus (une distance inconnue comptée 30 km)"),
        (replace(NOTHING, quality=1000), {"returned": 20, "late": 105}, "12,5 retours et retards de plus pour 100 réparations"),
    ],
)  # fmt: skip
def test_the_worse_one_is_left_for_that_reason(weights: Weights, worse: dict[str, object], says: str) -> None:
    # « a » would win a tie by its name
    told = placed(a_repair(due=MONDAY), someone("a", **worse), someone("b"), weights=weights)
    assert told.repairer == "b"
    assert told.second is not None
    assert told.second.repairer == "a"
    assert says in plain(told.why_not)


def test_distance_is_measured_when_places_are_known() -> None:
    lyon, paris = Place("", 45.764, 4.8357), Place("", 48.8566, 2.3522)
    told = placed(a_repair(place=lyon), someone("a", place=paris), weights=NOTHING)
    assert told.chosen is not None
    words = [plain(part.words) for part in told.chosen.parts if part.criterion == Criterion.DISTANCE]
    assert words == ["391,5 km"]


def test_lateness_counts_by_priority_and_what_it_does_to_others() -> None:
    """One repairer: the urgent one goes before, and the other's delay is on its account."""
    waiting = a_repair("R-1", 8, due=in_days(1), repairer="a")
    urgent = a_repair("R-2", 16, due=MONDAY, priority=3)
    told = of(place(problem([waiting, urgent], [someone("a")], weights=replace(NOTHING, lateness=1000)), "R-2"), "R-2")
    assert told.chosen is not None
    assert told.chosen.finish == in_days(1)
    assert told.chosen.cost == 3 * 1000 + 1000  # a day late at priority 3; the other ends on Wednesday
    assert plain(told.chosen.parts[0].words) == "1 jour de retard, et retarde d'autres réparations"


def test_what_speaks_for_the_second_is_said_too() -> None:
    told = placed(a_repair(due=MONDAY), someone("a", load_minutes=40 * 60, hourly_cents=3000), someone("b"))
    assert told.repairer == "b"
    assert plain(told.why_not).endswith("; malgré 40,00 € de moins.")


def test_equal_repairers_are_told_by_their_ids() -> None:
    told = placed(a_repair(), someone("b"), someone("a"))
    assert told.repairer == "a"
    assert plain(told.why_not) == "B compte autant de points : rien d'autre ne les départage."


# --- who cannot ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"skills": {"harpe": Skill()}}, "ne répare pas « violon »"),
        ({"skills": {"violon": Skill(level=1)}}, "niveau 1 pour « violon », il faut 2"),
        ({"id": "refused", "skills": {"violon": Skill(2)}}, "a refusé cette réparation"),
        ({"weekly_minutes": 0, "skills": {"violon": Skill(2)}}, "n'a aucune heure de travail dans la semaine"),
    ],
)
def test_who_cannot_have_it_is_told_why(changes: dict[str, object], reason: str) -> None:
    repair = a_repair(level=2, declined=frozenset({"refused"}))
    dear = someone("z", skills={"violon": Skill(3)}, hourly_cents=90000)
    told = placed(repair, someone("a", **changes), dear)
    assert told.repairer == "z"
    assert [plain(one.reason) for one in told.excluded] == [reason]
    alone = placed(repair, someone("a", **changes))
    assert alone.repairer is None
    assert plain(alone.reason).startswith(f"Aucun réparateur ne peut la prendre : {reason} (1). Ajoutez")


# --- when it is finished ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "repair", "finish"),
    [
        ({}, {}, 0),
        ({"load_minutes": 8 * 60}, {}, 1),
        ({"load_minutes": 36 * 60}, {}, 4),
        ({"load_minutes": 37 * 60}, {}, 7),  # Friday is full: Monday
        ({"closures": (Closure(MONDAY, in_days(2)),)}, {}, 3),
        ({"weekdays": (2,)}, {}, 2),
        ({"skills": {"violon": Skill(lead_days=3)}}, {}, 3),
        ({"skills": {"violon": Skill(lead_days=5)}}, {}, 7),  # Saturday: Monday
        ({"skills": {"violon": Skill(lead_days=3)}, "closures": (Closure(in_days(1), in_days(2)),)}, {}, 7),
        ({}, {"earliest": in_days(9)}, 9),
        ({}, {"earliest": in_days(-9)}, 0),
    ],
)
def test_the_day_it_is_finished(changes: dict[str, object], repair: dict[str, object], finish: int) -> None:
    told = placed(a_repair(**repair), someone("a", **changes))
    assert told.chosen is not None
    assert told.chosen.finish == in_days(finish)


def test_a_list_is_worked_by_start_then_due_date_then_priority() -> None:
    waiting = [
        a_repair("R-4", 8, earliest=in_days(1), due=in_days(2)),
        a_repair("R-1", 8, due=in_days(9)),
        a_repair("R-3", 8),
        a_repair("R-2", 8, due=in_days(9), priority=2),
    ]
    after = rebalance(problem(waiting, [someone("a")])).after
    finish = {one.repair: one.chosen.finish for one in after.assignments if one.chosen}
    assert finish == {"R-2": MONDAY, "R-1": in_days(1), "R-3": in_days(2), "R-4": in_days(3)}
    assert after.loads[0].late_days == 1
    assert after.loads[0].finish == in_days(3)


# --- what moves and what does not ---------------------------------------------------------------------------------------


def test_a_new_repair_leaves_the_proposals_and_rebalancing_moves_them() -> None:
    """Both were proposed to « a »; « b » has come since."""
    waiting = [a_repair(f"R-{rank}", 30, repairer="a", due=in_days(4)) for rank in (1, 2)]
    people = [someone("a"), someone("b")]
    new = place(problem([*waiting, a_repair("R-3", 1)], people), "R-3")
    assert {one.repair: (one.repairer, one.kept) for one in new.assignments} == {
        "R-1": ("a", True), "R-2": ("a", True), "R-3": ("b", False),
    }  # fmt: skip
    done = rebalance(problem(waiting, people))
    assert [load.repairs for load in done.before.loads] == [2, 0]
    assert [load.repairs for load in done.after.loads] == [1, 1]
    assert [(move.origin, move.target) for move in done.moves] == [("a", "b")]
    assert done.after.cost < done.before.cost


def test_what_was_proposed_stays_when_nothing_is_cheaper() -> None:
    done = rebalance(
        problem([a_repair("R-1", repairer="b"), a_repair("R-2", repairer="a")], [someone("a"), someone("b")])
    )
    assert done.moves == ()
    assert [one.repairer for one in done.after.assignments] == ["b", "a"]


def test_the_others_are_told_from_the_cheapest_to_the_dearest() -> None:
    people = [someone(name, hourly_cents=1000 * price) for name, price in (("a", 5), ("b", 4), ("c", 2), ("d", 3))]
    told = placed(a_repair(), *people)
    assert [candidate.repairer for candidate in told.candidates] == ["c", "d", "b", "a"]
    assert told.second is not None
    assert told.second.repairer == "d"


def test_an_accepted_repair_stays_even_where_it_is_late_and_dear() -> None:
    accepted = a_repair("R-1", 60, repairer="a", accepted=True, due=MONDAY)
    urgent = a_repair("R-2", due=MONDAY, priority=5)
    people = [someone("a", hourly_cents=90000), someone("b", skills={"violon": Skill(cents=1)})]
    told = of(rebalance(problem([accepted, urgent], people)).after)
    assert (told.repairer, told.kept) == ("a", True)
    assert told == of(rebalance(problem([accepted], people)).after)
    assert plain(told.reason) == "Acceptée par A : ne bouge plus."


def test_a_choice_by_hand_against_the_skills_is_kept_once_accepted() -> None:
    told = of(rebalance(problem([a_repair(repairer="a", accepted=True)], [someone("a", skills={})])).after)
    assert told.repairer == "a"


@pytest.mark.parametrize(
    ("repairs", "people", "says"),
    [
        ([a_repair(), a_repair()], ["a"], "« R-1 » est donné deux fois"),
        ([a_repair()], ["a", "a"], "« a » est donné deux fois"),
        ([a_repair(repairer="z")], ["a"], "le réparateur « z » n'est pas dans la liste"),
        ([a_repair(accepted=True)], ["a"], "acceptée, mais par personne"),
    ],
)
def test_a_problem_that_does_not_hold_together_is_refused(repairs: list[Repair], people: list[str], says: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rebalance(problem(repairs, [someone(name) for name in people]))
    assert says in plain(refusal.value.message)


def test_a_repairer_closed_for_good_is_the_last_choice_and_breaks_nothing() -> None:
    gone = someone("a", closures=(Closure(MONDAY, in_days(9000)),))
    told = placed(a_repair(due=MONDAY), gone, someone("b"))
    assert told.repairer == "b"
    alone = placed(a_repair(due=MONDAY), gone)
    assert alone.repairer == "a"
    assert alone.chosen is not None
    assert alone.chosen.facts.late_days > 3000

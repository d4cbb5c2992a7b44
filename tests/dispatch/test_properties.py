"""What is true of any sharing of repairs (A5)."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dispatch.models import Plan, Problem, Repair
from app.dispatch.services import place, rebalance
from tests.dispatch.instances import drawn
from tests.dispatch.naive import is_closed, minutes_on, told

pytestmark = pytest.mark.row("A5")


@st.composite
def problems(draw: st.DrawFn, proposed: bool = False) -> Problem:
    chance = draw(st.randoms(use_true_random=False))
    problem = drawn(chance, draw(st.integers(1, 12)), draw(st.integers(1, 4)))
    return with_proposals(problem, chance) if proposed else problem


def with_proposals(problem: Problem, chance: Random) -> Problem:
    """Some repairs not accepted are proposed to somebody who may have them; others were refused once."""
    repairs = []
    for repair in problem.repairs:
        able = [one.id for one in problem.repairers if _able(problem, repair, one.id)]
        if able and not repair.accepted and chance.random() < 0.6:
            repairs.append(replace(repair, repairer=chance.choice(able)))
        else:
            repairs.append(replace(repair, declined=frozenset(chance.sample(able, 1)) if able else frozenset()))
    return replace(problem, repairs=tuple(repairs))


def _able(problem: Problem, repair: Repair, who: str) -> bool:
    skill = next(one for one in problem.repairers if one.id == who).skills.get(repair.family)
    return skill is not None and skill.level >= repair.level and who not in repair.declined


def owners(plan: Plan) -> dict[str, str]:
    return {one.repair: one.repairer for one in plan.assignments if one.repairer is not None}


@given(problems(proposed=True))
@settings(max_examples=25)
def test_nobody_is_given_what_he_cannot_do_or_has_refused(problem: Problem) -> None:
    given_to = owners(rebalance(problem).after)
    for repair in problem.repairs:
        able = [one.id for one in problem.repairers if _able(problem, repair, one.id)]
        if not repair.accepted:
            assert (given_to.get(repair.id) in able) == bool(able)


@given(problems())
@settings(max_examples=25)
def test_a_repair_is_given_back_on_a_day_the_repairer_works_and_not_before_its_lead_time(problem: Problem) -> None:
    people = {one.id: one for one in problem.repairers}
    for one in rebalance(problem).after.assignments:
        if one.chosen is None:
            continue
        repair = next(repair for repair in problem.repairs if repair.id == one.repair)
        who = people[one.chosen.repairer]
        assert minutes_on(who, one.chosen.finish) > 0
        assert not is_closed(who, one.chosen.finish)
        skill = who.skills.get(repair.family)
        lead = skill.lead_days if skill else 0
        assert (one.chosen.finish - (repair.earliest or problem.today)).days >= lead


@given(problems(proposed=True))
@settings(max_examples=25)
def test_cost_and_dates_are_those_of_the_same_work_told_day_by_day(problem: Problem) -> None:
    done = rebalance(problem)
    for plan in (done.before, done.after):
        slow = told(problem, owners(plan))
        assert slow.cost == plan.cost
        assert slow.finish == {one.repair: one.chosen.finish for one in plan.assignments if one.chosen}


@given(problems(proposed=True), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_the_lists_changes_nothing(problem: Problem, chance: Random) -> None:
    repairs, people = list(problem.repairs), list(problem.repairers)
    chance.shuffle(repairs)
    chance.shuffle(people)
    turned = replace(
        problem,
        repairs=tuple(repairs),
        repairers=tuple(replace(one, skills=dict(reversed(one.skills.items()))) for one in people),
    )
    assert rebalance(turned) == rebalance(problem)


@given(problems(proposed=True), st.data())
@settings(max_examples=25)
def test_a_new_repair_changes_nothing_to_those_accepted_nor_moves_those_proposed(
    problem: Problem, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(problem.repairs) - 1))
    new = replace(problem.repairs[position], id="new", repairer=None, accepted=False)
    more = replace(problem, repairs=(*problem.repairs, new))
    accepted = {repair.id for repair in problem.repairs if repair.accepted}

    def of_accepted(plan: Plan) -> list[object]:
        return [one for one in plan.assignments if one.repair in accepted]

    before, placed = rebalance(problem), place(more, "new")
    assert of_accepted(rebalance(more).after) == of_accepted(placed) == of_accepted(before.after)
    assert owners(placed) | owners(before.before) == owners(placed)
    assert len(owners(placed)) - len(owners(before.before)) <= 1


@given(problems(proposed=True))
@settings(max_examples=25)
def test_what_is_explained_adds_up_and_the_chosen_one_costs_least(problem: Problem) -> None:
    plan = rebalance(problem).after
    assert sum(part.cost for part in plan.parts) == plan.cost
    for one in plan.assignments:
        for candidate in (*one.candidates, *filter(None, (one.chosen, one.second))):
            assert sum(part.cost for part in candidate.parts) == candidate.cost
        assert list(one.candidates) == sorted(one.candidates, key=lambda candidate: candidate.cost)
        assert one.candidates[:2] == tuple(filter(None, (one.chosen, one.second))) or one.kept or not one.chosen
        told_of = {candidate.repairer for candidate in one.candidates} | {out.repairer for out in one.excluded}
        assert one.kept or told_of == {who.id for who in problem.repairers}
        assert bool(one.why_not) == bool(one.second)


@given(problems(proposed=True))
@settings(max_examples=25)
def test_never_dearer_than_what_was_proposed_nor_than_each_to_the_least_loaded(problem: Problem) -> None:
    done = rebalance(problem)
    assert done.after.cost <= told(problem, to_the_least_loaded(problem)).cost
    if owners(done.before).keys() == owners(done.after).keys():
        assert done.after.cost <= done.before.cost


def to_the_least_loaded(problem: Problem) -> dict[str, str]:
    given_to = {repair.id: repair.repairer for repair in problem.repairs if repair.accepted and repair.repairer}
    hours = {one.id: one.load_minutes for one in problem.repairers}
    week = {one.id: one.weekly_minutes for one in problem.repairers}
    for repair in problem.repairs:
        if repair.id in given_to:
            hours[given_to[repair.id]] += repair.minutes
    for repair in problem.repairs:
        able = [one.id for one in problem.repairers if _able(problem, repair, one.id)]
        if able and not repair.accepted:
            given_to[repair.id] = min(able, key=lambda who: (hours[who] / week[who], who))
            hours[given_to[repair.id]] += repair.minutes
    return given_to


@given(problems(proposed=True))
@settings(max_examples=25)
def test_rebalancing_again_changes_nothing(problem: Problem) -> None:
    after = owners(rebalance(problem).after)
    settled = replace(
        problem, repairs=tuple(replace(repair, repairer=after.get(repair.id)) for repair in problem.repairs)
    )
    again = rebalance(settled)
    assert again.moves == ()
    assert owners(again.after) == after

"""The demonstration's story: the same seed tells the same one, and it is one that could have happened."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from app.core.db import transaction
from app.demo.accessories import FAMILIES
from app.demo.catalogue import profile, trades
from app.demo.ground import make_ground
from app.demo.plan import Plan, make_plan
from app.planning.states import OCCUPYING
from app.sales.states import QuoteState
from app.tickets.states import FINAL, MACHINES, TicketState, Waiting

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def told(seed: int = 1, scale: float = 1, trade: str = "all") -> Plan:
    with transaction() as session:
        ground = make_ground(profile(trade), "no password")
        plan = make_plan(ground, scale, seed, NOW)
        session.rollback()
    return plan


@pytest.fixture
def plan(app: Flask) -> Plan:
    return told()


def test_the_same_seed_tells_the_same_story(app: Flask) -> None:
    with transaction():
        ground = make_ground(profile("all"), "no password")
    digests = [make_plan(ground, 1, seed, NOW).digest() for seed in (7, 7, 8)]

    assert digests[0] == digests[1]
    assert digests[2] != digests[0]


def test_scale_one_has_the_sizes_of_the_sources(plan: Plan) -> None:
    assert len(plan.tables["ticket"]) == 500
    assert len(plan.tables["contact"]) >= 2_400
    assert (
        len([asset for asset in plan.tables["asset"] if asset["ours"] and asset["label"].split()[0] not in FAMILIES])
        == 214
    )


@pytest.mark.row("A1")
def test_nothing_of_ours_is_in_two_hands_at_once_at_any_hour_seed_or_size(app: Flask) -> None:
    with transaction() as session:
        ground = make_ground(profile("all"), "no password")
        plans = [
            make_plan(ground, scale, seed, NOW + timedelta(hours=7 * seed))
            for seed in range(1, 7)
            for scale in (0.1, 0.5)
        ]
        session.rollback()
    for plan in plans:
        taken = sorted(
            (row["resource"], row["starts_at"], row["ends_at"])
            for row in plan.tables["booking"] if row["state"] in OCCUPYING
        )  # fmt: skip
        assert not [pair for pair in pairwise(taken) if pair[0][0] == pair[1][0] and pair[1][1] < pair[0][2]]
        assert all(row["starts_at"] < row["ends_at"] for row in plan.tables["booking"])


def test_every_state_waiting_reason_and_answer_is_to_be_seen(plan: Plan) -> None:
    assert {ticket["state"] for ticket in plan.tables["ticket"]} == set(TicketState)
    assert {ticket["waiting"] for ticket in plan.tables["ticket"]} == set(Waiting)
    assert {quote["state"] for quote in plan.tables["quote"]} == set(QuoteState)
    assert any(ticket["parent_id"] for ticket in plan.tables["ticket"])


def test_every_move_of_the_history_is_legal_and_in_order(plan: Plan) -> None:
    tickets = {ticket["id"]: ticket for ticket in plan.tables["ticket"]}
    stands: dict[int, str] = {}
    last = datetime.min.replace(tzinfo=UTC)
    for event in plan.tables["history_entry"]:
        assert last <= event["at"] <= NOW
        last = event["at"]
        if event["verb"] != "ticket.moved":
            continue
        ticket, before, after = tickets[event["subject_id"]], event["facts"]["from"], event["facts"]["to"]
        assert MACHINES[ticket["kind"]].allows(TicketState(before), TicketState(after))
        assert stands.get(ticket["id"], before) == before
        stands[ticket["id"]] = after
    assert all(stands.get(ticket["id"], ticket["state"]) == ticket["state"] for ticket in tickets.values())


def test_numbers_follow_the_arrivals_without_a_hole(plan: Plan) -> None:
    for year in (2025, 2026):
        numbers = [ticket["number"] for ticket in plan.tables["ticket"] if ticket["number"].startswith(f"R-{year}-")]
        assert numbers == [f"R-{year}-{rank:04d}" for rank in range(1, len(numbers) + 1)]
        assert plan.counters[("R", year)] == len(numbers)


def test_a_return_comes_within_the_guarantee_of_its_repair(plan: Plan) -> None:
    tickets = {ticket["id"]: ticket for ticket in plan.tables["ticket"]}
    for ticket in (row for row in tickets.values() if row["parent_id"]):
        parent = tickets[ticket["parent_id"]]
        assert parent["asset_id"] == ticket["asset_id"]
        assert timedelta(0) < ticket["received_at"] - parent["out_at"] < timedelta(days=92)


def test_something_is_promised_today_something_is_late_and_the_client_waits_for_his_quote(plan: Plan) -> None:
    running = [ticket for ticket in plan.tables["ticket"] if ticket["state"] not in FINAL]
    today = NOW.date()
    client = plan.tables["contact"][2]

    assert client["email"] == "client@demo.example"
    assert any(ticket["promised_on"] == today for ticket in running)
    assert any(ticket["promised_on"] < today for ticket in running)
    assert any(ticket["contact_id"] == client["id"] and ticket["state"] == TicketState.QUOTED for ticket in running)


@pytest.mark.parametrize("trade", trades())
def test_each_trade_has_its_own_day(app: Flask, trade: str) -> None:
    story = told(trade=trade, scale=0.5)

    assert len(story.tables["ticket"]) == 250
    assert story.tables["quote"]

"""One rule wins, whatever the order, and the engine says why (A10)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tariffs.services.engine import Rule, Situation, clash, in_season, price_of, rank_of, why_not
from app.tariffs.states import Effect

pytestmark = pytest.mark.row("A10")
DAY = date(2026, 10, 5)


def maybe(values: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.none() | values


SEASONS = st.sampled_from([(None, None), ("09-01", "06-30"), ("07-01", "08-31"), ("12-15", None)])
ABOUT = st.sampled_from(
    [{}, {"purpose": "adhésion"}, {"family_id": 1}, {"family_id": 2}, {"article_id": 7}, {"article_id": 7, "purpose": "location"},
     {"article_id": 7, "family_id": 1}]
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    """Rules as the house lets them in: each is refused when it ties with one that is there."""
    kept: list[Rule] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        low, start = draw(maybe(st.integers(0, 3))), draw(maybe(st.integers(0, 20)))
        season = draw(SEASONS)
        rule = Rule(
            id=number, label=f"R{number}", **draw(ABOUT), zone_id=draw(maybe(st.integers(1, 2))),
            member_category=draw(st.none() | st.sampled_from(["élève", "Élève", "adulte"])),
            customer_category=draw(st.none() | st.sampled_from(["pro"])), quotient_from=None if low is None else low * 100,
            quotient_below=draw(maybe(st.integers((low or 0) + 1, 6).map(lambda top: top * 100))),
            sibling_rank=draw(maybe(st.integers(1, 3))), season_from=season[0], season_to=season[1],
            days_from=draw(maybe(st.integers(0, 5))), quantity_from=draw(maybe(st.sampled_from([2_000, 5_000]))),
            valid_from=None if start is None else DAY - timedelta(days=start), effect=draw(st.sampled_from(list(Effect))),
            amount=draw(st.integers(0, 20_000)), share=draw(st.integers(1, 10_000)),
        )  # fmt: skip
        if clash(rule, kept) is None:
            kept.append(rule)
    return kept


SITUATIONS = st.builds(
    Situation, on=st.dates(DAY - timedelta(days=30), DAY + timedelta(days=200)), purpose=st.sampled_from(["", "adhésion", "location"]),
    article_id=st.sampled_from([None, 7]), families=st.sampled_from([(), (1,), (2, 1)]), zone_id=maybe(st.integers(1, 2)),
    member_category=st.sampled_from(["", "élève", "adulte"]), customer_category=st.sampled_from(["", "pro"]),
    quotient=maybe(st.integers(0, 700)), sibling_rank=st.integers(1, 4), days=maybe(st.integers(0, 9)),
    quantity=st.sampled_from([1_000, 3_000, 9_000]),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(rules(), SITUATIONS, st.integers(0, 50_000))
def test_one_rule_alone_is_the_most_specific(found: list[Rule], situation: Situation, base: int) -> None:
    priced = price_of(base, found, situation)
    held = [rule for rule in found if not why_not(rule, situation)]
    ranks = sorted((rank_of(rule, situation.families) for rule in held), reverse=True)
    assert ranks == sorted(set(ranks), reverse=True), "two rules with the same rank were let in"
    assert (priced.rule is None) == (not held)
    assert priced.amount >= 0
    assert len(priced.reasons) == len(found), "each rule has its reason"


@settings(max_examples=200, deadline=None)
@given(rules(), SITUATIONS, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(found: list[Rule], situation: Situation, chance: object) -> None:
    mixed = list(found)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert price_of(10_000, found, situation) == price_of(10_000, mixed, situation)


def test_a_quotient_bracket_has_its_first_value_and_not_its_last() -> None:
    rule = Rule(id=1, label="Tranche 2", quotient_from=30_000, quotient_below=60_000, amount=500)
    prices = [
        price_of(900, [rule], Situation(on=DAY, quotient=quotient)).amount
        for quotient in (29_999, 30_000, 59_999, 60_000, None)
    ]
    assert prices == [900, 500, 500, 900, 900]


def test_brackets_that_touch_do_not_tie_and_those_that_overlap_do() -> None:
    low, high = Rule(1, "Bas", quotient_below=30_000), Rule(2, "Haut", quotient_from=30_000, quotient_below=60_000)
    assert clash(high, [low]) is None
    wider = Rule(3, "Large", quotient_from=20_000, quotient_below=50_000)
    found = clash(wider, [low, high])
    assert found is not None
    assert found.label in ("Bas", "Haut")


def test_the_third_child_pays_the_rule_of_the_third() -> None:
    found = [Rule(1, "Deuxième", sibling_rank=2, effect=Effect.DISCOUNT, share=1_000),
             Rule(2, "Troisième", sibling_rank=3, effect=Effect.DISCOUNT, share=2_500)]  # fmt: skip
    assert [price_of(10_000, found, Situation(on=DAY, sibling_rank=rank)).amount for rank in (1, 2, 3, 4)] == [
        10_000,
        9_000,
        7_500,
        7_500,
    ]


def test_a_season_may_go_over_the_new_year() -> None:
    school = Rule(1, "Année scolaire", season_from="09-01", season_to="06-30")
    assert [in_season(school, date(2026, month, 15)) for month in (1, 6, 7, 8, 9, 12)] == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]


def test_why_this_price_names_the_winner_the_losers_and_those_that_do_not_hold() -> None:
    found = [
        Rule(1, "Commune", zone_id=1, effect=Effect.PRICE, amount=8_000),
        Rule(2, "Commune, élève", zone_id=1, member_category="élève", amount=6_000),
        Rule(3, "Été", season_from="07-01", season_to="08-31", amount=1),
    ]  # fmt: skip
    priced = price_of(10_000, found, Situation(on=DAY, zone_id=1, member_category="élève"))
    assert (priced.amount, priced.rule, priced.losers) == (6_000, found[1], (found[0],))
    words = {reason.rule.label: reason.words.replace("\u00a0", " ").replace("\u202f", " ") for reason in priced.reasons}
    assert "a plus de conditions sur la personne" in words["Commune"]
    assert "pas sa saison" in words["Été"]
    assert "la plus précise" in words["Commune, élève"]

"""Any colour an organisation chooses ends in a theme that reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import colours

ANY_COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#fff000", "#fff000", 1)]
)
def test_contrasts_are_those_of_wcag(first: str, second: str, ratio: float) -> None:
    assert colours.contrast(first, second) == pytest.approx(ratio, abs=0.01)


@given(ANY_COLOUR)
def test_every_accent_gives_buttons_links_and_soft_grounds_that_read_in_both_themes(accent: str) -> None:
    theme = colours.theme(accent)
    light, dark = theme["--et-primary"]
    assert colours.contrast(theme["--et-on-primary"][0], light) >= 4.5
    assert colours.contrast(theme["--et-on-primary"][1], dark) >= 4.5
    for ground in ("#ffffff", "#f6f6f3", "#efefeb"):
        assert colours.contrast(light, ground) >= 4.5
    for ground in ("#1b1e24", "#13151a", "#22262e"):
        assert colours.contrast(dark, ground) >= 4.5
    assert colours.contrast(light, theme["--et-primary-soft"][0]) >= 4.5
    assert colours.contrast(dark, theme["--et-primary-soft"][1]) >= 4.5


@given(ANY_COLOUR)
def test_the_shade_proposed_is_always_one_that_will_be_accepted(colour: str) -> None:
    assert colours.contrast(colours.readable(colour)) >= colours.ENOUGH

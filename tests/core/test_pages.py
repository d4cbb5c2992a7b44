"""The foot of a list: which pages are offered."""

import pytest

from app.core.pages import Page


@pytest.mark.parametrize(
    ("number", "rows", "total", "offered"),
    [
        (1, 25, 26, [1, 2]),
        (3, 25, 175, [1, 2, 3, 4, 5, 6, 7]),
        (1, 25, 1000, [1, 2, 0, 40]),
        (3, 25, 1000, [1, 2, 3, 4, 0, 40]),
        (20, 25, 1000, [1, 0, 19, 20, 21, 0, 40]),
        (38, 25, 1000, [1, 0, 37, 38, 39, 40]),
        (1, 25, 1001, [1, 2, 0]),
        (60, 25, 1001, [1, 0, 59, 60, 61, 0]),
    ],
)
def test_the_ends_and_the_neighbours_are_offered(number: int, rows: int, total: int, offered: list[int]) -> None:
    assert Page([None] * rows, number, 25, total).offered == offered


def test_a_list_too_long_to_be_counted_is_read_to_its_end() -> None:
    assert Page([None] * 25, 41, 25, 1001).has_next
    assert not Page([None] * 7, 96, 25, 1001).has_next
    assert not Page([None] * 25, 40, 25, 1000).has_next

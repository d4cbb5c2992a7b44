"""The rows of the mission, in its order: `product.md` of the design says what each promises."""

_LAST = {"A": 13, "B": 12, "C": 17, "D": 16, "E": 6, "F": 6}

MISSION_ROWS: tuple[str, ...] = tuple(
    f"{letter}{number}" for letter, last in _LAST.items() for number in range(1, last + 1)
)

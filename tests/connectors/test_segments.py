"""How many SMS a text costs."""

from __future__ import annotations

import pytest

from app.connectors.sms import segments


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "chars"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("é" * 160, "GSM-7", 1, 160),
        ("ê" * 70, "UCS-2", 1, 70),
        ("ê" * 71, "UCS-2", 2, 71),
        ("ê" * 134, "UCS-2", 2, 134),
        ("ê" * 135, "UCS-2", 3, 135),
        ("€" * 80, "GSM-7", 1, 160),
        ("€" * 81, "GSM-7", 2, 162),
        ("🎸" * 35, "UCS-2", 1, 70),
        ("🎸" * 36, "UCS-2", 2, 72),
    ],
)
def test_a_text_is_cut_as_the_networks_cut_it(text: str, encoding: str, parts: int, chars: int) -> None:
    assert segments(text) == (encoding, parts, chars)


@pytest.mark.parametrize("char", list("éèàùìòÇÄÖÑÜäöñüß@£$¥€[]{}"))
def test_these_characters_keep_a_text_cheap(char: str) -> None:
    assert segments(char).encoding == "GSM-7"


@pytest.mark.parametrize("char", list("êâçîôûœ’«»…"))
def test_these_characters_make_a_text_dear(char: str) -> None:
    assert segments(char).encoding == "UCS-2"


def test_an_escaped_character_is_never_split_between_two_parts() -> None:
    # 152 letters, then a two-septet character: it goes whole into the second part.
    assert segments("a" * 152 + "€" + "a" * 151).parts == 2
    assert segments("a" * 152 + "€" + "a" * 152).parts == 3


def test_an_emoji_is_never_split_between_two_parts() -> None:
    assert segments("ê" * 66 + "🎸" + "ê" * 65).parts == 2
    assert segments("ê" * 66 + "🎸" + "ê" * 66).parts == 3

"""Our style sheets: a class is one component, whatever page it stands on."""

import re
from collections import defaultdict
from pathlib import Path

from tests.code_base.source import ROOT

SHEETS = ROOT / "static/css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def sheets_of(entry: str) -> list[Path]:
    """The sheets that a page reads together."""
    return [SHEETS / name for name in re.findall(r'@import "\./([\w-]+\.css)"', (SHEETS / entry).read_text())]


def layouts(sheet: Path) -> dict[str, str]:
    """{class alone: its `display`} of the rules that hold on every screen."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    text = re.sub(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    found: dict[str, str] = {}
    for selectors, body in RULE.findall(text):
        shown = re.search(r"(?:^|[;\s])display:\s*([\w-]+)", body)
        names = [name.strip() for name in selectors.split(",")]
        found |= {name: shown[1] for name in names if shown and re.fullmatch(r"\.[\w-]+", name)}
    return found


def test_two_components_of_one_page_never_share_a_class() -> None:
    """The row of the planning and the bars of a priority were both `.pr`: on the phone, its rows were twelve pixels high."""
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for sheet in sheets_of("etabli.css"):
        for name, shown in layouts(sheet).items():
            seen[name][shown].add(sheet.name)
    clashes = {name: dict(ways) for name, ways in seen.items() if len(ways) > 1}
    assert clashes == {}

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


def classes_of(template: Path) -> set[str]:
    """Those that it writes whole."""
    text = re.sub(r"\{[%#].*?[%#]\}", " ", re.sub(r"\{\{.*?\}\}", "…", template.read_text()))
    found: set[str] = set()
    for written in re.findall(r'class="([^"]*)"', text):
        found |= {name for name in written.split() if re.fullmatch(r"[a-z][\w-]*", name, re.IGNORECASE)}
    return found


def test_every_class_of_a_template_is_known_to_a_sheet_or_a_script() -> None:
    """A list of `.lst`, which nothing dressed, stood against the edge of its card."""
    sheets = "".join(sheet.read_text() for sheet in SHEETS.glob("*.css"))
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets))
    scripts = "".join(script.read_text() for script in (ROOT / "static/js").glob("*.js"))
    known |= set(re.findall(r"[\"'.]([a-zA-Z][\w-]*)\b", scripts))
    unknown = {
        (str(template.relative_to(ROOT)), name)
        for template in (ROOT / "templates").rglob("*.html")
        for name in classes_of(template) - known
    }
    assert unknown == set()

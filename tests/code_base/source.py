"""The source as the tests read it: modules, who imports whom, functions, literal arguments of calls."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import grimp

ROOT = Path(__file__).resolve().parents[2]


class Read(NamedTuple):
    """What the tests ask of a file, in one walk through it."""

    functions: tuple[ast.FunctionDef, ...]
    strings: tuple[str, ...]
    calls: Mapping[str, Sequence[ast.Call]]


@cache
def read(path: Path) -> Read:
    """The functions of a file (methods and inner ones included), its literal texts, its calls by name."""
    functions, texts = [], []
    calls: dict[str, list[ast.Call]] = defaultdict(list)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            functions.append(node)
        elif isinstance(node, ast.Call):
            calls[_called(node)].append(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return Read(tuple(functions), tuple(texts), calls)


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    """Python files of these folders of the project."""
    return tuple(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Module of the application → modules it imports, inside functions too."""
    graph = grimp.build_graph("app", cache_dir=None)
    return {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Groups of nodes that lead back to one another, each sorted (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in order:
                visit(target)
                lowest[node] = min(lowest[node], lowest[target])
            elif target in stack:
                lowest[node] = min(lowest[node], order[target])
        if lowest[node] == order[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in order:
            visit(node)
    return found


def length(function: ast.FunctionDef) -> int:
    """Lines from `def` to its end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def arguments(name: str, position: int, *folders: str) -> Iterator[tuple[str, ast.expr]]:
    """(place, argument at `position`) of every call of a function or method of that name."""
    for path in sources(*folders):
        for node in read(path).calls.get(name, ()):
            if len(node.args) > position:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[position]


def literals(name: str, position: int, *folders: str) -> Iterator[tuple[str, str]]:
    """(place, text) of these arguments when they are literal texts."""
    for place, argument in arguments(name, position, *folders):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield place, argument.value


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""

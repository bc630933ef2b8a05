"""Rules of the house. Each reads a folder and tells every breach: where, which rule, and what to do.

`python -m tests.house` prints all of them. What a room may import is in pyproject.toml ([tool.importlinter]), how
complex a function may be too ([tool.ruff.lint.mccabe]).
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import jinja2
from jinja2 import nodes

MOST_MODULE, MOST_FUNCTION, MOST_FOLDER = 600, 40, 20  # lines, lines, modules
MOST_IN_A_ROOM, MOST_THROUGH_CORE = 6, 13  # modules of which each imports the next
MOST_TEMPLATE, MOST_LINE = 6000, 160  # bytes, characters
MOST_ANY = 5  # per cent of signatures

PURE = {"core", "authoring"}
PURE_MODULES = {
    "__future__", "calendar", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "itertools",
    "json", "math", "re", "textwrap", "typing", "unicodedata",
    "pydantic", "pydantic_core",
}  # fmt: skip  # as many as a line holds
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}
OUTSIDE = {"open", "input", "print", "exec", "eval", "__import__"}
SAY_NOTHING = {"utils", "helpers", "common", "manager", "misc"}
TOP_LEVEL = {
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md", "LICENSE",
    "Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "wsgi.py",
    "questions", "templates", "static", "migrations", "tests", "deploy",
    "instance", "instance-demo",
}  # fmt: skip  # a line a kind of thing
# Names borne twice within core or within web, each with the reason. Empty is best.
TWICE: dict[str, str] = {}
# Where a literal would tie the code to one questionnaire: what asks for an answer, what holds answers by their id.
ASKED = {"value", "Ref"}
HELD = {"answers", "given", "every", "devices"}


@dataclass(frozen=True)
class Module:
    """A file of Python: `name` is dotted, `place` as it is shown."""

    path: Path
    name: str
    place: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @property
    def room(self) -> str:
        """The folder it stands in, dotted."""
        return self.name if self.is_init else self.name.rpartition(".")[0]

    @property
    def is_init(self) -> bool:
        return self.path.stem == "__init__"

    @property
    def top(self) -> str:
        """`core`, `web`…; nothing for the package itself."""
        return [*self.name.split("."), ""][1]

    def at(self, node: ast.AST) -> str:
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True)
class House:
    """A folder that holds a package, its templates and what stands beside them; `ids` are those of the field."""

    root: Path
    package: str = "selfassess"
    ids: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def modules(self) -> list[Module]:
        found = []
        for path in sorted((self.root / self.package).rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            name = ".".join(parts).removesuffix(".__init__")
            found.append(Module(path, name, path.relative_to(self.root).as_posix()))
        return found

    @cached_property
    def templates(self) -> list[Path]:
        return sorted(path for path in (self.root / "templates").rglob("*") if path.is_file())

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """What each module imports of the package, in functions and under TYPE_CHECKING too."""
        graph = grimp.build_graph(self.package, cache_dir=None)
        return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    def place(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


Rule = Callable[[House], Iterable[str]]


def modules_are_short(house: House) -> Iterator[str]:
    for module in house.modules:
        lines = len(module.text.splitlines())
        if lines > MOST_MODULE:
            yield f"{module.place}:1: {lines} lines, at most {MOST_MODULE}: move out what can be told apart"


def functions_are_short(house: House) -> Iterator[str]:
    for module in house.modules:
        for node in module.functions:
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > MOST_FUNCTION:
                yield (
                    f"{module.at(node)}: `{node.name}` has {lines} lines, at most {MOST_FUNCTION}: "
                    f"give a part of it a name"
                )


def folders_hold_few(house: House) -> Iterator[str]:
    held: dict[Path, int] = defaultdict(int)
    for module in house.modules:
        held[module.path.parent] += not module.is_init
    for folder, count in held.items():
        if count > MOST_FOLDER:
            yield f"{house.place(folder)}: {count} modules, at most {MOST_FOLDER}: make a room of some of them"


def chains_are_short(house: House) -> Iterator[str]:
    rooms = {module.room for module in house.modules}
    inmost = {room for room in rooms if not any(other.startswith(f"{room}.") for other in rooms)}
    limits = dict.fromkeys(sorted(inmost), MOST_IN_A_ROOM) | {f"{house.package}.core": MOST_THROUGH_CORE}
    for room, most in limits.items():
        try:
            chain = _longest_chain({name: on for name, on in house.imports.items() if name.startswith(f"{room}.")})
        except CycleError as ring:
            yield f"{room}: a ring of imports: move down what both need ({' → '.join(ring.args[1])})"
            continue
        if len(chain) > most:
            yield (
                f"{room}: a chain of {len(chain)} imports, at most {most}: move down what its middle needs "
                f"({' → '.join(chain)})"
            )


def _longest_chain(imports: dict[str, set[str]]) -> list[str]:
    """The longest list of modules of which each imports the next."""
    inside = {name: on & imports.keys() for name, on in imports.items()}
    longest: dict[str, list[str]] = {}
    for name in TopologicalSorter(inside).static_order():
        longest[name] = [name, *max((longest[on] for on in sorted(inside[name])), key=len, default=[])]
    return max(longest.values(), key=len, default=[])


def each_module_has_two_importers(house: House) -> Iterator[str]:
    """Or its one importer is of another room, or its docstring says why it stands apart."""
    importers: dict[str, set[str]] = defaultdict(set)
    for name, imported in house.imports.items():
        for other in imported:
            importers[other].add(name)
    rooms = {module.name: module.room for module in house.modules}
    for module in house.modules:
        only = importers[module.name]
        if module.is_init or len(only) != 1 or rooms[min(only)] != module.room:
            continue
        if not re.search(r"(^|\s)Apart: ", ast.get_docstring(module.tree) or ""):
            yield (
                f"{module.place}:1: only {min(only)}, of the same room, imports it: merge them, or say why not in a "
                f"sentence of its docstring that begins with « Apart: »"
            )


def classes_have_one_name(house: House) -> Iterator[str]:
    for top in ("core", "web"):
        yield from _borne_twice(
            (node.name, module.at(node), f"class of {top}")
            for module in house.modules
            if module.top == top
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        )


def modules_have_one_name(house: House) -> Iterator[str]:
    for top in ("core", "web"):
        yield from _borne_twice(
            (module.path.stem, f"{module.place}:1", f"module of {top}")
            for module in house.modules
            if module.top == top and not module.is_init
        )
    for module in house.modules:
        if module.path.stem in SAY_NOTHING:
            yield f"{module.place}:1: `{module.path.stem}` says nothing of what is in it: name that"


def _borne_twice(named: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for name, place, kind in named:
        if name in first and name not in TWICE:
            yield f"{place}: another {kind} is named `{name}` ({first[name]}): use a noun of the field for each"
        first.setdefault(name, place)


def pure_rooms_are_pure(house: House) -> Iterator[str]:
    """No clock, no disk, no chance: only standard modules of a list, and nothing that looks out of them."""
    for module in house.modules:
        if module.top not in PURE:
            continue
        for node in ast.walk(module.tree):
            for name in _imported(node):
                if name.split(".")[0] not in PURE_MODULES | {house.package}:
                    yield f"{module.at(node)}: {module.top} imports {name}: give what it knows as an argument"
            called = _called(node)
            if called in OUTSIDE and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{module.at(node)}: {module.top} calls {called}(): give the text as an argument"
            if called in CLOCKS or (isinstance(node, ast.Attribute) and _read_from_a_clock(node)):
                yield f"{module.at(node)}: {module.top} reads a clock: give the day or the moment as an argument"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _called(node: ast.AST) -> str:
    """The last name of what is called: `now` of `datetime.now()`."""
    return _last_name(node.func) if isinstance(node, ast.Call) else ""


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _read_from_a_clock(node: ast.Attribute) -> bool:
    return node.attr in CLOCKS and _last_name(node.value) in {"datetime", "date"}


def signatures_have_types(house: House) -> Iterator[str]:
    """`Any`, or a name given to it, in few signatures."""
    names = {"Any"} | {
        _last_name(node.targets[0])
        for module in house.modules
        for node in module.tree.body
        if isinstance(node, ast.Assign) and _last_name(node.value) == "Any"
    }
    every = [(module, node) for module in house.modules for node in module.functions]
    untyped = [f"{module.at(node)} {node.name}" for module, node in every if names & _names_in_signature(node)]
    share = 100 * len(untyped) / max(1, len(every))
    if share > MOST_ANY:
        yield (
            f"{house.package}: {share:.1f} % of signatures hold Any, at most {MOST_ANY} %: name the type in "
            f"{', '.join(untyped)}"
        )


def _names_in_signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    given = node.args
    several = [one for one in (given.vararg, given.kwarg) if one]
    notes = [one.annotation for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *several)]
    return {_last_name(part) for note in (*notes, node.returns) if note for part in ast.walk(note)}


def no_id_of_the_field_in_python(house: House) -> Iterator[str]:
    for module in house.modules:
        constants = {
            target.id: node.value
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module.tree):
            for found in sorted(house.ids & _words(_where_ids_matter(node), constants)):
                yield f"{module.at(node)}: `{found}` is an id of the definitions: let a field of theirs say it"


def _words(places: Iterable[ast.expr], constants: dict[str, ast.expr]) -> set[str]:
    """Every word of a string written there, or in a constant of the module that is named there."""
    parts = [part for place in places for part in ast.walk(place)]
    named = [constants[part.id] for part in parts if isinstance(part, ast.Name) and part.id in constants]
    parts += [part for value in named for part in ast.walk(value)]
    strings = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return {word for string in strings for word in string.split()}


def _where_ids_matter(node: ast.AST) -> list[ast.expr]:
    """The arguments of `value()` and `Ref()`, what is between the brackets of `answers[…]`, both sides of `….id ==`."""
    match node:
        case ast.Call() if _called(node) in ASKED:
            return [*node.args, *(keyword.value for keyword in node.keywords)]
        case ast.Call(func=ast.Attribute(attr="get", value=held)) if _last_name(held) in HELD:
            return node.args[:1]
        case ast.Subscript() if _last_name(node.value) in HELD:
            return [node.slice]
        case ast.Compare():
            sides = [node.left, *node.comparators]
            return sides if any(_is_id(side) for side in sides) else []
    return []


def _is_id(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "id"


def no_id_of_the_field_in_templates(house: House) -> Iterator[str]:
    environment = jinja2.Environment(autoescape=True)
    for path in house.templates:
        for node in environment.parse(path.read_text("utf-8")).find_all((nodes.Compare, nodes.Getitem)):
            asked: nodes.Node = node.arg if isinstance(node, nodes.Getitem) else node
            attributes = {found.attr for found in asked.find_all(nodes.Getattr)}
            if isinstance(node, nodes.Compare) and "id" not in attributes:
                continue
            constants = [asked] if isinstance(asked, nodes.Const) else asked.find_all(nodes.Const)
            for found in sorted(house.ids & {constant.value for constant in constants}):
                yield (
                    f"{house.place(path)}:{node.lineno}: `{found}` is an id of the definitions: let the view say what "
                    f"it means"
                )


def templates_are_short(house: House) -> Iterator[str]:
    for path in house.templates:
        text = path.read_text("utf-8")
        if (size := len(text.encode())) > MOST_TEMPLATE:
            yield f"{house.place(path)}:1: {size} bytes, at most {MOST_TEMPLATE}: include a part of it"
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > MOST_LINE:
                yield f"{house.place(path)}:{number}: {len(line)} characters, at most {MOST_LINE}: break the line"


def templates_have_no_style_nor_script(house: House) -> Iterator[str]:
    refused = {
        r"\sstyle\s*=": "a style in the page: write it in static/theme",
        r"<script(?![^>]*\bsrc=)": "a script in the page: write it in static",
        r"\son[a-z]+\s*=\s*[\"']": "a script in an attribute: write it in static",
    }
    for path in house.templates:
        text = path.read_text("utf-8")
        for pattern, told in refused.items():
            for found in re.finditer(pattern, text):
                yield f"{house.place(path)}:{text.count(chr(10), 0, found.start()) + 1}: {told}"


def exceptions_say_why(house: House) -> Iterator[str]:
    """`fmt: skip` and `type: ignore`, each with its reason behind a second #: ruff heeds no other form."""
    for module in house.modules:
        for number, line in enumerate(module.text.splitlines(), 1):
            found = re.search(r"# (fmt: skip|type: ignore(\[[^]]*\])?)(.*)", line)
            if found and not re.match(r"  # \w", found[3]):
                yield f"{module.place}:{number}: remove « {found[1]} », or give its reason: « # {found[1]}  # why »"


def nothing_else_at_the_top(house: House) -> Iterator[str]:
    for path in sorted(house.root.iterdir()):
        if not path.name.startswith(".") and path.name not in {*TOP_LEVEL, house.package, "__pycache__"}:
            yield f"{path.name}: stands at the top: put it in a folder that is there, or add it to TOP_LEVEL"


def locks_name_no_address(house: House) -> Iterator[str]:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for number, line in enumerate((house.root / name).read_text("utf-8").splitlines(), 1):
            if "://" in line:
                yield f"{name}:{number}: an address: where packages come from is the business of each machine"


RULES: tuple[Rule, ...] = (
    modules_are_short,
    functions_are_short,
    folders_hold_few,
    chains_are_short,
    each_module_has_two_importers,
    classes_have_one_name,
    modules_have_one_name,
    pure_rooms_are_pure,
    signatures_have_types,
    no_id_of_the_field_in_python,
    no_id_of_the_field_in_templates,
    templates_are_short,
    templates_have_no_style_nor_script,
    exceptions_say_why,
    nothing_else_at_the_top,
    locks_name_no_address,
)


if __name__ == "__main__":
    from tests.test_house import HOUSE

    for rule in RULES:
        told = list(rule(HOUSE))
        sys.stdout.write(f"{rule.__name__}: {len(told)}\n" + "".join(f"  {one}\n" for one in told))

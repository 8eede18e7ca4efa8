"""The house stands: imports run one way, modules load once, what is shipped is fresh."""

import ast
import re
import subprocess
import sys
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from lark.exceptions import LarkError

from haiten.grammar import GRAMMAR_PATH, TABLES_PATH, build_parser, check_grammar, load_parser, reserved_words
from haiten.grammar.tables import as_text, from_text
from slow import LIMIT, function_of, listed, slow_tests

ROOT = Path(__file__).parents[1]
# A room may import from those to its right, and from itself.
ROOMS = (
    "cli",
    "benchmarks",
    "commands",
    "records",
    "editor",
    "pages",
    "forms",
    "reports",
    "views",
    "testing",
    "comparison",
    "allocation",
    "tabulation",
    "scoring",
    "backends",
    "compiler",
    "grammar",
)


# Within a room, a stage may import from those to its right, and from itself.
STAGES = {
    "compiler": (
        *(
            "fix",
            "store",
            "rereader",
            "driver",
            "member_rules",
            "below",
            "compilation",
            "checks",
            "evaluator",
            "proofs",
            "revising",
            "resolving",
            "program",
        ),
        "identity",
        *("parsing", "printing", "syntax", "suggest", "folding", "files", "diagnostics", "limits", "source"),
        *("alike", "changing", "patterns", "pausing", "version", "late"),
    ),
    "scoring": (
        *("proving", "cases", "rulebook", "members", "past", "one", "cutoffs"),
        *("explaining", "running", "reading", "facts"),
        "numbers",
    ),
    "scoring/reading": ("", "books"),
    "tabulation": ("simulation", "gaps", "tables", "population", "table"),
    "views": ("", "files", "console"),
}


def modules() -> list[Path]:
    return [ROOT / "cli.py", *(path for room in ROOMS[1:] for path in sorted((ROOT / room).rglob("*.py")))]


def imported_by(path: Path) -> set[str]:
    """All modules of the project that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            names.add(node.module or "")
    return {name for name in names if name.split(".")[0] == "haiten"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    """A room imports only rooms below it."""
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    allowed = ROOMS[ROOMS.index(room) :]
    for name in imported_by(path):
        parts = name.split(".")
        assert len(parts) > 1, f"{path} imports the package root, which re-exports everything"
        assert parts[1] in allowed, f"{path} imports {name}"


def test_classes_are_written_late() -> None:
    """What attrs writes at once, all commands wait for: ``compiler/late.py`` has its decorators."""
    at_once = re.compile(r"^from attrs import .*\b(?:frozen|define)\b|@attrs?\.", re.MULTILINE)
    found = [str(path.relative_to(ROOT)) for path in modules() if at_once.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith("benchmarks/")] == []


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(("haiten", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def imported_modules(path: Path, known: set[str]) -> set[str]:
    """The modules of the project that a file imports, whichever way it names them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in inner}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known


def stage_of(module: str, room: str, stages: tuple[str, ...]) -> str | None:
    """In which stage of a room a module lies; "" where the room's own modules are one stage; None outside the room."""
    inside = module.removeprefix("haiten.").removeprefix(room.replace("/", "."))
    if inside == module.removeprefix("haiten.") or not inside:
        return None
    first = inside.lstrip(".").split(".")[0]
    return first if first in stages else "" if "" in stages else first


@pytest.mark.parametrize("room", STAGES)
def test_stages_run_one_way(room: str) -> None:
    """A folder of a room imports only folders of stages before it."""
    known, stages = {module_of(path) for path in modules()}, STAGES[room]
    for path in sorted((ROOT / room).rglob("*.py")):
        here = stage_of(module_of(path), room, stages)
        for name in imported_modules(path, known) if here is not None else ():
            there = stage_of(name, room, stages)
            assert there is None or stages.index(there) >= stages.index(here or ""), f"{path} imports {name}"


def test_no_modules_import_each_other() -> None:
    """There is no circle of imports, not even for the type checker alone."""
    paths = {module_of(path): path for path in modules()}
    order = TopologicalSorter({name: imported_modules(path, set(paths)) - {name} for name, path in paths.items()})
    order.prepare()  # raises CycleError


@pytest.mark.parametrize(
    "path", [p for p in modules() if {"compiler", "backends"} & set(p.parts)], ids=lambda path: path.name
)
def test_the_compiler_does_without_numpy(path: Path) -> None:
    """No pass and no back end imports NumPy."""
    assert "numpy" not in path.read_text(encoding="utf-8").replace("NumPy", "")


def test_one_name_is_one_thing() -> None:
    """No public class, and no name of a type, has two homes."""
    homes: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(module_of(path))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                homes.setdefault(node.targets[0].id, []).append(module_of(path))
    types = {name: where for name, where in homes.items() if name[0].isupper() and not name.isupper()}
    assert len(types) > 600  # so that something is looked at
    assert not {name: where for name, where in types.items() if len(where) > 1}


def test_every_module_is_loaded_once() -> None:
    """Under pytest too, a file of the project is one module only, whatever the folder is called."""
    import haiten.scoring.running.machine  # noqa: F401 - so that there is something to count

    files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
    ours = [str(Path(file).resolve()) for file in files if file and Path(file).resolve().is_relative_to(ROOT)]
    code = [file for file in ours if "/tests/" not in file and "/.venv/" not in file]
    assert any(file.endswith("machine.py") for file in code)
    # The root's __init__ may be collected under the folder's name as well; it holds re-exports only.
    doubled = {file for file in code if code.count(file) > 1} - {str(ROOT / "__init__.py")}
    assert not doubled


@pytest.mark.parametrize("page", ["docs/pipeline.md", "CONTRIBUTING.md"])
def test_pages_about_the_house_name_files_that_exist(page: str) -> None:
    """Whoever follows a page finds each file that it names, in the room that it says or in the one above it."""
    rooms = (ROOT, *(ROOT / room for room in ROOMS if (ROOT / room).is_dir()))
    names = {path.name for path in modules()}
    named = re.findall(r"`([\w./]+\.(?:py|lark|md|toml|json))`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 20
    missing = [name for name in named if not any((room / name).exists() for room in rooms) and name not in names]
    assert not missing


def test_files_stay_short() -> None:
    """A file that has outgrown 450 lines wants a second room."""
    long = {path.name: n for path in modules() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 450}
    assert not long


@pytest.mark.parametrize("name", ["municipal", "allocation"])
def test_check_loads_neither_numpy_nor_polars(name: str) -> None:
    """Who only checks a file does not wait for the numeric libraries."""
    code = (
        "import sys\nfrom haiten.cli import main\n"
        f"try:\n    main(['check', {str(ROOT / 'rules/r6' / f'{name}.haiten')!r}])\nexcept SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "assert not {'numpy', 'polars', 'hypothesis'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_grammar_is_strict() -> None:
    """Lark's strict mode finds no conflict and no collision; ones that there are are found."""
    grammar = GRAMMAR_PATH.read_text(encoding="utf-8")
    check_grammar(grammar)
    for wrong, said in (
        # Of few terminals: comparing all of ours takes seconds.
        (
            "start: POINTS | SOME\nPOINTS.2: /[0-9]+点/\nSOME.2: /[0-9]+[一-鿿]+/\n",
            "Collision between Terminals (SOME and POINTS|POINTS and SOME)",
        ),
        (
            f"{grammar}\nagain: NAME\n%extend definition: again _EQUAL expression\n",
            "conflict for terminal _EQUAL",
        ),
    ):
        with pytest.raises(LarkError, match=said):
            check_grammar(wrong)


def table(states: Mapping[int, Mapping[str, tuple[object, Any]]]) -> dict[int, dict[str, tuple[object, ...]]]:
    """What a parser does in each state with each token."""
    told: dict[int, dict[str, tuple[object, ...]]] = {}
    for state in range(max(states) + 1):
        told[state] = {
            token: (str(done), what if isinstance(what, int) else (what.origin.name, *(s.name for s in what.expansion)))
            for token, (done, what) in states[state].items()
        }
    return told


def assert_same_actions(one: Any, other: Any) -> None:
    """Two parsers do the same in all states, whatever these are numbered."""
    tables = [parser.parser.parser._parse_table for parser in (one, other)]
    pairs = [tuple(table.start_states["start"] for table in tables)]
    seen = dict(pairs)
    for pair in pairs:
        rows = [table.states[state] for table, state in zip(tables, pair, strict=True)]
        assert rows[0].keys() == rows[1].keys()
        for token in rows[0]:
            (done, what), (also, same) = rows[0][token], rows[1][token]
            assert str(done) == str(also)
            if not isinstance(what, int):
                assert (what.origin.name, [s.name for s in what.expansion]) == (
                    same.origin.name,
                    [s.name for s in same.expansion],
                )
            elif what not in seen:
                seen[what] = same
                pairs.append((what, same))
            assert not isinstance(what, int) or seen[what] == same
    assert len(pairs) == len(set(seen.values())) == len(tables[0].states)
    assert seen[tables[0].end_states["start"]] == tables[1].end_states["start"]


def test_shipped_tables_are_those_of_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is built from the grammar is what is shipped."""
    monkeypatch.setattr("lark.lexer.has_interegular", False)  # which compares terminals here too, and only logs it
    fresh, shipped = build_parser(), load_parser()
    assert TABLES_PATH.exists()
    assert [(t.name, t.pattern.to_regexp(), t.priority) for t in fresh.terminals] == [
        (t.name, t.pattern.to_regexp(), t.priority) for t in shipped.terminals
    ]
    assert [str(rule) for rule in fresh.rules] == [str(rule) for rule in shipped.rules]

    assert TABLES_PATH.read_text(encoding="utf-8") == as_text(fresh)
    assert_same_actions(fresh, from_text(as_text(fresh)))
    samples = (ROOT / "rules/r6/municipal.haiten").read_text(encoding="utf-8").partition("\n交付金")[0]
    plain = "\n".join(line for line in samples.splitlines() if not line.startswith(("#", "※")))
    assert fresh.parse(plain) == shipped.parse(plain)


def test_reserved_words_come_from_the_grammar() -> None:
    """Words of the language are known to be reserved without a second list."""
    assert {"交付金", "指標", "指標群", "要件", "かつ", "又は", "のうち", "該当", "得点"} <= reserved_words()
    assert "比率" not in reserved_words()


def test_what_is_called_slow_is_there() -> None:
    """Every test that tests/slow.txt names is one: a name that was changed is to be measured again."""
    assert slow_tests()
    gone = []
    for name in slow_tests():
        path, first = name.split("::")[:2]
        file = ROOT / path
        begins = rf"^(?:(?:async )?def |class )?{first}\b"
        if not file.exists() or not re.search(begins, file.read_text("utf-8"), re.MULTILINE):
            gone.append(name)
    assert gone == []


def test_only_slow_tests_are_listed() -> None:
    """Of what was measured, the list has what takes longer than the limit, all cases of a test together."""
    written = listed({"a.py::quick": LIMIT, "a.py::slow": LIMIT + 0.1, function_of("b.py::slow[x[1]]"): 70.04})
    assert [line for line in written.splitlines() if not line.startswith("#")] == [
        f"a.py::slow\t{LIMIT + 0.1:.1f}",
        "b.py::slow\t70.0",
    ]

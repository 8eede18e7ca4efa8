"""A new form is found by the type checker: what has to think about it is named, and nothing passes it by in silence.

A dummy member is added to each union in a copy of the sources, and mypy says where it is not thought about.
"""

import ast
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from mypy import api

ROOT: Final = Path(__file__).parents[1]
ROOMS: Final = (
    *("grammar", "compiler", "backends", "scoring", "allocation", "tabulation"),
    *("comparison", "testing", "views", "forms", "commands", "benchmarks"),
)
# Where each union stands, and in which modules how many places must think about one more member of it.
PLACES: Final[dict[tuple[str, str], dict[str, int]]] = {
    ("compiler/program/terms.py", "Value"): {
        "benchmarks/rules.py": 1,
        "comparison/common.py": 1,
        "comparison/isolate.py": 1,
        "comparison/match.py": 1,
        "compiler/evaluator/emit.py": 1,
        "compiler/program/describe.py": 1,
        "compiler/program/evaluate.py": 1,
        "compiler/program/ranges.py": 1,
        "compiler/program/walk.py": 1,
        "compiler/proofs/linear_forms.py": 3,
        "forms/fractions_of_cells.py": 1,
        "scoring/explaining/reasons.py": 1,
        "tabulation/gaps/reached.py": 1,
        "testing/oracle.py": 1,
        "backends/javascript/reasons_data.py": 1,
        "comparison/same_reading.py": 1,
        "scoring/members/figures.py": 1,
    },
    ("compiler/program/terms.py", "Condition"): {
        "backends/javascript/reasons_data.py": 1,
        "comparison/same_reading.py": 1,
        "benchmarks/rules.py": 1,
        "comparison/common.py": 1,
        "comparison/match.py": 1,
        "comparison/transfer.py": 1,
        "compiler/checks/reach.py": 2,
        "compiler/evaluator/emit.py": 1,
        "compiler/program/describe.py": 1,
        "compiler/program/walk.py": 2,
        "compiler/proofs/cell_search.py": 1,
        "compiler/proofs/cells.py": 2,
        "compiler/proofs/decisions.py": 1,
        "forms/conditions.py": 1,
        "scoring/explaining/reasons.py": 1,
        "tabulation/gaps/needs.py": 1,
        "tabulation/gaps/reached.py": 4,
        "testing/oracle.py": 1,
        "testing/properties.py": 1,
    },
    ("compiler/syntax/expressions.py", "Expression"): {
        "compiler/printing/print_rulebook.py": 2,
        "compiler/resolving/carried_answers.py": 2,
        "compiler/resolving/conditions.py": 1,
        "compiler/resolving/values.py": 2,
        "compiler/syntax/expressions.py": 3,
        "testing/reading.py": 4,
    },
    ("compiler/syntax/rulebook.py", "Declaration"): {
        "compiler/printing/print_rulebook.py": 1,
        "compiler/syntax/revision.py": 1,
    },
    ("compiler/syntax/revision.py", "Part"): {
        "compiler/printing/print_revision.py": 1,
        "compiler/revising/amend_parts.py": 5,
        "compiler/syntax/revision.py": 1,
    },
    ("compiler/syntax/allocation_revision.py", "ClauseAction"): {
        "compiler/parsing/nest_declarations.py": 1,
        "compiler/printing/print_allocation_revision.py": 3,
        "compiler/revising/revise_allocation.py": 2,
        "compiler/syntax/allocation_revision.py": 2,
    },
    ("compiler/syntax/allocation_revision.py", "WholeClause"): {
        "compiler/revising/clauses.py": 2,
        "compiler/syntax/allocation_revision.py": 1,
    },
    ("compiler/syntax/revision.py", "Action"): {"compiler/parsing/nest_allocation_revision.py": 1},
    ("compiler/syntax/revision.py", "Single"): {
        "comparison/reasons.py": 1,
        "compiler/parsing/nest_allocation_revision.py": 1,
        "compiler/parsing/sentences.py": 1,
        "compiler/printing/print_revision.py": 2,
        "compiler/revising/amend_declarations.py": 1,
        "compiler/revising/places.py": 1,
        "compiler/revising/revise.py": 2,
        "compiler/syntax/revision.py": 1,
    },
    ("compiler/syntax/allocation.py", "MethodDecl"): {
        "comparison/allocation.py": 1,
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/printing/print_allocation.py": 1,
        "compiler/resolving/resolve_pots.py": 1,
        "compiler/syntax/allocation.py": 1,
    },
    ("compiler/syntax/allocation.py", "PotPart"): {
        "comparison/allocation.py": 1,
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/printing/print_allocation.py": 1,
        "compiler/syntax/allocation.py": 1,
    },
    ("compiler/syntax/allocation.py", "PrintedClause"): {
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/parsing/nest_allocation_revision.py": 1,
        "compiler/printing/print_allocation.py": 1,
        "compiler/syntax/allocation.py": 1,
    },
    ("compiler/parsing/read_rulebook.py", "Clause"): {
        "compiler/parsing/nest.py": 2,
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/parsing/nest_allocation_revision.py": 1,
    },
    ("compiler/syntax/allocation.py", "AllocationClause"): {
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/parsing/nest_allocation_revision.py": 1,
        "compiler/syntax/allocation.py": 1,
    },
    ("compiler/program/allocation.py", "Method"): {
        "allocation/allocate.py": 1,
        "compiler/checks/allocation.py": 1,
        "compiler/program/allocation.py": 1,
    },
    ("compiler/evaluator/steps.py", "Fill"): {
        "backends/javascript/program_data.py": 1,
        "backends/slots.py": 1,
        "compiler/evaluator/schedule.py": 1,
        "scoring/one/plan.py": 1,
        "scoring/running/machine.py": 1,
    },
    ("compiler/evaluator/schedule.py", "Scheduled"): {
        "scoring/one/plan.py": 1,
        "scoring/running/machine.py": 1,
    },
    ("compiler/proofs/cells.py", "Variable"): {
        "compiler/proofs/cells.py": 2,
        "compiler/proofs/examples.py": 2,
        "compiler/proofs/possible.py": 5,
    },
    ("compiler/files/json_forms.py", "JsonForm"): {
        "compiler/files/json_forms.py": 1,
    },
    ("compiler/parsing/read_revision.py", "RevisionStatement"): {
        "compiler/parsing/nest.py": 2,
        "compiler/parsing/nest_allocation.py": 1,
        "compiler/parsing/nest_allocation_revision.py": 1,
    },
    ("benchmarks/rules.py", "LeafTest"): {
        "benchmarks/rivals/openfisca_rules.py": 1,
        "benchmarks/rivals/plain_python.py": 1,
        "benchmarks/rivals/workbook.py": 1,
        "benchmarks/rivals/zen_rules.py": 1,
    },
    ("compiler/syntax/operators.py", "Operator"): {
        "backends/numbers.py": 1,
    },
}
OPERATOR: Final = ("compiler/syntax/operators.py", "Operator")
# Any attribute may be asked of a dummy: it is not that which is looked for.
DUMMY: Final = "class {name}:\n    def __getattr__(self, name: str) -> _Any: ...\n\n\n"


def dummy_of(union: str) -> str:
    return f"Dummy{union}"


def with_dummy(text: str, union: str) -> str:
    """A module in which a union has one more member."""
    begin = re.search(rf"^{union} = \(?\s*", text, re.MULTILINE)
    assert begin is not None, union
    dummy = DUMMY.format(name=dummy_of(union))
    made = f"{text[: begin.start()]}{dummy}{begin[0]}{dummy_of(union)} | {text[begin.end() :]}"
    if "Any as _Any" in made:
        return made
    head, _, rest = made.partition('"""\n\n')
    return f'{head}"""\n\nfrom typing import Any as _Any\n{rest}'


def copied(to: Path) -> None:
    """The sources of the package in a folder, with a dummy in every union."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "cli.py", "py.typed"):
        shutil.copy(ROOT / name, to / name)
    for module, union in PLACES:
        path = to / module
        text = path.read_text(encoding="utf-8")
        if (module, union) == OPERATOR:
            text = text.replace("    EQUAL = ", '    DUMMY = "新", python.ne, 0, True\n    EQUAL = ')
        else:
            text = with_dummy(text, union)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """By dummy, how often mypy names it in each module as what a match does not handle."""
    home = tmp_path_factory.mktemp("forms")
    copied(home / "haiten")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("MYPYPATH", str(home))
        config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(home / "cache")]
        packages = [word for room in ROOMS for word in ("-p", f"haiten.{room}")]
        # A cold run over the whole package: types that follow from each other are all there.
        out, err, _ = api.run([*config, "--no-error-summary", "--hide-error-context", *packages, "-m", "haiten.cli"])
    assert not err, err
    found: dict[str, Counter[str]] = {}
    for line in out.splitlines():
        place = re.match(r"(?:.*/)?haiten/(\S+?\.py):\d+: error: (.*)", line)
        if place is None or not re.search(r'"assert_never"|\[exhaustive-match\]', place[2]):
            continue
        for dummy in re.findall(r"Dummy[A-Za-z]+|Operator\.DUMMY", place[2]):
            found.setdefault(dummy, Counter())[place[1]] += 1
    return found


@pytest.mark.parametrize(("module", "union"), PLACES)
def test_every_place_is_named(told: dict[str, Counter[str]], module: str, union: str) -> None:
    """One member more, and mypy names each place that has to think about it, as often as it has to."""
    dummy = "Operator.DUMMY" if (module, union) == OPERATOR else dummy_of(union)
    assert dict(told.get(dummy, {})) == PLACES[module, union]


@cache
def members() -> frozenset[str]:
    """The classes of all unions, by name."""
    names: set[str] = set()
    for module, union in PLACES:
        for node in ast.parse((ROOT / module).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == union:
                names |= {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
                names |= {part.attr for part in ast.walk(node.value) if isinstance(part, ast.Attribute)}
    return frozenset(names)


def passes_by(match: ast.Match, lines: list[str]) -> bool:
    """Whether a match over members of a union ends otherwise than in assert_never, and does not say why."""
    classes = [part.cls for case in match.cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchClass)]
    if not {ast.unparse(cls).rpartition(".")[2] for cls in classes} & members():
        return False
    last = match.cases[-1]
    if not (isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None):
        return True
    wanted = f"assert_never({ast.unparse(match.subject)})"
    return ast.unparse(last.body[0]) != wanted and "# any other: " not in lines[last.pattern.lineno - 1]


@pytest.mark.parametrize("room", ROOMS)
def test_no_match_passes_a_new_member_by(room: str) -> None:
    """Every match over a union ends in assert_never of what is matched, or says why any other member is alike."""
    for path in sorted((ROOT / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Match)]
        bad = [match.lineno for match in found if passes_by(match, text.splitlines())]
        assert not bad, f"{path}: {bad}"


def test_a_match_that_passes_by_is_seen() -> None:
    """The test above would see a default, no default, and an assert_never of something else."""
    for end in ("", "    case _:\n        pass\n", "    case _:\n        assert_never(y)\n"):
        text = f"match x:\n    case Sum():\n        pass\n{end}"
        (match,) = ast.parse(text).body
        assert isinstance(match, ast.Match)
        assert passes_by(match, text.splitlines())
    text = "match x:\n    case Sum():\n        pass\n    case _:\n        assert_never(x)\n"
    (match,) = ast.parse(text).body
    assert isinstance(match, ast.Match)
    assert not passes_by(match, text.splitlines())


IGNORES: Final = re.compile(r"# type: ignore\b(?P<codes>\[[^\]]*\])?(?P<reason>.*)")


@pytest.mark.parametrize("room", [*ROOMS, "examples", "tests"])
def test_what_the_type_checker_overlooks_has_a_reason(room: str) -> None:
    """Every ``type: ignore`` names the error that it allows, and says why it is none."""
    for path in sorted((ROOT / room).rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = IGNORES.search(line) if path != Path(__file__) else None
            if found is not None:
                assert found["codes"], f"{path}:{number}"
                assert re.match(r"\s+# \S", found["reason"]), f"{path}:{number}"

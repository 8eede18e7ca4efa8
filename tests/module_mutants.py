"""Mutants of our own modules: one thing in the code changed each, and whether a test tells.

``make module-mutants MODULES="scoring/numbers/exact.py"`` tries every mutant that mutmut makes of some modules, without
MODULES of all that are listed below; ``SAMPLE=50`` tries so many of each module, drawn with a fixed seed.
``docs/mutants.md`` says what has been found.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

ROOT: Final = Path(__file__).parents[1]
MUTANTS: Final = ROOT / "build" / "module-mutants"
MODULES: Final = (
    "compiler/revising/revise.py",
    "compiler/evaluator/emit.py",
    "compiler/evaluator/schedule.py",
    *(f"compiler/proofs/{name}.py" for name in ("cells", "sample_numbers", "trial_facts", "extremes", "examples")),
    "compiler/checks/kept_checks.py",
    "compiler/checks/kept_parts.py",
    "compiler/checks/kept_reach.py",
    "compiler/identity/node_index.py",
    "compiler/resolving/kept_units.py",
    "compiler/revising/hand_over.py",
    "compiler/revising/working_tree.py",
    *(f"compiler/store/{name}.py" for name in ("codec", "folder", "kept")),
    *(f"grammar/{name}.py" for name in ("beginnings", "scanner", "tables")),
    *(f"views/files/{name}.py" for name in ("parquet_parts", "thrift")),
    "comparison/why.py",
    "records/verify.py",
    *(
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "scoring").rglob("*.py"))
        if path.name != "__init__.py" and ("reading" not in path.parts or path.name == "survey_sheets.py")
    ),
)
# What is kept while a text is edited, against the same text read at once.
EDITED: Final = (
    "compiler/test_kept_passes.py",
    "scoring/proving/test_reexamine.py",
    "scoring/proving/test_workspace.py",
)
# The tests that the mutants of a folder, or file, meet, where no nearer one is named; of these mutmut runs those that
# reach the function: in one process, and fast.
TESTS: Final = {
    "comparison": ("comparison/test_why.py",),
    "compiler/checks": (*EDITED, "compiler/checks", "diagnostics/test_golden.py"),
    "compiler/identity": (*EDITED, "compiler/identity", "diagnostics/test_golden.py"),
    "compiler/resolving": EDITED,
    "compiler/revising": (
        "comparison/test_derive.py",
        "comparison/test_identity_machine.py",
        "compiler/identity",
        "compiler/revising",
        "diagnostics/test_golden.py",
        "testing/test_strategies.py",
    ),
    "compiler/store": ("compiler/store",),
    "grammar": (
        "compiler/parsing/test_fuzz.py",
        "compiler/test_random_rulebooks.py",
        "diagnostics/test_golden.py",
        "grammar",
    ),
    "records": ("records",),
    "scoring/members": ("scoring/members",),
    "scoring/one": ("scoring/one",),
    "scoring/reading": ("forms",),
    "views/files": ("cli/test_parquet_parts.py",),
    "compiler": (
        "comparison/test_derive.py",
        "comparison/test_identity_machine.py",
        "compiler/proofs/test_sample_numbers.py",
        "compiler/identity/test_identity.py",
        "compiler/test_random_rulebooks.py",
        "compiler/proofs/test_extremes.py",
        "compiler/revising/test_revise.py",
        "compiler/proofs/test_trial_facts.py",
        "diagnostics/test_golden.py",
        "proofs/test_findings.py",
        "scoring/reading/test_forms.py",
        "scoring/running/test_given_outcomes.py",
        "scoring/test_oracle.py",
        "scoring/proving/test_proving.py",
        "scoring/test_second_opinion.py",
        "scoring/proving/test_witness.py",
        "testing/test_strategies.py",
    ),
    "scoring": ("proofs/test_findings.py", "scoring"),
}
SLOW: Final = (
    "compiler/store/test_kept.py::test_two_processes_at_once",
    "compiler/store/test_kept.py::test_what_is_wrong_is_told_as_before",
    "comparison/test_derive.py::test_two_rulebooks_that_have_nothing_to_do_with_each_other",
    "diagnostics/test_golden.py::test_every_wrong_rulebook_has_one_mistake_only",
    "proofs/test_findings.py::test_check_shows_and_saves_its_examples",
    "scoring/proving/test_proving.py::test_a_forged_certificate_is_refused",
    "scoring/proving/test_proving.py::test_every_maximum_of_the_real_rulebooks_is_proven",
    "scoring/proving/test_workspace.py::test_edits_are_seen",
    "scoring/proving/test_workspace.py::test_keystrokes_are_seen",
    "scoring/test_published_results.py::test_a_sheet_of_r6_is_refused_by_r7",
    "scoring/test_published_results.py::test_the_nation_averages_what_was_published",
    "scoring/test_published_results.py::test_the_nation_averages_what_was_published_in_r7",
    "testing/test_strategies.py::test_revisions_of_the_real_rulebooks_compile",
)
TOLD: Final = ("killed", "timeout", "segfault")


def tests_of(module: str) -> str:
    """The folder, or file, whose tests a module's mutants meet."""
    return max((place for place in TESTS if module == place or module.startswith(f"{place}/")), key=len)


def lay_room(place: str, modules: list[str]) -> Path:
    """A fresh copy of the project with mutmut's configuration beside it; earlier results go.

    mutmut takes a module's name from its path, so the copy lies in a folder of the package's name.
    """
    room = MUTANTS / place.replace("/", "-")
    shutil.rmtree(room, ignore_errors=True)
    ignored = shutil.ignore_patterns(".*", "build", "dist", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, room / "haiten", ignore=ignored)
    tests = [f"haiten/tests/{test}" for test in TESTS[place]]
    settings = {
        "mutmut": {
            "source_paths": ["haiten"],
            "only_mutate": [f"haiten/{module}" for module in modules],
            "pytest_add_cli_args_test_selection": tests,
            "pytest_add_cli_args": ["-p", "no:cacheprovider", *(f"--deselect=haiten/tests/{test}" for test in SLOW)],
            "use_git_change_detection": False,
            "process_isolation": "forkserver",  # polars hangs in a fork of a process that has used it
            "timeout_multiplier": 3.0,
            "timeout_constant": 3.0,
        },
        "pytest.ini_options": {
            "addopts": "--import-mode=importlib",
            "pythonpath": ["haiten/tests"],
            "filterwarnings": ["error"],
        },
    }
    lines: list[str] = []
    for tool, values in settings.items():
        lines += [f"[tool.{tool}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""]
    (room / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    return room


def names_of(room: Path, module: str) -> list[str]:
    """The mutants of a module, by mutmut's names."""
    path = Path("haiten") / module
    with contextlib.chdir(room):  # where mutmut looks for its configuration
        made = mutate_file_contents(str(path), (room / path).read_text(encoding="utf-8"))
    return [get_mutant_name(path, name) for name in made.mutant_names]


def run_mutmut(room: Path, *arguments: str) -> None:
    """Run mutmut in a room, with few examples per property."""
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=room, env=environment, check=True)


def outcomes(room: Path, module: str, tried: list[str]) -> dict[str, str]:
    """What became of the mutants that were tried."""
    meta = json.loads((room / "mutants" / "haiten" / f"{module}.meta").read_text(encoding="utf-8"))
    return {name: status_by_exit_code[meta["exit_code_by_key"][name]] for name in tried}


def main() -> None:
    """Try the mutants of the modules that are named, or of all; then show those that no test told."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--sample", type=int, help="so many mutants of each module; without it all")
    arguments = parser.parse_args()
    rows = []
    for place in TESTS:
        modules = [module for module in arguments.modules if tests_of(module) == place]
        if not modules:
            continue
        room = lay_room(place, modules)
        made = {module: names_of(room, module) for module in modules}
        tried = {
            m: random.Random(1).sample(names, min(arguments.sample or len(names), len(names)))
            for m, names in made.items()
        }
        run_mutmut(room, "run", "--max-children", "1", *(name for names in tried.values() for name in names))
        for module in modules:
            found = outcomes(room, module, tried[module])
            for name, outcome in found.items():
                if outcome not in TOLD:
                    print(f"\n{outcome}:", flush=True)
                    run_mutmut(room, "show", name)
            count = Counter(found.values())
            told = sum(count[outcome] for outcome in TOLD)
            missed = len(found) - told - count["no tests"]
            rows.append(
                (f"`{module}`", len(made[module]), len(found), told, count["timeout"], missed, count["no tests"])
            )
    print("| module | mutants | tried | told | of these by a time-out | survived | reached by no test |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("|", " | ".join(map(str, row)), "|")


if __name__ == "__main__":
    main()

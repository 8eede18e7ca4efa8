"""Forms of what is made of rulebooks alone: check, show, consolidate, explain-code, sql, prove, test."""

from typing import TYPE_CHECKING, Any, Final

from haiten.commands.forms.form import JSON, TXT, Json, Lines, PrintedForm, Screen
from haiten.commands.forms.made import (
    Checked,
    ShownRules,
    Tried,
)
from haiten.commands.forms.way_out import Forms

if TYPE_CHECKING:
    from rich.console import Console

    from haiten.compiler.program.program import Program
    from haiten.scoring.proving.prove import Proof


# check


def _print_checked(console: "Console", made: Checked) -> None:
    from haiten.views.check import print_checked

    for number, each in enumerate(made.files):
        if number:
            console.print()
        print_checked(console, str(each.file), each.compilation, each.diagnostics, strict=made.strict)


def _gnu(made: Checked) -> str:
    from haiten.views.console.printable import one_line
    from haiten.views.diagnostics import gnu_lines

    return "".join(f"{one_line(line)}\n" for line in gnu_lines(made.diagnostics))


def _diagnostics(made: Checked) -> Any:
    from haiten.views.diagnostics import diagnostics_json

    return diagnostics_json(made.diagnostics)


def _sarif(made: Checked) -> Any:
    from haiten.views.files.sarif import sarif_json

    return sarif_json(made.diagnostics)


CHECK: Final[Forms[Checked]] = Forms(
    "check",
    (
        Screen("text", TXT, _print_checked, about="人向け"),
        Lines("gnu", (".err",), _gnu, about="エディタ向け、1行に1つ"),
        Json("json", JSON, _diagnostics),
        Json("sarif", (".sarif",), _sarif, about="CI やコードの置き場向け"),
    ),
)


# show


def _print_shown(console: "Console", made: ShownRules) -> None:
    from haiten.views.allocation_program import print_allocation_rules
    from haiten.views.console.summary import print_base
    from haiten.views.program import print_program

    if made.rulebook.program.allocation is not None:
        print_allocation_rules(console, made.rulebook.compilation)
        return
    print_base(console, made.rulebook.compilation)
    print_program(console, made.rulebook.program, made.path)


def _shown(made: ShownRules) -> Any:
    from haiten.views.allocation_program import allocation_rules_json
    from haiten.views.program import program_json

    program = made.rulebook.program
    return allocation_rules_json(program) if program.allocation is not None else program_json(program, made.path)


SHOW: Final[Forms[ShownRules]] = Forms(
    "show", (Screen("text", TXT, _print_shown, about="木"), Json("json", JSON, _shown))
)


# consolidate


def _whole(program: "Program") -> str:
    from haiten.views.program import consolidated_text

    return consolidated_text(program)


CONSOLIDATE: Final[Forms["Program"]] = Forms(
    "consolidate", (PrintedForm("haiten", (".haiten",), _whole, about="全文"),), any_name="haiten"
)


# explain-code


def _print_page(console: "Console", code: str) -> None:
    from haiten.views.code_pages import print_page

    print_page(console, code)


def _page(code: str) -> str:
    from haiten.views.code_pages import page_of

    return page_of(code) or ""


EXPLAIN_CODE: Final[Forms[str]] = Forms(
    "explain-code",
    (Screen("text", TXT, _print_page, about="端末向け"), PrintedForm("md", (".md",), _page, about="Markdown")),
)


# schema, reference

SCHEMA: Final[Forms[str]] = Forms(
    "schema", (PrintedForm("schema", (".json",), lambda text: text, about="JSON Schema"),), any_name="schema"
)
REFERENCE: Final[Forms[str]] = Forms(
    "reference", (PrintedForm("md", (".md",), lambda text: text, about="Markdown"),), any_name="md"
)


# sql

SQL: Final[Forms[str]] = Forms("sql", (PrintedForm("sql", (".sql",), lambda text: text),), any_name="sql")


# prove, test


def _print_proof(console: "Console", proof: "Proof") -> None:
    from haiten.views.proof import print_proof

    print_proof(console, proof)


PROVE: Final[Forms["Proof"]] = Forms(
    "prove",
    (
        Screen("text", (), _print_proof, about="端末の表"),
        Json("json", JSON, lambda proof: proof.to_json(), about="証明書"),
    ),
    talks=True,
    any_name="json",
)


def _print_tried(console: "Console", made: Tried) -> None:
    from haiten.views.cases import print_cases, print_coverage
    from haiten.views.properties import print_outcome

    for path, run in made.cases:
        if run.scores is not None:
            print_cases(console, str(path), run)
    if made.coverage is not None:
        print_coverage(console, made.coverage)
    for outcome, saved in made.properties:
        print_outcome(console, outcome, saved)


TEST: Final[Forms[Tried]] = Forms("test", (Screen("text", TXT, _print_tried, about="端末向け"),))

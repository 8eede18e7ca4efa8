"""Every diagnostic code has a page, and the examples of the page are really run: the bad one gives it, the good not."""

import io
import pkgutil
import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen
from real_commands import haiten as haiten_command
from rich.cells import cell_len
from rich.console import Console

import haiten.backends
import haiten.compiler
import haiten.records
import haiten.scoring
from haiten.compiler.checks.sources import uncited_texts
from haiten.compiler.diagnostics import Diagnostic, Severity
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from haiten.views.code_pages import nearest_codes, page_of, print_page

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "diagnostics"
KINDS: Final = {Severity.ERROR: "誤り", Severity.WARNING: "警告", Severity.NOTE: "注記"}
# A code that is told only together with others: reading stops because of syntax errors.
COMPANIONS: Final = {"H111": {"H103"}}
# Control characters are invisible: a page shows their pictures (U+2400 and on) in their stead.
PICTURES: Final = {0x2400 + code: code for code in range(0x20)}
SHAPE: Final = re.compile(
    r"# (?P<code>H\d{3}) (?P<title>\S.*)\n\n種類: (?P<kind>誤り|警告|注記)\n\n"
    r"## どういうことか\n\n(?P<meaning>(?!#|```).+)\n\n"
    r"## 起きる例\n\n(?P<bad>(?:.|\n)+?)\n"
    r"## 直し方\n\n(?P<good>(?:.|\n)+?)"
    r"(?:\n## 関連\n\n(?P<related>(?:- .+\n)+))?"
)
# What makes the files of a command of haiten, and the arguments it is given; where its output goes does not matter.
COMMAND: Final = re.compile(r"((?:(?!(?:\./)?haiten ).*\n)*)(?:(?:\./)?haiten (.+?)(?: > \S+)?(?:\n|\Z))?")
FENCE: Final = re.compile(r"^```(?P<language>\w+)(?: (?P<verdict>bad|good))?\n(?P<text>(?:.*\n)*?)```$", re.MULTILINE)


def classes(above: type[Diagnostic]) -> Iterator[type[Diagnostic]]:
    """All diagnostics of the project below a class."""
    for below in above.__subclasses__():
        if below.__module__.startswith("haiten.") and "code" in vars(below):
            yield below
        yield from classes(below)


def by_code() -> dict[str, type[Diagnostic]]:
    """Every code, wherever its class lives."""
    for room in (haiten.compiler, haiten.backends, haiten.scoring, haiten.records):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            import_module(module.name)
    return {found.code: found for found in sorted(classes(Diagnostic), key=lambda found: found.code)}


CODES = by_code()


@frozen
class Example:
    """A fenced block: its language, what it is (bad, good, or the ground that both stand on), and its text."""

    language: str
    verdict: str | None
    text: str


def page(code: str) -> re.Match[str]:
    """The page of a code, in its parts."""
    text = page_of(code)
    assert text is not None, f"{code} ({CODES[code].__name__}) has no page: write docs/diagnostics/{code}.md"
    found = SHAPE.fullmatch(text)
    assert found, f"{code}.md does not have the shape of the other pages"
    return found


def examples(code: str) -> list[Example]:
    text = page(code)[0]
    found = [Example(f["language"], f["verdict"], f["text"].translate(PICTURES)) for f in FENCE.finditer(text)]
    assert text.count("```") == 2 * len(found), f"{code}.md has a fence that cannot be read"
    return found


def told(code: str, verdict: str, folder: Path) -> list[str]:
    """The codes that the bad or the good example of a page gives, checked as with ``--strict``."""
    ground = [example for example in examples(code) if example.verdict is None]
    (example,) = (example for example in examples(code) if example.verdict == verdict)
    if example.language == "shell":
        return told_by_commands(example.text, folder)
    if example.language == "haiten":
        return told_by_compiler(example.text)[1]
    assert [g.language for g in ground] == ["haiten"], f"{code}.md: a table needs one rulebook to be read with"
    rulebook, said = told_by_compiler(ground[0].text)
    assert said == [], f"{code}.md: the rulebook under the table is not right itself"
    file = folder / f"{code}.{example.language}"
    file.write_text(example.text, encoding="utf-8")
    if example.language == "json":
        return [d.code for d in rulebook.read_cutoffs(file).diagnostics]
    assert example.language == "csv"
    read = rulebook.read_facts(file)
    notes = rulebook.score(read.facts).notes(str(file)) if read.facts is not None else ()
    return [d.code for d in (*read.diagnostics, *notes)]


def told_by_compiler(text: str) -> tuple[Rulebook, list[str]]:
    compilation = compile_source(Source("example.haiten", text))
    uncited = uncited_texts(compilation.program) if compilation.program is not None else ()
    return Rulebook(compilation), [d.code for d in (*compilation.diagnostics, *uncited)]


def told_by_commands(script: str, folder: Path) -> list[str]:
    """The codes that real commands print, run in a folder that has the project's rulebooks and sheets."""
    for shared in ("rules", "examples"):
        (folder / shared).symlink_to(ROOT / shared)
    said = ""
    for shell, command in COMMAND.findall(script):
        if shell:
            subprocess.run(["sh", "-c", shell], check=True, cwd=folder)
        if command:
            done = haiten_command(*shlex.split(command), cwd=folder)
            assert done.returncode in (0, 1), done.stderr
            said += done.stdout + done.stderr
    # "エラー[H401] …" for people, "….haiten:9:20: error: … [H401]" for editors.
    return re.findall(r"(?m)(?:^\S+(?=\[H)|: \w+: .+)\[(H\d{3})\]", said)


def test_every_page_has_a_code() -> None:
    """No page is left of a code that is told no more."""
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_its_code_is(code: str) -> None:
    """Each code has a page of the fixed shape, with its code, its kind, and links that lead to other pages."""
    found = page(code)
    assert found["code"] == code
    assert found["kind"] == KINDS[CODES[code].severity]
    for label, target, title in re.findall(r"- \[(.+?)\]\((.+?)\) (.+)", found["related"] or ""):
        assert (label != code, target) == (True, f"{label}.md")
        assert page(label)["title"] == title


def test_the_index_lists_every_page() -> None:
    """The index has a row per code under its family, in order, with the title and kind of the page."""
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    rows = [(code, f"[{code}]({code}.md)", page(code)["title"], page(code)["kind"]) for code in CODES]
    assert re.findall(r"^\| \[.*$", index, re.MULTILINE) == [f"| {' | '.join(row[1:])} |" for row in rows]
    sections = re.split(r"^## (H\d) .*$", index, flags=re.MULTILINE)[1:]
    for family, section in zip(sections[::2], sections[1::2], strict=True):
        assert set(re.findall(r"\[(H\d)\d\d\]", section)) == {family}


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_gives_the_code(code: str, tmp_path: Path) -> None:
    """What a page shows as the mistake is told with its code, once, and with no other."""
    said = told(code, "bad", tmp_path)
    assert said.count(code) == 1, said
    assert set(said) == {code} | COMPANIONS.get(code, set())


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_gives_nothing(code: str, tmp_path: Path) -> None:
    """What a page shows as the way out is right in every respect."""
    assert told(code, "good", tmp_path) == []


def test_pages_are_found_however_the_code_is_written() -> None:
    """Lower case and full-width letters are the same code; what is no code has no page."""
    assert page_of("h401") == page_of(" Ｈ４０１ ") == page_of("H401")
    assert page_of("H999") is page_of("README") is page_of("../../README") is page_of("") is None


def test_a_wrong_code_is_answered_with_the_nearest() -> None:
    """A slip of a sign finds its code, a code beyond its family the family, and nonsense nothing."""
    assert nearest_codes("401") == ("H401",)
    for written in ("ｈ４0l", "H4O1", "4oI", "H40|"):
        assert nearest_codes(written) == ("H401",)
    assert "H401" in nearest_codes("H4011")
    assert {code[:2] for code in nearest_codes("H499")} == {"H4"}
    assert nearest_codes("配点") == nearest_codes("HELLO") == nearest_codes("") == ()


def printed(code: str, width: int) -> str:
    output = io.StringIO()
    assert print_page(Console(file=output, width=width), code) is bool(output.getvalue())
    return output.getvalue()


def test_a_page_is_printed_for_the_terminal() -> None:
    """The page is laid out without the signs of Markdown; for an unknown code nothing is printed."""
    assert printed("H999", 100) == ""
    out = printed("h401", 100)
    assert "H401 配点の合計が合わない" in out
    assert "交付金 推進" in out
    assert "```" not in out
    assert "H402.md" not in out


@pytest.mark.parametrize("code", CODES)
def test_a_printed_page_is_broken_as_japanese_is(code: str) -> None:
    """No line is too long, begins with a closing sign, ends with an opening one, or ends early for a Latin word."""
    found = re.search(r"どういうことか\s+(.+?)\n *\n", printed(code, 80), re.DOTALL)
    assert found
    lines = [line.rstrip() for line in found[1].split("\n")]
    assert "".join(lines).replace(" ", "") == page(code)["meaning"].replace("`", "").replace(" ", "")
    for line, following in pairwise(lines):
        assert 60 < cell_len(line) <= 80
        assert line[-1] not in "（「『"
        assert following[0] not in "）」』、。"

"""The reference of the language (docs/language.md and docs/language.en.md) says what is so: its examples run."""

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import field, frozen
from real_commands import haiten

from haiten.compiler.driver import Compilation, compile_file, compile_source
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.grammar import reserved_words
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.views.files.export import write_scores_csv

DOCS: Final = Path(__file__).parents[1] / "docs"
JAPANESE, ENGLISH = DOCS / "language.md", DOCS / "language.en.md"

# Where a part stands: an indicator, or several, of 推進.Ⅰ.(ⅰ). The last grant uses every fact, so that none is idle.
FRAME: Final = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「評価指標（市町村分）」
出典 集計 「該当状況調査 集計結果」
{facts}
交付金 推進 「推進交付金」〔要綱〕 {points}点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 {points}点
    指標群 (ⅰ) 「指標群」〔要綱〕 {points}点
{part}
交付金 支援 「支援交付金」〔集計〕 1点〔集計〕
  目標 Ⅰ 「目標」〔集計〕 1点
    指標群 (ⅰ) 「指標群」〔集計〕 1点
      指標 1 「指標」〔集計〕 1点 要件 {uses}
"""
PARENT: Final = "推進.Ⅰ.(ⅰ)"

_FENCE: Final = re.compile(r"^```([a-z]+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"\]\(#([^)]+)\)")
_CODE: Final = re.compile(r"`([^`]+)`")
_CODE_POINT: Final = re.compile(r"U\+([0-9A-F]{4})")


@frozen
class Fence:
    """An example of the reference.

    Attributes:
        language: ``haiten``, ``csv``, ``json``, or ``console`` for a command and lines that it prints.
        words: what its first line says besides: ``part`` of the frame, ``facts`` of the frame, ``bad`` with the code it
            gives, ``soon`` (still being made), and for a CSV file ``scores``. ``base`` is a rulebook to be amended,
            ``revision`` amends it (``opening``: shorter ones stand behind it), ``consolidated`` is what comes of that,
            the whole of it or lines that stand together in it. A CSV file of ``base`` has facts for that; a command
            of the ``first`` revision is not about the last.
        line: where it stands in its document.
        rules: for facts and results, the rulebook they belong to; for a revision, its base; for what is consolidated
            and for a command, the revision; None for a full rulebook.
        facts: for results, the fact file that is scored; None for all else.
    """

    language: str
    words: tuple[str, ...]
    text: str
    line: int = field(eq=False)
    rules: "Fence | None" = field(default=None, repr=False)
    facts: "Fence | None" = field(default=None, repr=False)

    @property
    def code(self) -> str | None:
        """The diagnostic that it is to give; None where it is to give none."""
        return self.words[self.words.index("bad") + 1] if "bad" in self.words else None

    @property
    def soon(self) -> bool:
        """Whether it, or the rulebook it belongs to, describes what is still being made."""
        return "soon" in (self.rules or self).words


def fences_of(path: Path) -> Iterator[Fence]:
    """The examples of a document, each fact file and result with the rulebook before it."""
    text = path.read_text(encoding="utf-8")
    rules: Fence | None = None
    facts: Fence | None = None
    base: Fence | None = None
    first: Fence | None = None
    for found in _FENCE.finditer(text):
        fence = Fence(found[1], tuple(found[2].split()), found[3], text.count("\n", 0, found.start()) + 1)
        if "revision" in fence.words:
            fence = Fence(fence.language, fence.words, fence.text, fence.line, base)
            rules, facts, first = fence, None, first or fence
        elif fence.language == "haiten" and "consolidated" not in fence.words:
            rules, facts = fence, None
            base = fence if "base" in fence.words else base
        elif fence.language == "csv" and "scores" not in fence.words:
            about = base if "base" in fence.words else rules
            fence = facts = Fence(fence.language, fence.words, fence.text, fence.line, about)
        elif "first" in fence.words:
            fence = Fence(fence.language, fence.words, fence.text, fence.line, first, facts)
        else:
            fence = Fence(fence.language, fence.words, fence.text, fence.line, rules, facts)
        yield fence


FENCES: Final = tuple(fences_of(JAPANESE))
DECLARATIONS: Final = next(fence.text for fence in FENCES if "facts" in fence.words)
OPENING: Final = next(fence.text for fence in FENCES if "opening" in fence.words)


def examples(language: str, word: str | None = None) -> list[Any]:
    """The examples in a language as parameters: those that say a word, or those that are no results of others."""
    results = {"scores", "consolidated"}
    chosen = [fence for fence in FENCES if fence.language == language]
    chosen = [fence for fence in chosen if (word in fence.words if word else not results & set(fence.words))]
    return [pytest.param(fence, id=f"line {fence.line}") for fence in chosen]


def framed(part: str, declarations: str = DECLARATIONS) -> str:
    """A rulebook around a part, its totals taken from what the part itself declares."""
    names = [(line.split()[1], line.split()[3]) for line in declarations.splitlines()]
    uses = " かつ ".join(name if unit == "該当" else f"{name} が {name} 以上" for name, unit in names)
    if not part.startswith("指標"):
        part = f"指標 1 「指標」〔要綱〕 {{points}}点\n{part}"

    def filled(points: int) -> str:
        body = part.replace("{points}", str(points))
        return FRAME.format(facts=declarations, points=points, part=body, uses=uses)

    program = compile_source(Source("frame", filled(0))).program
    assert program is not None
    parent = PARENT if "{points}" not in part else f"{PARENT}.1"
    return filled(sum(program.nodes[child].maximum for child in program.nodes[parent].children))


def compiled(fence: Fence, folder: Path) -> Compilation:
    """What becomes of an example; examples of what is still being made are skipped."""
    if fence.soon:
        pytest.skip("the words for it are still being made")
    if "revision" in fence.words:
        return compile_file(laid_out(fence, folder))
    text = fence.text
    if "facts" in fence.words:
        text = framed("ア 「項目」〔要綱〕 1点\n", fence.text)
    elif "part" in fence.words:
        text = framed(fence.text)
    return compile_source(Source(f"language.md:{fence.line}", text))


def laid_out(fence: Fence, folder: Path) -> Path:
    """The file of a revision, in a folder where its base is found beside it."""
    assert fence.rules is not None
    text = fence.text if fence.text.startswith("言語") else OPENING + fence.text
    files = {"r6": fence.rules.text, "r7": text}
    for year, content in files.items():
        (folder / year).mkdir()
        (folder / year / "rules.haiten").write_text(content, encoding="utf-8")
    return folder / "r7" / "rules.haiten"


def scored(fence: Fence, folder: Path) -> Scores:
    """The scores that a result is about."""
    assert fence.rules is not None
    assert fence.facts is not None
    path = folder / "facts.csv"
    path.write_text(fence.facts.text, encoding="utf-8")
    return Rulebook(compiled(fence.rules, folder)).score(path)


@pytest.mark.parametrize("fence", examples("haiten"))
def test_a_rulebook_is_as_good_as_the_reference_says(fence: Fence, tmp_path: Path) -> None:
    """An example compiles without a word, or gives exactly the one diagnostic that its first line names."""
    found = [diagnostic.code for diagnostic in compiled(fence, tmp_path).diagnostics]
    assert found == ([fence.code] if fence.code else [])


@pytest.mark.parametrize("fence", examples("haiten", "consolidated"))
def test_a_revision_makes_what_is_shown(fence: Fence, tmp_path: Path) -> None:
    """What comes of the revision before is what is shown, or the lines shown stand in it; it is clean by itself."""
    assert fence.rules is not None
    made = compiled(fence.rules, tmp_path)
    assert made.syntax is not None
    text = print_rulebook(made.syntax)
    assert compile_source(Source("consolidated", text)).diagnostics == ()
    if fence.text.startswith("言語"):
        assert fence.text == text
    else:
        shown, lines = ([line.strip() for line in each.splitlines() if line.strip()] for each in (fence.text, text))
        assert any(lines[at : at + len(shown)] == shown for at in range(len(lines))), text


@pytest.mark.parametrize("fence", examples("console"))
def test_a_command_prints_what_is_shown(fence: Fence, tmp_path: Path) -> None:
    """Each line shown is printed, in this order, where base, revision and facts lie as the command says."""
    assert fence.rules is not None
    if "revision" in fence.rules.words:
        laid_out(fence.rules, tmp_path)
    else:
        (tmp_path / "rules.haiten").write_text(fence.rules.text, encoding="utf-8")
    if fence.facts is not None:
        (tmp_path / "facts.csv").write_text(fence.facts.text, encoding="utf-8")
    command, *shown = fence.text.strip().splitlines()
    words = shlex.split(command.removeprefix("$ haiten "))
    done = haiten(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = iter([" ".join(line.split()) for line in done.stdout.splitlines()])
    for line in shown:
        assert line.strip() == "..." or " ".join(line.split()) in printed, (line, done.stdout)


@pytest.mark.parametrize("fence", examples("csv"))
def test_a_fact_file_is_read(fence: Fence, tmp_path: Path) -> None:
    """A fact file is read for the rulebook before it, without an error or a note."""
    assert fence.rules is not None
    path = tmp_path / "facts.csv"
    path.write_text(fence.text, encoding="utf-8")
    read = Rulebook(compiled(fence.rules, tmp_path)).read_facts(path)
    assert [diagnostic.code for diagnostic in read.diagnostics] == []
    assert read.facts is not None


@pytest.mark.parametrize("fence", examples("csv", "scores"))
def test_scores_are_those_that_are_shown(fence: Fence, tmp_path: Path) -> None:
    """The columns of a result are what ``haiten score --to`` writes of the facts before it."""
    write_scores_csv(tmp_path / "scores.csv", scored(fence, tmp_path))
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    shown = list(csv.DictReader(io.StringIO(fence.text)))
    assert [{name: row[name] for name in shown[0]} for row in written] == shown


@pytest.mark.parametrize("fence", examples("json"))
def test_json_is_what_is_shown(fence: Fence, tmp_path: Path) -> None:
    """The nodes of a JSON example are those of the first body of the facts before it."""
    nodes = scored(fence, tmp_path).to_json()["bodies"][0]["nodes"]
    shown = json.loads(fence.text)
    assert {path: nodes[path] for path in shown} == shown


def test_both_languages_have_the_same_examples() -> None:
    """The English reference has the examples of the Japanese one, letter by letter and in the same order."""
    assert FENCES
    assert tuple(fences_of(ENGLISH)) == FENCES


def test_both_languages_have_the_same_sections() -> None:
    """Section by section, the two references have headings of the same level and number."""
    japanese, english = ([(len(h[1]), _number(h[2])) for h in _HEADING.finditer(prose(p))] for p in (JAPANESE, ENGLISH))
    assert japanese == english


@pytest.mark.parametrize("path", [JAPANESE, ENGLISH], ids=lambda path: path.name)
def test_links_lead_to_sections(path: Path) -> None:
    """Every link within a reference leads to one of its headings."""
    text = prose(path)
    anchors = {re.sub(r"[^\w\- ]", "", found[2].lower()).replace(" ", "-") for found in _HEADING.finditer(text)}
    assert set(_LINK.findall(text)) <= anchors


@pytest.mark.parametrize("path", [JAPANESE, ENGLISH], ids=lambda path: path.name)
def test_reserved_words_are_those_of_the_grammar(path: Path) -> None:
    """The list of reserved words is the grammar's, each word once."""
    listed = _CODE.findall(block(path, "reserved"))
    assert sorted(listed) == sorted(reserved_words())


@pytest.mark.parametrize("path", [JAPANESE, ENGLISH], ids=lambda path: path.name)
def test_foldings_are_those_of_the_compiler(path: Path) -> None:
    """The table of foldings is the compiler's; a row folds its characters one by one, or all to the same."""
    listed: dict[int, int] = {}
    for row in block(path, "foldings").strip().splitlines()[2:]:
        written, read = (
            "".join(chr(int(p[1], 16)) if (p := _CODE_POINT.fullmatch(code)) else code for code in _CODE.findall(cell))
            for cell in row.strip("|").split("|")
        )
        targets = read if len(read) == len(written) else read * len(written)
        listed |= {ord(old): ord(new) for old, new in zip(written, targets, strict=True)}
    changing = {old: new for old, new in FOLDINGS.items() if old != new}
    assert listed == changing


def prose(path: Path) -> str:
    """A document without its examples."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def block(path: Path, name: str) -> str:
    """What stands between the marks of a block."""
    found = re.search(rf"<!-- {name} -->(.*?)<!-- /{name} -->", path.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{path.name} has no block {name}"
    return found[1]


def _number(heading: str) -> str:
    found = re.match(r"[0-9.]+", heading)
    return found[0] if found else ""

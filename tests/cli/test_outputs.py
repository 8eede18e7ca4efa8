"""No command writes onto what it reads, however the file is named; and fixes leave every other byte as it was."""

import os
import shutil
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

from haiten.commands.outputs import WRITTEN

RULES, FACTS, MONEY, BODIES, CUTS = "rules.haiten", "facts.csv", "money.haiten", "bodies.csv", "cuts.json"
SMALL = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 100以下
交付金 推進 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      指標 1 4点 要件 率 が 5%以上
"""
COMMANDS = [
    (("consolidate", RULES), "--to", RULES),
    (("sql", RULES, "--dialect", "duckdb"), "--to", RULES),
    (("prove", RULES), "--to", RULES),
    (("score", RULES, FACTS), "--to", FACTS),
    (("score", RULES, FACTS), "--save-cutoffs", RULES),
    (("score", RULES, FACTS, "--cutoffs", CUTS), "--save-cutoffs", CUTS),
    (("stats", RULES, FACTS, "--table", "順位"), "--to", FACTS),
    (("gaps", RULES, FACTS, "--body", "99001"), "--to", FACTS),
    (("sweep", RULES, FACTS, "--points", "推進.Ⅰ.(ⅰ).1=1"), "--to", FACTS),
    (("diff", RULES, "other.haiten", "--as", "amendment"), "--to", "other.haiten"),
    (("impact", RULES, "other.haiten", FACTS), "--to", FACTS),
    (("sheet", RULES, "old.xlsx", "--body", "99001"), "--to", "old.xlsx"),
    (("allocate", MONEY, BODIES), "--to", BODIES),
    (("allocate", MONEY, BODIES, "--previous", FACTS), "--to", FACTS),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / RULES).write_text(SMALL, encoding="utf-8")
    (tmp_path / "other.haiten").write_text(SMALL.replace("5%以上", "6%以上"), encoding="utf-8")
    (tmp_path / FACTS).write_text("団体コード,団体名,年度,率\n99001,A,R6,6\n", encoding="utf-8")
    (tmp_path / CUTS).write_text("{}", encoding="utf-8")
    haiten("sheet", RULES, FACTS, "--body", "99001", "--to", "old.xlsx", cwd=tmp_path)
    shutil.copy(ROOT / "examples" / "r2" / "allocation.haiten", tmp_path / MONEY)
    shutil.copy(ROOT / "examples" / "r2" / "bodies.csv", tmp_path / BODIES)
    return tmp_path


@pytest.mark.parametrize("link", ["", "./", "symbolic", "hard"])
@pytest.mark.parametrize(("arguments", "option", "name"), COMMANDS, ids=lambda part: str(part))
def test_nothing_that_is_read_is_written(
    arguments: tuple[str, ...], option: str, name: str, link: str, folder: Path
) -> None:
    """By its name, another name, a symbolic or a hard link: told before any work, and all files are as they were."""
    to = name
    if link == "./":
        to = f"./{name}"
    elif link:
        to = f"linked{Path(name).suffix}"
        (os.symlink if link == "symbolic" else os.link)(folder / name, folder / to)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    done = haiten(*arguments, option, to, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{Path(to)} に書けません: このコマンドの読み込むファイル" in done.stderr
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_rulebook_that_a_revision_builds_on_is_read_too(tmp_path: Path) -> None:
    """It is found beside the revision, and no argument names it."""
    for year in ("r6", "r7"):
        shutil.copytree(ROOT / "rules" / year, tmp_path / year)
    base = tmp_path / "r6" / "municipal.haiten"
    before = base.read_bytes()
    done = haiten("consolidate", tmp_path / "r7" / "municipal.haiten", "--to", base)
    assert (done.returncode, done.stdout, base.read_bytes()) == (2, "", before)
    assert "読み込むファイル" in done.stderr


def test_two_outputs_are_two_files(folder: Path) -> None:
    """Whether they are there by now or not."""
    for to, cuts in (("x.json", "x.json"), ("x.json", "./x.json")):
        done = haiten("score", RULES, FACTS, "--to", to, "--save-cutoffs", cuts, cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert "同じファイルです" in done.stderr
    assert not (folder / "x.json").exists()


def test_a_table_of_a_folder_is_not_written_onto_the_facts(folder: Path) -> None:
    """Names that a command chooses itself are looked at, too, before the first is written."""
    shutil.move(folder / FACTS, folder / "順位.csv")
    done = haiten("stats", RULES, "順位.csv", "--as", "csv", "--to", ".", cwd=folder)
    assert done.returncode == 2
    assert sorted(file.name for file in folder.glob("*.csv")) == [BODIES, "順位.csv"]


def test_what_is_no_regular_file_may_be_named_twice(folder: Path) -> None:
    """Nothing is lost where nothing is kept."""
    assert haiten("score", RULES, FACTS, "--save-cutoffs", "/dev/null", cwd=folder).returncode == 0


def test_every_path_of_every_command_is_read_or_written() -> None:
    """A new option that names an output is known to the door."""
    import inspect
    import typing

    from haiten.commands.running import app, load_commands

    load_commands()

    read = {"file", "files", "facts", "base", "cutoffs", "previous", "scenarios", "verify", "old", "new", "cases"}
    read |= {"folder", "bodies", "rules", "member_rules", "sign", "based_on", "trusted", "records"}
    read |= {
        "from_",
        "keep",
        "previous_cutoffs",
        "old_facts",
        "new_facts",
        "old_cutoffs",
        "new_cutoffs",
        "member_facts",
    }
    named = set()
    for name in app:
        command = app[name].default_command
        for parameter, hint in (typing.get_type_hints(command) if inspect.isfunction(command) else {}).items():
            if "Path" in str(hint):
                named.add(parameter)
    assert named <= read | set(WRITTEN), named - read - set(WRITTEN)
    assert set(WRITTEN) <= named


def test_no_file_of_a_folder_that_is_read_is_written(tmp_path: Path) -> None:
    """Survey sheets are read by the folder: none of them, and no list beside them, is written over."""
    rules, facts = (ROOT / "examples" / "survey" / name for name in ("rules.haiten", "facts.csv"))
    folder = tmp_path / "sent"
    assert haiten("sheet", rules, facts, "--each-body", folder).returncode == 0
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for words in (
        ("collect", folder, "--rules", rules, "--to", folder / "配布一覧.csv"),
        ("sheet", rules, folder, "--each-body", folder),
        ("score", rules, folder, "--to", folder / "990019_いろは町.xlsx"),
    ):
        done = haiten(*words)
        assert done.returncode == 2, words
        assert "内容が失われる" in done.stderr
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_what_people_write_in_is_not_replaced(tmp_path: Path) -> None:
    """A draft, a revision that is begun and a survey sheet are made again only where nobody wrote in them."""
    survey = ROOT / "examples" / "survey"
    made = {
        "d.haiten": ("draft", ROOT / "rules/r8/municipal.haiten"),
        "n.haiten": ("new", "令和9年度", "市町村", "--from", ROOT / "rules/r8/municipal.haiten"),
        "s.xlsx": ("sheet", survey / "rules.haiten"),
    }
    for name, words in made.items():
        file = tmp_path / name
        assert haiten(*words, "--to", file).returncode == 0
        again = haiten(*words, "--to", file)
        assert (again.returncode, again.stderr) == (0, "")
        file.write_bytes(mine := b"# mine\n")
        refused = haiten(*words, "--to", file)
        assert refused.returncode == 2
        assert "書き込んだ内容が失われる" in refused.stderr
        assert file.read_bytes() == mine
        file.write_bytes(b"")
        assert haiten(*words, "--to", file).returncode == 0
        assert file.read_bytes()
    folder = tmp_path / "sent"
    each = ("sheet", survey / "rules.haiten", survey / "facts.csv", "--each-body", folder)
    assert haiten(*each).returncode == haiten(*each).returncode == 0
    (answered := next(folder.glob("*.xlsx"))).write_bytes(b"answers")
    assert haiten(*each).returncode == 2
    assert answered.read_bytes() == b"answers"


# Fixes, and fmt


MARK = b"\xef\xbb\xbf"
FORMS = {"crlf": "\r\n", "cr": "\r", "lf": "\n"}


@pytest.mark.parametrize("mark", [b"", MARK], ids=["plain", "bom"])
@pytest.mark.parametrize("end", [*FORMS, "mixed"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_a_fix_leaves_every_other_byte(mark: bytes, end: str, last: str, tmp_path: Path) -> None:
    """Byte order mark, line ends of any kind, blanks and the end of the file."""
    text = SMALL.replace("目標 Ⅰ", "目標  I ").replace("5%以上", "5以上").rstrip("\n") + last

    def raw(text: str) -> bytes:
        lines = text.split("\n")
        ends = [FORMS[end]] * len(lines) if end != "mixed" else ["\r\n", "\n", "\r"] * len(lines)
        joined = "".join(line + lines_end for line, lines_end in zip(lines, ends, strict=False))
        return mark + joined.removesuffix(ends[len(lines) - 1]).encode()

    file = tmp_path / "r.haiten"
    file.write_bytes(raw(text))
    haiten("check", "--fix", file)
    assert file.read_bytes() == raw(text.replace("目標  I ", "目標  Ⅰ ").replace("5以上", "5%以上"))


@pytest.mark.parametrize("mark", [b"", MARK], ids=["plain", "bom"])
@pytest.mark.parametrize("end", FORMS)
def test_fmt_keeps_the_mark_and_the_line_ends(mark: bytes, end: str, tmp_path: Path) -> None:
    """It sets lines, not their ends."""
    file = tmp_path / "r.haiten"
    file.write_bytes(mark + SMALL.replace("  目標", "目標").replace("\n", FORMS[end]).encode())
    assert haiten("fmt", file).returncode == 0
    written = file.read_bytes()
    assert written.startswith(MARK) == bool(mark)
    assert (written.count(b"\r"), written.count(b"\n")) == {
        "crlf": (written.count(b"\r\n"),) * 2,
        "cr": (written.count(b"\r"), 0),
        "lf": (0, written.count(b"\n")),
    }[end]
    assert haiten("fmt", "--check", file).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "offered"),
    [
        ("5%以上", "0.05以上", "0.05% か 5% か"),
        ("5%以上", "1以上", "1% か 100% か"),
        (" : % 0以上 100以下", " : %", None),
        ("率 が 5%以上", "率 ÷ 率 が 5%以上", "0.05"),
        ("率 が 5%以上", "1 ÷ 率 が 5以上", None),
        ("5%以上", "1\x0b5%以上", None),
    ],
)
def test_what_can_be_read_in_two_ways_is_left_to_its_author(
    old: str, new: str, offered: str | None, tmp_path: Path
) -> None:
    """Both readings are told, and the file stays."""
    text = SMALL.replace(old, new)
    text = text.replace("5%以上", "5以上") if " : %\n" in text else text
    file = tmp_path / "r.haiten"
    file.write_text(text, encoding="utf-8", newline="")
    done = haiten("check", "--fix", file)
    assert done.returncode == 1
    assert file.read_bytes() == text.encode()
    assert offered is None or offered in done.stdout


def test_a_fix_takes_no_meaning_away(tmp_path: Path) -> None:
    """A file of which nothing is said is not touched."""
    for path in sorted((ROOT / "tests" / "diagnostics" / "good").glob("[a-m]*.haiten"))[:6]:
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        haiten("check", "--fix", copy)
        assert copy.read_bytes() == path.read_bytes()

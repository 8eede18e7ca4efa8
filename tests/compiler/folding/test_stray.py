"""What gets into files unseen: other encodings, invisible characters, radicals from PDF files, marks of merges."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from real_commands import haiten

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.driver import compile_file, compile_source
from haiten.compiler.files.file_form import with_edits
from haiten.compiler.fix import safe_edits
from haiten.compiler.folding.fold import fold
from haiten.compiler.source import Source, plain

GOOD = (Path(__file__).parents[2] / "diagnostics" / "good" / "smallest_of_each_level.haiten").read_text("utf-8")


def apply_fixes(source: Source, told: Iterable[Diagnostic]) -> str:
    """The text with all changes made that ``check --fix`` makes."""
    return plain(with_edits(source.text.encode(), safe_edits(source, told)))


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_another_encoding_is_told_and_put_right(tmp_path: Path, encoding: str) -> None:
    """The encoding is named; ``--fix`` keeps every character and the line ends."""
    text = GOOD.encode(encoding, "replace").decode(encoding).replace("\n", "\r\n")  # some have no ⅰ
    path = tmp_path / "r6.haiten"
    path.write_bytes(text.encode(encoding))
    assert [found.code for found in compile_file(path).diagnostics] == ["H123"]
    done = haiten("check", "--fix", str(path))
    assert "UTF-8 に直しました" in done.stderr
    if text == GOOD.replace("\n", "\r\n"):  # else what has no place in that encoding is told, and may be put right
        assert path.read_bytes() == text.encode()


@pytest.mark.parametrize("sign", list("\u200b\u00ad\u2060\u200e\u202a\u2066\ufeff\ufe0f\u115f\uffa0\U000e0041"))
@pytest.mark.parametrize("place", ["体制", "〔要綱〕 8点", "指標 1"])
def test_an_invisible_character_is_told_once_and_taken_out(sign: str, place: str) -> None:
    """In texts and outside; without it the file is the one that its reader sees."""
    assert place in GOOD
    source = Source("r6.haiten", GOOD.replace(place, place[0] + sign + place[1:], 1))
    found = compile_source(source).diagnostics
    assert [f.code for f in found] == ["H121"]
    assert len(fold(source).text) == len(source.text)
    assert apply_fixes(source, found) == GOOD


@pytest.mark.parametrize("sign", list("\x0b\x07\x85\u2028\u3164\u00a0"))
def test_a_control_character_in_a_text_is_told_by_its_name(sign: str) -> None:
    """A reader takes some of them for a blank, and so does the fix."""
    source = Source("r6.haiten", GOOD.replace("体制", f"体{sign}制", 1))
    found = compile_source(source).diagnostics
    assert [f.code for f in found] == ["H121"]
    assert f"U+{ord(sign):04X}" in found[0].message
    assert apply_fixes(source, found) == GOOD.replace("体制", "体 制" if sign in "\u2028\u3164\u00a0" else "体制", 1)


@pytest.mark.parametrize(("joined", "parted"), [("が", "か\u3099"), ("デ", "テ\u3099"), ("プ", "フ\u309a")])
def test_kana_in_two_parts_are_read_as_one(joined: str, parted: str) -> None:
    """Told in texts and names, read as what they show at the same length, and joined by the fix."""
    good = GOOD.replace("体制", f"体{joined}制", 1)
    source = Source("r6.haiten", GOOD.replace("体制", f"体{parted}制", 1))
    found = compile_source(source).diagnostics
    assert [f.code for f in found] == ["H122"]
    assert apply_fixes(source, found) == good
    rules = GOOD.replace("指標 1", f"{joined}人口 = 1人\n      指標 1", 1)
    source = Source("r6.haiten", rules.replace(joined, parted))
    assert len(fold(source).text) == len(source.text)
    assert fold(source).text.replace(" ", "") == rules.replace(" ", "")
    assert apply_fixes(source, fold(source).diagnostics) == rules


@pytest.mark.parametrize("sign", "\ue000\uf8ff\ufffd")
def test_what_nobody_else_sees_is_told_and_left_alone(sign: str) -> None:
    """Only the first document says what it was."""
    source = Source("r6.haiten", GOOD.replace("体制", f"体{sign}制", 1))
    found = compile_source(source).diagnostics
    assert [f.code for f in found] == ["H128"]
    assert apply_fixes(source, found) == source.text


def test_radicals_in_names_are_read_as_the_characters_that_they_show() -> None:
    """A name copied from a PDF file is the name that everybody reads."""
    told = compile_source(Source("r6.haiten", GOOD.replace("人", "⼈"))).diagnostics
    assert {found.code for found in told} == {"H122"}
    assert compile_source(Source("r6.haiten", GOOD.replace("人", "⼈"))).program is not None

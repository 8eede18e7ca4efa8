"""What is kept is what compiling would come to, and is relied on only where nothing has changed."""

import json
import os
import shutil
import subprocess
import sys
from array import array
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import haiten.compiler.driver as driver
from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file
from haiten.compiler.source import Span
from haiten.compiler.store import folder
from haiten.compiler.store.kept import compile_kept, kept_part
from haiten.scoring.proving.examine import examine
from haiten.scoring.rulebook import fingerprint_of
from haiten.views.diagnostics import diagnostics_json

ROOT = Path(__file__).parents[3]
REAL = [*sorted(ROOT.glob("rules/*/*.haiten")), *sorted(ROOT.glob("examples/*/*.haiten"))]
GOLDEN = sorted(ROOT.glob("tests/diagnostics/*/*.haiten"))
PARTS = ("syntax", "program", "revision", "allocation", "causes", "diagnostics")
SMALL = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 4点
    指標群 (ⅰ) 「指標群」〔要綱〕 4点
      指標 1 「指標」〔要綱〕 4点
        ア 「している」〔要綱〕 4点
"""
AMENDING = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
推進.Ⅰ.(ⅰ).1.ア の文「している」を「したことがある」〔推定〕に改める。
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "user" / "store"
    monkeypatch.setenv(folder.VARIABLE, str(place))
    return place


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were compiled and not read from the store."""
    names: list[str] = []
    original = driver.compile_reading

    def noted(reading: Any, path: Path, *others: Any) -> Compilation:
        names.append(path.name)
        return original(reading, path, *others)

    monkeypatch.setattr(driver, "compile_reading", noted)
    return names


def files(place: Path) -> list[Path]:
    return sorted(place.glob("*.kept"))


def plain(value: Any, known: dict[int, Any]) -> Any:
    """A value as tuples of plain ones: kinds by name, places with their file."""
    if value is None or isinstance(value, str | int | Decimal | Fraction):
        return type(value).__name__, value
    if id(value) not in known:
        if isinstance(value, Span):
            made: Any = (value.source.name, value.source.text, value.start, value.end)
        elif isinstance(value, dict):
            made = [(plain(key, known), plain(inner, known)) for key, inner in value.items()]
        elif isinstance(value, frozenset | set):
            made = sorted(map(repr, value))
        elif isinstance(value, tuple):
            made = tuple(plain(inner, known) for inner in value)
        else:
            fields = [a.name for a in attrs.fields(type(value))]
            made = (type(value).__name__, *(plain(getattr(value, name), known) for name in fields))
        known[id(value)] = made, value
    return known[id(value)][0]


def everything(compilation: Compilation) -> Any:
    """All of a compilation, with the places in its files, in one form."""
    sources, known = [source.name for source in compilation.sources], dict[int, Any]()
    parts = [plain(getattr(compilation, part), known) for part in PARTS]
    return sources, parts, json.dumps(diagnostics_json(compilation.diagnostics)), compilation.ok


def assert_same(one: Compilation, other: Compilation) -> None:
    assert everything(one) == everything(other)
    for part in ("syntax", "revision", "allocation"):
        assert getattr(one, part) == getattr(other, part)
    if one.program is not None and other.program is not None:
        assert repr(one.program) == repr(other.program)
        assert fingerprint_of(one) == fingerprint_of(other)


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kept_rulebook_is_the_compiled_one(path: Path, compiled: list[str]) -> None:
    """The real rulebooks, revisions and allocations: program, syntax, diagnostics, places, fingerprints, bases."""
    fresh = compile_file(path)
    compile_kept(path)
    del compiled[:]
    kept = compile_kept(path)
    assert not compiled
    assert type(kept) is not Compilation
    assert_same(kept, fresh)
    assert not compiled  # nor when it is asked for its parts
    # All that a compilation has, a kept one has too.
    assert {name for name in attrs.fields_dict(Compilation) if not hasattr(kept, name)} == set()
    assert (kept.amended, fresh.amended) == (None, None)
    assert (kept.base is None) == (fresh.base is None)
    if kept.base is not None and fresh.base is not None:
        assert_same(kept.base, fresh.base)
        assert kept.base.source in kept.sources
    first, second = examine(fresh), [examine(compile_kept(path)) for _ in range(2)]
    for examined in second:
        assert examined.files == first.files
        assert diagnostics_json(examined.diagnostics) == diagnostics_json(first.diagnostics)


@pytest.mark.parametrize("start", range(8))
def test_what_is_wrong_is_told_as_before(start: int) -> None:
    """The golden diagnostics."""
    for path in GOLDEN[start::8]:
        fresh = compile_file(path)
        compile_kept(path)
        kept = compile_kept(path)
        assert_same(kept, fresh)


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A rulebook and a revision of it, in their folders; the revision."""
    for year, text in (("r6", SMALL), ("r7", AMENDING)):
        (tmp_path / year).mkdir()
        (tmp_path / year / "municipal.haiten").write_text(text, encoding="utf-8")
    return tmp_path / "r7" / "municipal.haiten"


def test_what_changed_is_compiled_anew(years: Path, compiled: list[str]) -> None:
    """The file, what it builds on, and the options; what is as it was, is read."""
    base = years.parents[1] / "r6" / "municipal.haiten"
    assert compile_kept(years).ok
    assert compiled == ["municipal.haiten"] * 2
    for path, old, new in ((years, "したことが", "しようと"), (base, "「目標」", "「別の目標」")):
        del compiled[:]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert_same(compile_kept(years), compile_file(years))
        assert compiled
        path.write_text(text, encoding="utf-8")
        assert_same(compile_kept(years), compile_file(years))
        del compiled[:]
        compile_kept(years)
        assert not compiled
    other = years.parents[1] / "other.haiten"
    shutil.copy(base, other)
    assert compile_kept(years, other).sources[1].name == str(other)
    assert compiled


def test_a_base_that_is_found_nearer_takes_the_place_of_another(tmp_path: Path) -> None:
    """Where a base is looked for, it is looked for each time."""
    (tmp_path / "r7").mkdir()
    path = tmp_path / "r7" / "municipal.haiten"
    shutil.copy(ROOT / "rules/r7/municipal.haiten", path)
    assert compile_kept(path).sources[1].name.endswith(os.path.join("rules", "r6", "municipal.haiten"))
    (tmp_path / "r6").mkdir()
    (tmp_path / "r6" / "municipal.haiten").write_text(SMALL, encoding="utf-8")
    assert not compile_kept(path).ok
    assert_same(compile_kept(path), compile_file(path))


def test_parameters_are_options(compiled: list[str]) -> None:
    """An allocation with other figures is another one."""
    path = ROOT / "rules/r6/allocation.haiten"
    for parameters in ((), ("緩和率=0.8",), ()):
        assert_same(compile_kept(path, None, parameters), compile_file(path, None, parameters))


def test_a_base_that_is_missing_is_looked_for_again(years: Path) -> None:
    """What could not be compiled for want of a file is not kept."""
    base = years.parents[1] / "r6" / "municipal.haiten"
    years.write_text(AMENDING.replace("令和6年度", "令和5年度"), encoding="utf-8")
    assert not compile_kept(years).ok
    (years.parents[1] / "r5").mkdir()
    text = base.read_text(encoding="utf-8").replace("令和6年度", "令和5年度")
    (years.parents[1] / "r5" / "municipal.haiten").write_text(text, encoding="utf-8")
    assert compile_kept(years).ok


# Files that are not as they were written


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_is_written_anew(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Bytes changed, lost or added anywhere: the rulebook is compiled, nothing is raised, nothing is different."""
    place = tmp_path_factory.mktemp("damaged")
    path = place / "municipal.haiten"
    path.write_text(SMALL, encoding="utf-8")
    os.environ[folder.VARIABLE] = str(place / "store")  # the fixture puts it back
    fresh = compile_file(path)
    compile_kept(path)
    (entry,) = files(place / "store")
    raw = entry.read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(at, min(at + 20, len(raw))))
    changed = raw[:at] + data.draw(st.binary(max_size=8)) + raw[end:]
    entry.write_bytes(changed)
    assert_same(compile_kept(path), fresh)
    if changed != raw:
        assert entry.read_bytes() == raw


@settings(max_examples=30)
@example([7], [9, 0])
@given(
    st.recursive(st.none() | st.integers(-3, 200) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=6)),
    st.lists(st.integers(0, 200), max_size=9),
)
def test_a_forged_file_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, entries: Any, numbers: list[int]
) -> None:
    """Lines that nobody wrote, with the right digests."""
    place = tmp_path_factory.mktemp("forged")
    path = place / "municipal.haiten"
    path.write_text(SMALL, encoding="utf-8")
    os.environ[folder.VARIABLE] = str(place / "store")
    fresh = compile_file(path)
    compile_kept(path)
    (entry,) = files(place / "store")
    told = json.loads(entry.read_text(encoding="utf-8").split("\n")[2])
    plain = entries if isinstance(entries, list) else [entries]
    text = b64encode(array("I", numbers).tobytes()).decode()
    for lines in ([told, [plain, text]], [told, entries], [entries, entries], [entries], []):
        folder.write(entry.stem, [], lines)
        assert_same(compile_kept(path), fresh)


@pytest.mark.parametrize("about", [None, 3, [["令和6年度", "市町村", "x", "y"]], [[1]], {"a": 1}])
def test_links_that_nobody_wrote(store: Path, years: Path, about: Any) -> None:
    """What a file builds on, as no file says it."""
    compile_kept(years)
    for entry in files(store):
        head, *lines = (json.loads(line) for line in entry.read_text(encoding="utf-8").split("\n")[1:])
        folder.write(head["key"], about, lines)
    assert_same(compile_kept(years), compile_file(years))


def test_another_version_reads_none_of_it(
    store: Path, years: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other code wrote is written anew, whatever it says."""
    compile_kept(years)
    monkeypatch.setattr(folder, "code_mark", lambda: "another")
    monkeypatch.setattr("haiten.compiler.store.kept.code_mark", lambda: "another")
    before = {entry: entry.read_bytes() for entry in files(store)}
    del compiled[:]
    assert_same(compile_kept(years), compile_file(years))
    assert compiled
    assert {entry: entry.read_bytes() for entry in files(store)} != before


def test_the_code_has_a_mark_of_its_own() -> None:
    """A file of the compiler that is edited gives all that it compiles another mark."""
    program = (
        "import os, sys\nfrom haiten.compiler.store import folder\nprint(folder.code_mark())\n"
        "folder.code_mark.cache_clear()\nreal = os.scandir\n"
        "class Other:\n"
        "    def __init__(self, entry): self.entry = entry; self.name = entry.name; self.path = entry.path\n"
        "    def is_dir(self): return self.entry.is_dir()\n"
        "    def stat(self):\n"
        "        found = self.entry.stat()\n"
        "        grown = self.name == 'resolve.py'\n"
        "        return os.stat_result((*found[:6], found.st_size + grown, *found[7:10]))\n"
        "class Listing:\n"
        "    def __init__(self, path): self.inner = real(path)\n"
        "    def __enter__(self): return map(Other, self.inner)\n"
        "    def __exit__(self, *_): self.inner.close()\n"
        "os.scandir = Listing\nprint(folder.code_mark())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    one, other = done.stdout.split()
    assert one != other


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_owner_is_not_read(store: Path, years: Path, compiled: list[str]) -> None:
    """Who can write into the folder cannot make others believe what he wrote."""
    compile_kept(years)
    for entry in files(store):
        os.chown(entry, 12345, 12345)
    del compiled[:]
    assert compile_kept(years).ok
    assert compiled


# Where nothing can be kept


@pytest.mark.parametrize("said", ["off", "OFF", "/dev/null/x", "/proc/1/none", "\x01", "{file}"])
def test_a_folder_that_cannot_be_is_no_error(years: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off, a file in its place, a folder that cannot be made."""
    monkeypatch.chdir(years.parent)
    monkeypatch.setenv(folder.VARIABLE, said.format(file=years))
    for _ in range(2):
        assert_same(compile_kept(years), compile_file(years))


def test_options_count_where_nothing_is_kept(years: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another base, and other figures."""
    monkeypatch.setenv(folder.VARIABLE, "off")
    other = years.parents[1] / "other.haiten"
    other.write_text(SMALL.replace("「目標」", "「別の目標」"), encoding="utf-8")
    allocation, figures = ROOT / "rules/r6/allocation.haiten", ("緩和率=0.8",)
    for path, base, parameters in ((years, other, ()), (allocation, None, figures)):
        kept = compile_kept(path, base, parameters)
        assert_same(kept, compile_file(path, base, parameters))
        assert everything(kept) != everything(compile_kept(path))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_the_folder_is_in_the_user_s_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody says another."""
    monkeypatch.delenv(folder.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder.folder() == tmp_path / "haiten"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_pipe_in_the_place_of_an_entry_is_not_waited_for(store: Path, years: Path) -> None:
    """It holds nothing, and gives way to what does."""
    fresh = compile_kept(years)
    for entry in files(store):
        entry.unlink()
        os.mkfifo(entry)
    assert_same(compile_kept(years), fresh)
    assert all(entry.is_file() for entry in files(store))


def test_a_folder_that_cannot_be_written_is_no_error(store: Path, years: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that is read-only, a full disk."""

    def refuse(*_: Any, **__: Any) -> Iterator[Path]:
        raise OSError(30, "read-only")

    monkeypatch.setattr("haiten.compiler.files.replacing.replacing", refuse)
    assert_same(compile_kept(years), compile_file(years))
    assert not files(store)


def test_it_does_not_grow_for_ever(store: Path, years: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that were written longest ago make room."""
    monkeypatch.setattr(folder, "_MOST_FILES", 5)
    for number in range(9):
        years.write_text(AMENDING.replace("したこと", f"{number}回したこと"), encoding="utf-8")
        compile_kept(years)
        assert len(files(store)) <= 5
    assert compile_kept(years).key


def test_two_processes_at_once(store: Path) -> None:
    """Each says what it would alone, and what is left is whole."""
    words = [sys.executable, "-m", "haiten.cli", "check", "rules/r8/municipal.haiten"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    alone = subprocess.run(
        words, cwd=ROOT, env=environment | {folder.VARIABLE: "off"}, capture_output=True, check=True
    ).stdout
    running = [subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate()[0] for process in running]
    assert said == [alone] * 3
    assert subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True).stdout == alone
    assert files(store)
    assert not [path for path in store.iterdir() if path.suffix != ".kept"]


def test_a_file_that_is_too_large_is_not_read(
    years: Path, store: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies in the folder, no more is read than may have been written."""
    fresh = compile_kept(years)
    largest = max(entry.stat().st_size for entry in files(store))
    for most, is_read in ((largest, True), (largest // 2, False)):
        monkeypatch.setattr(folder, "_MOST_BYTES", most)
        del compiled[:]
        assert_same(compile_kept(years), fresh)
        assert is_read == (not compiled)


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are texts there")
def test_a_name_that_is_no_text_is_a_name(years: Path, compiled: list[str]) -> None:
    """Bytes that are no UTF-8, as of files that came with an old archive."""
    folders = [years.parents[1] / year for year in ("r6", "r7")]
    base, path = (Path(os.fsdecode(os.fsencode(place) + b"/\x8e\x73.haiten")) for place in folders)
    years.rename(path)
    (folders[0] / years.name).rename(base)
    fresh = compile_file(path, base)
    compile_kept(path, base)
    del compiled[:]
    assert_same(compile_kept(path, base), fresh)
    assert not compiled


# What follows from a compilation


def test_what_follows_is_kept(years: Path, store: Path) -> None:
    """A part is made once for a compilation, and again for another."""
    made: list[str] = []

    def make() -> tuple[str, ...]:
        made.append("made")
        return ("a", "b")

    for expected in (1, 1):
        assert kept_part(compile_kept(years), "part", make) == ("a", "b")
        assert len(made) == expected
    years.write_text(AMENDING.replace("したこと", "しようと"), encoding="utf-8")
    kept_part(compile_kept(years), "part", make)
    assert len(made) == 2
    (entry, *_) = store.glob("*-part.kept")
    entry.write_bytes(entry.read_bytes()[:-3])
    kept_part(compile_kept(years), "part", make)
    kept_part(compile_file(years), "part", make)  # which has no key
    assert len(made) >= 3


def test_what_cannot_be_kept_is_made_each_time(years: Path, store: Path) -> None:
    """A kind that the table does not know."""
    one, other = object(), object()
    assert kept_part(compile_kept(years), "odd", lambda: one) is one
    assert kept_part(compile_kept(years), "odd", lambda: other) is other
    assert not [*store.glob("*-odd.kept")]

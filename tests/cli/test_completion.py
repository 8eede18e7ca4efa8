"""Completion in shells: real ones, as far as they are there, that run the real scripts."""

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

from haiten.commands.running import HOMES

R6 = ROOT / "rules/r6/municipal.haiten"
_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_haiten
printf '%s\\n' "${COMPREPLY[@]}"
"""
_FISH = "source $argv[1]; complete --do-complete $argv[2]"
needs = {name: pytest.mark.skipif(shutil.which(name) is None, reason=f"no {name}") for name in ("bash", "zsh", "fish")}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The scripts of all shells, written as users write them."""
    folder = tmp_path_factory.mktemp("scripts")
    made = {}
    for shell in ("bash", "zsh", "fish", "powershell"):
        done = haiten("completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        made[shell] = folder / f"haiten.{shell}"
        made[shell].write_text(done.stdout, encoding="utf-8")
    return made


def environment(terminal: str = "xterm") -> dict[str, str]:
    """One in which ``haiten`` is the one of these sources."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "LC_ALL": "C.UTF-8", "TERM": terminal}


def ran(command: list[str]) -> str:
    """What a shell says."""
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=False, timeout=60, encoding="utf-8", cwd=ROOT
    )
    assert done.stderr == ""
    return done.stdout


def in_bash(scripts: dict[str, Path], *words: str) -> list[str]:
    """What bash offers for the last word."""
    bash = shutil.which("bash")
    assert bash is not None
    return ran([bash, "--norc", "-c", _BASH, "bash", str(scripts["bash"]), *words]).split("\n")[:-1]


@needs["bash"]
def test_bash_offers_commands_options_forms_and_files(scripts: dict[str, Path]) -> None:
    """All commands there are; of a command its options, of ``--as`` its forms, of a file argument files."""
    every = {name for names in HOMES.values() for name in names}
    assert set(in_bash(scripts, "haiten", "")) == every
    assert in_bash(scripts, "haiten", "conso") == ["consolidate"]
    assert {"--strict", "--fix", "--as"} <= set(in_bash(scripts, "haiten", "check", "x.haiten", "--"))
    assert {"json", "sarif"} <= set(in_bash(scripts, "haiten", "check", "x.haiten", "--as", ""))
    assert in_bash(scripts, "haiten", "check", "x.haiten", "--as", "sa") == ["sarif"]
    assert in_bash(scripts, "haiten", "check", "rules/r6/mun") == [
        name for name in in_bash(scripts, "haiten", "check", "rules/r6/") if "/mun" in name
    ]
    assert str(R6.relative_to(ROOT)) in in_bash(scripts, "haiten", "check", "rules/r6/")


@needs["bash"]
def test_bash_offers_items_of_the_file_one_level_at_a_time(scripts: dict[str, Path]) -> None:
    """And codes of diagnostics; of a file that is not there nothing."""
    file = str(R6.relative_to(ROOT))
    assert in_bash(scripts, "haiten", "show", file, "") == ["推進", "支援"]
    assert in_bash(scripts, "haiten", "show", file, "推進.Ⅳ.") == ["推進.Ⅳ.成果"]
    assert in_bash(scripts, "haiten", "show", file, "推進.Ⅰ.") == ["推進.Ⅰ.（ⅰ）", "推進.Ⅰ.（ⅱ）"]
    assert "推進.Ⅰ.（ⅰ）.1" in in_bash(scripts, "haiten", "show", file, "推進.Ⅰ.（ⅰ）")
    assert haiten("show", file, "推進.Ⅰ.（ⅰ）.1").returncode == 0
    assert "推進.Ⅳ.成果.1" in in_bash(scripts, "haiten", "history", file, "推進.Ⅳ.成果")
    assert in_bash(scripts, "haiten", "show", "nowhere.haiten", "推") in ([], [""])
    assert "H401" in in_bash(scripts, "haiten", "explain-code", "H40")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose names have what shells take for their own: a blank, a quote, and a folder."""
    for name in ("規則 8.haiten", "it's.haiten"):
        (tmp_path / name).write_text(R6.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "回収 分").mkdir()
    (tmp_path / "回収 分/戻り 1.csv").touch()
    return tmp_path


@needs["bash"]
def test_bash_takes_a_name_for_one_word(scripts: dict[str, Path], folder: Path) -> None:
    """However it is quoted; items are read from a file of such a name, in brackets of either width."""
    ours, quoted, owned = f"{folder}/規則 8.haiten", f"{folder}/規則\\ 8.haiten", f"{folder}/it\\'s.haiten"
    assert in_bash(scripts, "haiten", "score", f"{folder}/規") == [ours]
    assert in_bash(scripts, "haiten", "score", ours, f"{folder}/it") == [f"{folder}/it's.haiten"]
    assert in_bash(scripts, "haiten", "score", "--to", f"{folder}/回") == [f"{folder}/回収 分"]
    for file in (quoted, owned, f"'{ours}'", f'"{ours}"', f'"{folder}/it\'s.haiten"'):
        assert in_bash(scripts, "haiten", "show", file, "推進.Ⅳ.") == ["推進.Ⅳ.成果"]
    for typed in ("'推進.Ⅰ.(ⅱ", "推進.Ⅰ.\\(ⅱ", "推進.Ⅰ.（ⅱ"):
        assert in_bash(scripts, "haiten", "show", quoted, typed) == ["推進.Ⅰ.（ⅱ）"]


@contextmanager
def terminal(command: list[str], folder: Path) -> Iterator[int]:
    """A shell that somebody types to, in a folder; what is typed and shown goes through the file."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment("dumb"),
        cwd=folder,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def shown_after(file: int, typed: str, wanted: str) -> str:
    """What a terminal shows after something was typed, until it shows what is wanted."""
    os.write(file, typed.encode())
    found, end = b"", time.monotonic() + 30
    while wanted not in found.decode(errors="replace") and time.monotonic() < end:
        if select.select([file], [], [], 0.2)[0]:
            found += os.read(file, 65536)
    return found.decode(errors="replace")


_TYPED = (
    ("haiten score 規\t", "規則\\ 8.haiten "),
    ("\x15haiten score it\t", "it\\'s.haiten "),
    ("\x15haiten score 規則\\ 8.haiten 回\t", "回収\\ 分/"),
    ("戻\t", "戻り\\ 1.csv "),
    ("\x15haiten score '規\t", "'規則 8.haiten' "),
    ("\x15haiten show 規則\\ 8.haiten 推進.Ⅳ.\t", "推進.Ⅳ.成果"),
    ("\x15haiten consol\t", "haiten consolidate "),
)


@needs["bash"]
def test_bash_writes_names_as_it_reads_them(scripts: dict[str, Path], folder: Path) -> None:
    """At a terminal: quoted, with a blank after a file and a stroke after a folder, inside of which one goes on."""
    bash = shutil.which("bash")
    assert bash is not None
    with terminal([bash, "--norc", "--noprofile", "-i"], folder) as file:
        ready = f"bind 'set enable-bracketed-paste off'; source '{scripts['bash']}'; echo re''ady\n"
        assert "ready" in shown_after(file, ready, "ready\r\n")
        for typed, wanted in _TYPED:
            assert wanted in shown_after(file, typed, wanted)


@needs["zsh"]
def test_zsh_writes_names_as_it_reads_them(scripts: dict[str, Path], folder: Path) -> None:
    """The same, with the script in a folder of functions, by the name that ``--install`` gives it."""
    zsh = shutil.which("zsh")
    assert zsh is not None
    (functions := folder / ".functions").mkdir()
    shutil.copy(scripts["zsh"], functions / "_cyclopts_haiten")
    with terminal([zsh, "-f", "-i"], folder) as file:
        ready = f"fpath=('{functions}' $fpath); autoload -Uz compinit; compinit -u -D; echo re''ady\n"
        assert "ready" in shown_after(file, ready, "ready\r\n")
        for typed, wanted in _TYPED:
            if not typed.startswith("戻"):  # zsh writes the stroke anew
                assert wanted in shown_after(file, typed, wanted)


@needs["fish"]
def test_fish_takes_a_name_for_one_word(scripts: dict[str, Path], folder: Path) -> None:
    """Also where items are read from the file."""
    fish = shutil.which("fish")
    assert fish is not None
    for file in (f"{folder}/規則\\ 8.haiten", f"'{folder}/規則 8.haiten'", f"{folder}/it\\'s.haiten"):
        offered = ran([fish, "--no-config", "-c", _FISH, str(scripts["fish"]), f"haiten show {file} 推進.Ⅳ."])
        assert offered.startswith("推進.Ⅳ.成果\t")


@needs["fish"]
def test_fish_offers_commands_with_what_they_do(scripts: dict[str, Path]) -> None:
    """Beside each what it is, from the same words as the help."""
    fish = shutil.which("fish")
    assert fish is not None

    def offered(line: str) -> list[str]:
        return ran([fish, "--no-config", "-c", _FISH, str(scripts["fish"]), line]).splitlines()

    assert any(each.startswith("consolidate\t改正を元の評価指標") for each in offered("haiten cons"))
    assert any(each.startswith("--strict\t") for each in offered("haiten check --str"))
    assert any(each.startswith("推進.Ⅳ\t") for each in offered(f"haiten show {R6.relative_to(ROOT)} 推進."))


@needs["zsh"]
def test_zsh_reads_the_script(scripts: dict[str, Path]) -> None:
    """Its syntax, by zsh itself."""
    zsh = shutil.which("zsh")
    assert zsh is not None
    assert ran([zsh, "-n", str(scripts["zsh"])]) == ""


def test_what_the_script_of_powershell_asks_is_answered(scripts: dict[str, Path]) -> None:
    """By its own words: no PowerShell runs here. A word that is empty is one, and the answer begins behind a mark."""
    script = scripts["powershell"].read_text(encoding="utf-8")
    assert "$env:CYCLOPTS_COMPLETION_WORDS = -join ($words | ForEach-Object { $_ + $separator })" in script
    assert "$separator = [char]0x1f" in script
    assert "& $program __complete" in script

    def answered(*words: str) -> list[str]:
        asked = environment() | {"CYCLOPTS_COMPLETION_WORDS": "".join(f"{word}\x1f" for word in words)}
        done = subprocess.run(
            ["haiten", "__complete"], env=asked, capture_output=True, check=True, encoding="utf-8", cwd=ROOT
        )
        lines = done.stdout.splitlines()
        return [line.partition("\t")[0] for line in lines[lines.index("\x1fbegin") + 1 :]]

    file = str(R6.relative_to(ROOT))
    assert answered("show", file, "") == ["推進", "支援"]
    assert answered("show", file, "推進.Ⅰ.") == ["推進.Ⅰ.（ⅰ）", "推進.Ⅰ.（ⅱ）"]


def test_a_shell_that_is_not_known_is_refused() -> None:
    """With those that are."""
    done = haiten("completion", "tcsh")
    assert done.returncode == 2
    assert "tcsh" in done.stderr
    assert haiten("completion").returncode == 2


def test_it_is_put_where_the_shell_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the home folder, and read by its first file; a second time changes nothing."""
    monkeypatch.setenv("HOME", str(tmp_path))
    done = haiten("completion", "bash", "--install")
    assert done.returncode == 0
    assert str(tmp_path) in done.stderr.replace("\n", "")
    (script,) = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".bashrc"]
    assert "_haiten()" in script.read_text(encoding="utf-8")
    begun = (tmp_path / ".bashrc").read_text(encoding="utf-8")
    assert str(script) in begun
    assert haiten("completion", "bash", "--install").returncode == 0
    assert (tmp_path / ".bashrc").read_text(encoding="utf-8") == begun

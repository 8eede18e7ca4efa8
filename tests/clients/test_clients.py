"""The settings that docs/editor.md has for editors other than VS Code, each in the editor itself.

``make test-editor`` runs it: Neovim, Emacs and Helix have to be there.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILT = ROOT / "build/editors"
DEFINED = "6 「生活支援コーディネーターの活動等による介護予防・生活支援の体制整備」〔採録〕"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of rulebooks that may be written in, as a project has it."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of anybody's; the command ``haiten`` where the shell finds it."""
    home = tmp_path / "home"
    home.mkdir()
    found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return kept | {"HOME": str(home), "PATH": found, "LANG": "C.UTF-8", "HAITEN_CACHE": str(home / "cache")}


def documented(editor: str, language: str) -> str:
    """The settings of an editor as the page has them; no more lines than it promises."""
    page = (ROOT / "docs/editor.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{editor}[^\n]*:\n\n```{language}\n(.*?)```$", page, re.M | re.S)
    assert 0 < found.count("\n") <= 3
    return str(found)


def seen(command: list[str], folder: Path, environment: dict[str, str]) -> Any:
    """What a driven editor prints that it saw."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_neovim(rules: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """A mistake is told while it is there; names have colours; a definition is one place, in another year."""
    settings = tmp_path / "init.lua"
    settings.write_text(documented("Neovim", "lua"), encoding="utf-8")
    nvim = str(Path(sys.executable).with_name("nvim"))
    command = [nvim, "--clean", "-u", str(settings), "--headless", "-S", str(HERE / "drive.lua")]
    found = seen(command, rules, environment)
    (broken,) = found.pop("broken")
    assert broken["code"] == "H606"
    assert "「9点」" in broken["line"]
    folder, line = found.pop("definition")
    assert folder == "r6"
    assert DEFINED in line
    assert found == {"first": 0, "mended": 0, "colour": "class", "errors": ""}


def test_emacs(rules: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """The same by eglot and flymake."""
    settings = tmp_path / "init.el"
    settings.write_text(documented("Emacs", "elisp"), encoding="utf-8")
    command = [str(BUILT / "emacs"), "-Q", "--batch", "-l", str(settings), "-l", str(HERE / "drive.el")]
    found = seen(command, rules, environment)
    (broken,) = found.pop("broken")
    assert "H606" in broken
    folder, line = found.pop("definition")
    assert folder == "r6"
    assert DEFINED in line
    assert found == {"first": 0, "mended": 0}


def test_emacs_tells_of_what_another_program_writes(rules: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """It watches the files that the server asks it to watch; nobody touches the text that builds on them."""
    settings = tmp_path / "init.el"
    settings.write_text(documented("Emacs", "elisp"), encoding="utf-8")
    base = rules / "r6/municipal.haiten"
    text = base.read_text(encoding="utf-8")
    with Terminal(
        [str(BUILT / "emacs"), "-Q", "-l", str(settings), "r8/municipal.haiten"], rules, environment
    ) as emacs:
        emacs.until("令和8年度 市町村 評価指標")
        emacs.press("\x1bx", "eglot", "\r")
        emacs.until("Flymake[0 0]")
        base.write_text(text.replace("事実 高齢者人口 : 人", "事実 高齢者人口 人"), encoding="utf-8")
        emacs.until("Flymake[1 0]")
        base.write_text(text, encoding="utf-8")
        emacs.until("Flymake[0 0]")


@pytest.mark.parametrize("place", ["home/.config/helix", ".helix"])
def test_helix(rules: Path, environment: dict[str, str], tmp_path: Path, place: str) -> None:
    """The same on its screen, with the settings of a person or of a folder."""
    settings = tmp_path / place / "languages.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(documented("Helix", "toml"), encoding="utf-8")
    with Terminal([str(BUILT / "hx"), "r8/municipal.haiten"], rules, environment) as helix:
        helix.until("令和8年度 市町村 評価指標")
        # One sign: Helix 25.01 may tell a server of many that come at once in another order than they came.
        helix.press("/", "6.ウ の配点「2", "\r", ";", "r", "9")
        helix.until("● 1")
        helix.press(" ", "d")
        helix.until("H606")
        helix.press("\x1b", "u")
        helix.until("● 1", gone=True)
        helix.press("g", "h", "/", "ⅰ.\\.6", "\r", "g", "d")
        helix.until("r6/municipal.haiten")
        helix.until(DEFINED)

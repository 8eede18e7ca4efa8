"""VS Code with the packaged extension, and a browser that shows it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from page_browser import chromium

ROOT = Path(__file__).parents[2]
_ENTRY = ROOT / "build/code/node_modules/code-server/out/node/entry.js"
_SETTINGS = {
    "haiten.command": [str(Path(sys.executable).with_name("haiten")), "lsp"],
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "files.autoSave": "off",
    "files.defaultLanguage": "haiten",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where VS Code answers, with nothing of anybody's and the extension as ``make vsix`` packages it."""
    home = tmp_path_factory.mktemp("code")
    settings = home / "data/User/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(_SETTINGS), encoding="utf-8")
    node = Path(sys.executable).with_name("node")
    command = [str(node), str(_ENTRY), "--user-data-dir", str(home / "data"), "--extensions-dir", str(home / "added")]
    environment = os.environ | {"HOME": str(home), "HAITEN_CACHE": str(home / "cache")}
    added = [*command, "--install-extension", str(ROOT / "build/haiten.vsix")]
    done = subprocess.run(added, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "was successfully installed" in done.stdout, done.stdout + done.stderr
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
    log = home / "log.txt"
    with log.open("w") as said:
        server = subprocess.Popen(
            [*command, *quiet, "--bind-addr", place], env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        _wait_for(place, server, log)
        yield f"http://{place}"
    finally:
        # It has children of its own, which outlive it otherwise.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


def _wait_for(place: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    host, port = place.split(":")
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the rulebooks of all years, and next year's whole text."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    haiten = Path(sys.executable).with_name("haiten")
    made = [haiten, "draft", tmp_path / "rules/r8/municipal.haiten", "--to", tmp_path / "r9.haiten"]
    subprocess.run(made, check=True)
    return tmp_path


@pytest.fixture
def window(browser: Browser, code: str, folder: Path, tmp_path: Path) -> Iterator[Page]:
    """VS Code, with that whole text open."""
    page = browser.new_page(viewport={"width": 1800, "height": 1000}, locale="ja-JP")
    file = f"vscode-remote://{code.removeprefix('http://')}{folder / 'r9.haiten'}"
    page.goto(f'{code}/?folder={folder}&payload=[["openFile","{file}"]]')
    page.wait_for_selector(".monaco-editor .view-line", timeout=60_000)
    yield page
    page.screenshot(path=tmp_path / "window.png")  # pytest keeps it with the folder of the test
    page.close()

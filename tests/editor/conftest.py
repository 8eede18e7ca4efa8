"""What the tests of the language server share: rulebooks that may be written in, and an editor that shows them."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient
from typing_at import make_client

ROOT = Path(__file__).parents[2]
SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "haiten.cli", "lsp"], client_factory=make_client)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of rulebooks that may be written in."""
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


@pytest.fixture
def r6(rules: Path) -> Path:
    """A full rulebook."""
    return rules / "r6" / "municipal.haiten"


@pytest.fixture
def r8(rules: Path) -> Path:
    """A revision of a revision."""
    return rules / "r8" / "municipal.haiten"


@pytest_lsp.fixture(config=SERVER, scope="module")
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """An editor that shows single files."""
    await lsp_client.initialize_session(
        lsp.InitializeParams(capabilities=pytest_lsp.client_capabilities("visual-studio-code"))
    )
    yield
    await lsp_client.shutdown_session()

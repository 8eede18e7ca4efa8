"""Who types does not wait for the collector of cycles, which looks at what is there when nothing is typed."""

import asyncio
import gc
from contextlib import suppress
from pathlib import Path

import pytest
from pygls.workspace import Workspace

import haiten.editor.session as module
from haiten.editor.desk import Desk
from haiten.editor.server import make_server
from haiten.editor.session import Session


async def checked(path: Path) -> Session:
    """A session in which a text has been typed in, and checked."""
    server = make_server()
    server.protocol._workspace = Workspace(path.parent.as_uri())
    session = Session(server, Desk())
    session.changed(path.as_uri(), 1)
    await session.waiting[path]
    return session


@pytest.mark.parametrize("typed", [False, True])
def test_the_collector_looks_when_nothing_is_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: bool
) -> None:
    """Once after the last keystroke in any text, and not before the next one."""
    looks: list[None] = []
    monkeypatch.setattr(module, "spare_what_is_there", lambda: looks.append(None))
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module, "REST", 60.0 if typed else 0.0)
    path, other = tmp_path / "one.haiten", tmp_path / "other.haiten"
    for each in (path, other):
        each.write_text("言語 1\n", encoding="utf-8")

    async def run() -> None:
        session = await checked(path)
        resting = session.resting
        assert resting is not None
        if typed:
            session.changed(other.as_uri(), 1)
        with suppress(asyncio.CancelledError):
            await resting
        assert resting.cancelled() is typed
        for task in session.waiting.values():
            task.cancel()

    asyncio.run(run())
    assert len(looks) == (0 if typed else 1)


def test_the_collector_does_not_walk_through_what_a_check_made(tmp_path: Path) -> None:
    """It was made while the collector was paused, which would else look at all of it a few keystrokes later."""
    path = tmp_path / "one.haiten"
    path.write_text("言語 1\n", encoding="utf-8")

    async def run() -> None:
        session = await checked(path)
        made = session.told[path]
        assert gc.is_tracked(made)
        assert all(each is not made for each in gc.get_objects())

    try:
        asyncio.run(run())
    finally:
        gc.unfreeze()

"""The Python face: compiling a full text, and a revision on the base that is named for it."""

from pathlib import Path

import haiten

BASE = Path(__file__).parents[1] / "diagnostics" / "r6" / "base.haiten"
REVISION = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
題名 「令和7年度の評価指標（市町村分）」
出典 要綱 「令和7年度の評価指標（市町村分）」

支援 の文「支援交付金」を「努力支援交付金」〔要綱〕に改める。
"""


def test_a_revision_is_compiled_on_the_base_that_is_named(tmp_path: Path) -> None:
    """The base that is named is amended; without one it is the shipped rulebook of that year, which says otherwise."""
    revision = tmp_path / "next.haiten"
    revision.write_text(REVISION, encoding="utf-8")
    made = haiten.compile(revision, BASE)
    assert made.diagnostics == ()
    assert made.program.nodes["支援"].text == "努力支援交付金"
    assert haiten.compile(BASE).program.nodes["支援"].text == "支援交付金"
    shipped = haiten.compile(revision)
    assert shipped.compilation.base is not None
    assert shipped.compilation.base.source.name.endswith("rules/r6/municipal.haiten")
    assert [d.code for d in shipped.diagnostics] == ["H605"]

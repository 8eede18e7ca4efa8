"""Commands that print what the package holds for its readers: schema, reference."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from haiten.commands.app import app
from haiten.commands.common import stderr
from haiten.commands.forms.rules import REFERENCE, SCHEMA


@app.command(usage="", help_prologue=f"使い方: haiten schema [FORM] {SCHEMA.usage}")
def schema(
    form: Annotated[
        str | None,
        Parameter(name="FORM", help="JSON の形の名（例: score、cutoffs@1）。版を省くと最新の版。省くと、形の一覧。"),
    ] = None,
    /,
    *,
    as_: Annotated[str | None, SCHEMA.as_] = None,
    to: Annotated[list[Path] | None, SCHEMA.to] = None,
) -> int:
    """JSON 出力の形を、JSON Schema で書く。形の名を省くと、全ての形と、それを書くコマンドを示す。"""
    from haiten.compiler.suggest import nearest
    from haiten.views.schemas import form_of, json_forms

    way = SCHEMA.way(as_, to)
    if way is None:
        return 2
    if form is None:
        listed = (
            line
            for each in json_forms()
            for line in (f"{each.identifier}  {each.title_ja}", *(f"    {command}" for command in each.commands))
        )
        return way.out("\n".join(listed) + "\n")
    found = form_of(form)
    if found is None:
        near = nearest(form, {each.name for each in json_forms()})
        hint = f"（もしかして: {near}）" if near else "（「haiten schema」で一覧を表示します）"
        stderr().print(f"「{form}」という JSON の形はありません{hint}", soft_wrap=True)
        return 1
    return way.out(found.text)


@app.command(usage="", help_prologue=f"使い方: haiten reference [SECTION] [--contents] [--english] {REFERENCE.usage}")
def reference(
    section: Annotated[
        str | None, Parameter(name="SECTION", help="節の番号か見出し（例: 25.6、順位）。省くと全文。")
    ] = None,
    /,
    *,
    contents: Annotated[bool, Parameter(help="本文の代わりに、節の番号と見出しを並べる。")] = False,
    english: Annotated[bool, Parameter(help="英語の版を書く。")] = False,
    as_: Annotated[str | None, REFERENCE.as_] = None,
    to: Annotated[list[Path] | None, REFERENCE.to] = None,
) -> int:
    """言語の説明（書き方と意味の定め）を、全文か1つの節だけ、Markdown で書く。"""
    from haiten.views.reference import headings_like, section_of, sections
    from haiten.views.reference import reference as text_of

    way = REFERENCE.way(as_, to)
    if way is None:
        return 2
    text = text_of(english=english)
    if section is not None:
        found = section_of(text, section)
        if found is None:
            near = "、".join(f"{each.number} {each.title}" for each in headings_like(text, section)[:5])
            hint = f"（もしかして: {near}）" if near else "（「haiten reference --contents」で一覧を表示します）"
            stderr().print(f"「{section}」という節はありません{hint}", soft_wrap=True)
            return 1
        text = found.text
    if contents:
        text = "".join(f"{'  ' * each.depth}{each.number} {each.title}\n" for each in sections(text))
    return way.out(text)

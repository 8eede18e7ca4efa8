"""The catalogue of JSON forms, made from the schemas: docs/schema/README.md, and a table in the reference.

``python docs/site/catalogue.py`` writes both; a test holds them to the schemas.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from haiten.views.schemas import JsonSchema, json_forms

DOCS: Final = Path(__file__).parents[1]
_BLOCK: Final = re.compile(r"(?<=<!-- forms -->\n).*?(?=<!-- /forms -->)", re.DOTALL)
_OLD_FORMS: Final = {"cutoffs": ("（検査値のない `@1` も読める）", " (`@1`, without a digest, is read too)")}

_HEAD: Final = """# JSON の形

haiten が書く JSON は、どれも `schema`（形の名前と版）を持ちます。
形は JSON Schema（draft 2020-12）で定め、このフォルダに置いています。
`haiten schema` は一覧を、`haiten schema score` は1つの形を書き出します。

この頁は `python docs/site/catalogue.py` が形から作ります。
"""


def table(*, english: bool) -> str:
    """The table of the forms that commands write, for the reference of the language."""
    head = (
        "| form | what it tells | written by |\n|---|---|---|\n"
        if english
        else "| 形 | 内容 | 出すコマンド |\n|---|---|---|\n"
    )
    return head + "".join(_row(form, english=english) for form in json_forms() if form.commands)


def page() -> str:
    """docs/schema/README.md: every form with its members and who writes it."""
    return "\n".join([_HEAD, *map(_section, json_forms())])


def with_table(text: str, *, english: bool) -> str:
    """A reference with the table of forms as the schemas now have it."""
    assert _BLOCK.search(text), "the reference has no block for the forms"
    return _BLOCK.sub(lambda _: table(english=english), text)


def pages() -> dict[Path, str]:
    """All that is made from the schemas: files, and what is to stand in them."""
    references = {DOCS / "language.md": False, DOCS / "language.en.md": True}
    made = {path: with_table(path.read_text(encoding="utf-8"), english=english) for path, english in references.items()}
    return {DOCS / "schema" / "README.md": page(), **made}


def _row(form: JsonSchema, *, english: bool) -> str:
    older = _OLD_FORMS.get(form.name, ("", ""))[english]
    commands = (", " if english else "、").join(f"`{command}`" for command in form.commands)
    return f"| `{form.identifier}`{older} | {form.title if english else form.title_ja} | {commands} |\n"


def _section(form: JsonSchema) -> str:
    schema = json.loads(form.text)
    required = schema["required"]
    rows = "".join(
        f"| `{name}` | {_kind(member, schema)} | {presence} | {_meaning(member, schema)} |\n"
        for name, member in schema["properties"].items()
        for presence in ["必ず" if name in required else "あれば"]
    )
    written = "".join(f"- `{command}`\n" for command in form.commands) or "- もう書かない。読むだけ\n"
    return (
        f"## {form.identifier}\n\n{form.title_ja}。\n{form.title}.\n\n{written}\n"
        f"| 名 | 型 | 有無 | 意味 |\n|---|---|---|---|\n{rows}\n[{form.path.name}]({form.path.name})\n"
    )


def _resolved(member: Any, schema: Any) -> Any:
    while "$ref" in member:
        member = schema["$defs"][member["$ref"].removeprefix("#/$defs/")]
    return member


def _kind(member: Any, schema: Any) -> str:
    member = _resolved(member, schema)
    if "const" in member:
        return f"`{member['const']}`"
    if "enum" in member:
        return "、".join("null" if each is None else f"`{each}`" for each in member["enum"])
    several = member.get("anyOf") or member.get("oneOf")
    if several:
        return " / ".join(dict.fromkeys(_kind(each, schema) for each in several))
    kinds = member.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds == ["array"] and "items" in member:
        return f"{_kind(member['items'], schema)} の並び"
    return " / ".join(kinds)


def _meaning(member: Any, schema: Any) -> str:
    words = member.get("description") or _resolved(member, schema).get("description", "")
    return str(words).replace("|", "\\|")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

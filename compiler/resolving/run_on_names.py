"""Names that nobody declared: what was meant, as they are written in a hurry."""

import re
from collections.abc import Collection

from haiten.compiler.diagnostics import Diagnostic, LookAlikeName, UnknownName
from haiten.compiler.folding.lookalikes import skeleton
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.expressions import Name


def unknown_name(name: Name, known: list[str]) -> tuple[Diagnostic, Collection[str]]:
    """What to tell of a name that is none of those known, and those that it may be meant to be."""
    alike = [k for k in dict.fromkeys(known) if skeleton(k) == skeleton(name.value)]
    if alike:
        same, others = alike[0], "".join(f"か「{other}」" for other in alike[1:])
        pairs = (f"{a}→{b}" for a, b in zip(name.value, same, strict=True) if a != b)
        return LookAlikeName(name.span, name.value, same, "、".join(pairs), others), alike
    meant = _run_on(name.value, known)
    words = () if meant is None else [word.strip("()") for word in meant.replace("前年度(", " ").split()]
    return UnknownName(name.span, name.value, meant or nearest(name.value, known)), words


def _run_on(name: str, known: list[str]) -> str | None:
    """What a name is that has a word of the language run on to it: ``過疎でない``, ``参加率が上位5割``."""
    parts = [part for part in re.split("(かつ|又は|でない|のうち|が)", name) if part]
    if len(parts) > 1 and (parts[0] in known or re.fullmatch("[ア-ン]", parts[0])):
        return " ".join(parts)
    if found := re.fullmatch("前年度の(?:全国)?(平均|中央値)値?", name):
        return f"前年度の全国{'平均' if found[1] == '平均' else '中央値'}"
    if re.fullmatch("前年度の上位[0-9]+[割%位]", name):
        return f"{name}に当たる値"
    if name.startswith("前年度") and name.removeprefix("前年度").lstrip("の・") in known:
        return f"前年度({name.removeprefix('前年度').lstrip('の・')})"
    return None

"""Names that have a word of the language run on to them, as they are written in a hurry."""

import re


def run_on(name: str, known: list[str]) -> str | None:
    """What a name is that has a word of the language run on to it: ``過疎でない``, ``参加率が上位5割``."""
    parts = [part for part in re.split("(かつ|又は|でない|のうち|が)", name) if part]
    if len(parts) > 1 and (parts[0] in known or re.fullmatch("[ア-ン]", parts[0])):
        return " ".join(parts)
    if name.startswith("前年度") and name.removeprefix("前年度").lstrip("の・") in known:
        return f"前年度({name.removeprefix('前年度').lstrip('の・')})"
    return None

"""The difference of two rulebooks in three layers: what changed, what it means, where points moved."""

from collections import Counter
from functools import cached_property, partial
from typing import Any, Final

from attrs import evolve

from haiten.comparison.affected import Affected, find_affected
from haiten.comparison.changes import Change, count_source_changes, find_changes
from haiten.comparison.kept_meanings import kept_meanings
from haiten.comparison.match import Match, match
from haiten.comparison.meaning import Meaning, Witness, find_meanings, show_cell
from haiten.comparison.weights import LevelWeight, find_weights
from haiten.compiler.compilation import Compilation
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.version import haiten_version
from haiten.scoring.rulebook import Rulebook, as_rulebook, check_same_kind

SCHEMA: Final = "haiten/diff@1"
# What is not a change of the rules themselves: the year in the title, and a text that was only guessed until now.
_ASIDE: Final = frozenset({"title", "known"})


@frozen(eq=False)
class Diff:
    """The difference of two rulebooks.

    Attributes:
        all_changes: every change, those of the title and of estimated texts that became known included.
        affected: items that mean something else although their 要件 reads the same.
        source_changes: texts and points that say the same, but stand on other sources.
        made_of: what the old and the new rulebook were compiled to; None where that is not known.
    """

    matched: Match
    all_changes: tuple[Change, ...]
    affected: tuple[Affected, ...]
    weights: tuple[LevelWeight, ...]
    source_changes: int
    made_of: tuple[Compilation, Compilation] | None = None

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the changes mean, by item; looked for when it is first asked for."""
        find = partial(find_meanings, self.matched, self.all_changes, self.affected)
        return find() if self.made_of is None else kept_meanings(*self.made_of, find)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of the rules."""
        return tuple(change for change in self.all_changes if change.kind not in _ASIDE)

    @property
    def known(self) -> tuple[Change, ...]:
        """Texts that were estimated in the old rulebook and are sourced in the new one: not known to have changed."""
        return tuple(change for change in self.all_changes if change.kind == "known")

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        return dict(Counter(change.kind for change in self.changes))

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        return not self.all_changes and not self.source_changes

    def to_json(self) -> dict[str, Any]:
        """As JSON (``docs/schema/diff-1.json``)."""
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "old": _head(self.matched.old),
            "new": _head(self.matched.new),
            "changes": [_change_json(change) for change in self.changes],
            "affected": [
                {"old_path": one.old_path, "new_path": one.new_path, "causes": list(one.causes), "also": list(one.also)}
                for one in self.affected
            ],
            "known_texts": [_change_json(change) for change in self.known],
            "title_changed": any(change.kind == "title" for change in self.all_changes),
            "source_changes": self.source_changes,
            "meanings": [_meaning_json(meaning) for meaning in self.meanings],
            "weights": [_weight_json(weight) for weight in self.weights if weight.changed],
        }


def diff(old: Rulebook, new: Rulebook) -> Diff:
    """Compare two rulebooks.

    Raises:
        UnusableError: one of them has errors.
        TypeError: one of them is no rulebook.
        ValueError: one of them is an allocation (two of them: ``haiten.comparison.allocation.diff_allocations``).
    """
    check_same_kind(as_rulebook(old, "old"), as_rulebook(new, "new"))
    if old.program.allocation is not None:
        words = "haiten.comparison.allocation.diff_allocations(old.program, new.program)"
        raise ValueError(f"diff は評価指標どうしを比べます。配分どうしは {words} で比べてください")
    made_of = old.compilation, new.compilation
    return evolve(compare(old.program, new.program), made_of=made_of)


def compare(old: Program, new: Program) -> Diff:
    """Compare what two rulebooks say. What changes mean is asked only of rulebooks whose sums are right (H401)."""
    matched = match(old, new)
    changes = find_changes(matched)
    affected = find_affected(matched, changes)
    return Diff(matched, changes, affected, find_weights(matched), count_source_changes(matched))


def _head(program: Program) -> dict[str, Any]:
    prints = fingerprint(program.syntax)
    fingerprints = {"text": prints.text, "rules": prints.rules}
    return {"year": program.year, "scope": str(program.scope), "fingerprint": fingerprints}


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "old_path": change.old_path,
        "new_path": change.new_path,
        "old": change.old,
        "new": change.new,
        "also": list(change.also),
    }


def _meaning_json(meaning: Meaning) -> dict[str, Any]:
    return {
        "old_path": meaning.old_path,
        "new_path": meaning.new_path,
        "verdict": meaning.verdict,
        "exhaustive": meaning.exhaustive,
        "lower": _sheet_json(meaning.lower),
        "higher": _sheet_json(meaning.higher),
        "also": list(meaning.also),
    }


def _sheet_json(sheet: Witness | None) -> dict[str, Any] | None:
    if sheet is None:
        return None
    return {
        "old_columns": {name: show_cell(cell) for name, cell in sheet.old_columns.items()},
        "new_columns": {name: show_cell(cell) for name, cell in sheet.new_columns.items()},
        "old_points": sheet.old_points,
        "new_points": sheet.new_points,
        "bodies": sheet.bodies,
        "others": [{name: show_cell(cell) for name, cell in other.items()} for other in sheet.others],
    }


def _weight_json(weight: LevelWeight) -> dict[str, Any]:
    return {
        "level": weight.level.japanese,
        "old_path": weight.old_path,
        "new_path": weight.new_path,
        "text": weight.text,
        "old": weight.old,
        "new": weight.new,
        "old_leaves": weight.old_leaves,
        "new_leaves": weight.new_leaves,
        "same_as": weight.same_as,
    }

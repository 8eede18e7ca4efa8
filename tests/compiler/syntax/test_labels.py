"""Labels, their numbers and their order; what counts behind what is worked out here from nothing but the numbers."""

from random import Random
from unicodedata import numeric

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haiten.compiler.folding.paths import canonical_label, canonical_path
from haiten.compiler.syntax.labels import CIRCLED, FIRST, LabelNumber, follows, in_label_order, label_number, label_of
from haiten.compiler.syntax.rulebook import Level

NUMBERED = (Level.GOAL, Level.GROUP, Level.INDICATOR, Level.ITEM, Level.SUBITEM)
NUMBERS = st.builds(LabelNumber, st.integers(1, 12), st.lists(st.integers(2, 12), max_size=3).map(tuple))


@given(NUMBERS, st.sampled_from(NUMBERED))
def test_a_number_has_one_label_and_the_label_that_number(number: LabelNumber, level: Level) -> None:
    """Whatever its branches; and the label is canonical."""
    label = label_of(level, number)
    assert label is not None
    assert label_number(level, label) == number
    assert canonical_label(label) == label


@given(NUMBERS, NUMBERS)
def test_what_is_due_before_a_number_lies_between(first: LabelNumber, other: LabelNumber) -> None:
    """What stands behind another without a gap comes after it; what was left out stands before what was written."""
    assert all(first < due for due in first.successors)
    assert list(first.successors) == sorted(set(first.successors), reverse=True)
    due = first.due_before(other)
    assert due in first.successors
    if other > first and other not in first.successors and min(first.successors) < other:
        assert first < due < other


@given(st.lists(NUMBERS, unique=True, max_size=8), st.randoms())
def test_siblings_stand_by_their_numbers(numbers: list[LabelNumber], draw: Random) -> None:
    """Names stay where they stand."""
    labels = [label_of(Level.GROUP, number) or "" for number in numbers]
    draw.shuffle(labels)
    labels.insert(1, "成果の2")
    ordered = in_label_order(Level.GROUP, labels, str)
    assert ordered.index("成果の2") == labels.index("成果の2")
    assert [label_number(Level.GROUP, label) for label in ordered if label != "成果の2"] == sorted(numbers)


@pytest.mark.parametrize(
    ("before", "label", "right"),
    [
        ("オ", "カ", True),
        ("オ", "オの2", True),
        ("オの2", "オの3", True),
        ("オの2", "オの2の2", True),
        ("オの2の2", "カ", True),
        ("オ", "キ", False),
        ("オ", "オの3", False),
        ("オ", "オの1", False),
        ("オ", "オの02", False),
        ("オの2", "オ", False),
        ("成果", "オ", False),
    ],
)
def test_which_label_follows_which(before: str, label: str, right: bool) -> None:
    """Branches run from 2."""
    assert follows(Level.ITEM, before, label) is right


def test_circled_numbers_run_to_fifty() -> None:
    """Unicode has them in four places; each is the number that it shows."""
    assert [int(numeric(sign)) for sign in CIRCLED] == list(range(1, 51))
    assert follows(Level.SUBITEM, "⑳", "㉑")
    assert follows(Level.SUBITEM, "㉟", "㊱")
    assert label_of(Level.SUBITEM, LabelNumber(51)) is None


@pytest.mark.parametrize("written", ["(ii)の2", "(ⅱ)の2"])
def test_a_written_label_has_one_form(written: str) -> None:
    """Signs are folded, branches stay."""
    assert canonical_label(written) == "(ⅱ)の2"
    assert label_number(Level.GROUP, canonical_label(written)) == LabelNumber(2, (2,))
    assert label_number(Level.ITEM, "アイ") is None
    assert LabelNumber(1) == FIRST


@pytest.mark.parametrize("written", ["推進．Ⅰ．（i）．１．オの２", "推進.Ⅰ.(ⅰ).01.オの2", " 推進.Ⅰ.(i).1.オの２ "])
def test_a_column_of_a_branch_has_one_name(written: str) -> None:
    """Headings of fact files, as offices write them."""
    assert canonical_path(written) == "推進.Ⅰ.(ⅰ).1.オの2"

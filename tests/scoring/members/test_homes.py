"""In which prefecture members are, and what is told of those that are in none or in two."""

from haiten.compiler.diagnostics import Cell
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.scoring.facts.facts import Body
from haiten.scoring.members.homes import find_homes
from haiten.scoring.members.member_errors import MembersElsewhere, NoMembers, TwoPrefectures

PREFECTURES = [Body("51000", "甲県"), Body("520004", "乙県", row=3)]


def test_a_member_is_where_its_code_or_its_row_says() -> None:
    """Codes with their check digit and without it; a local code says nothing."""
    members = [Body("51001"), Body("520012"), Body("5200123", prefecture="甲県"), Body("x", prefecture="乙県")]
    homes = find_homes(PREFECTURES, members, "県.csv", "市.csv")
    assert homes.places.tolist() == [0, 1, 0, 1]
    assert homes.diagnostics == ()


def test_members_of_prefectures_that_are_not_listed_are_in_none() -> None:
    """They are counted for each, the first five by name; a prefecture without members is told of."""
    names = ["丙県", "丁県", "戊県", "己県", ""]
    others = [Body(f"53{place:03}", prefecture=names[place % 5], row=place + 2) for place in range(12)]
    homes = find_homes(PREFECTURES, [*others, Body("51001")], "県.csv", "市.csv")
    assert homes.places.tolist() == [-1] * 12 + [0]
    assert homes.diagnostics == (
        MembersElsewhere(Cell("市.csv", 2), 12, "丙県 3、丁県 3、戊県 2、己県 2、53… 2"),
        NoMembers(Cell("県.csv", 3), "520004 乙県", "市.csv"),
    )
    more = find_homes(PREFECTURES[:1], [Body("51001"), *others, Body("54001")], "県.csv", "市.csv")
    assert more.diagnostics == (MembersElsewhere(Cell("市.csv", 2), 13, "丙県 3、丁県 3、戊県 2、己県 2、53… 2 ほか"),)


def test_a_member_that_is_in_two_prefectures_is_told_of() -> None:
    """By its code in one, by its row in another; then nothing more is."""
    members = [Body("51001", "町", "乙県", row=4), Body("53001", row=5)]
    homes = find_homes(PREFECTURES, members, "県.csv", "市.csv")
    assert homes.diagnostics == (TwoPrefectures(Cell("市.csv", 4, PREFECTURE), "51001 町", "乙県", "51000 甲県"),)
